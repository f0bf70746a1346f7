/** `homeport import editdns`: the folder of the foundry's editdns.sh. */
import { readFile } from "node:fs/promises";
import { locate, type Place, shownIn } from "#platform/import/place.ts";
import { shown } from "#protocols/namedconf/problem.ts";
import { domainName } from "../../config-fields.ts";
import { ownZones } from "../../publish/own-zones-name.ts";
import { addAccount } from "../accounts.ts";
import { ImportDraft, leaveOut, type ProviderInput } from "../draft.ts";
import { familyOf } from "../history/past-address.ts";
import type { ConfigImportRequest, ConfigSource, ExistingSite, ReadConfig } from "../import-config.ts";
import { editdnsLayout } from "./layout.ts";
import { type EditdnsScript, readScript } from "./script.ts";
import { entryNamed, ownZoneOf } from "./site-providers.ts";

export const editdnsSource: ConfigSource = {
  word: "editdns",
  title: "editdns.sh",
  layout: editdnsLayout,
  read,
};

/** How often cron runs it stands in a crontab; every five minutes is what its author did. */
const every = "5m";

async function read(place: Place, request: ConfigImportRequest, site: ExistingSite): Promise<ReadConfig> {
  const draft = new ImportDraft();
  const folder = await readFolder(place);
  const choice = chosenProvider(request, site);
  if ("problem" in choice) return { problems: [choice.problem] };
  draft.section.every = every;
  // EditDNS knew IPv4 alone
  draft.section.address = { ipv6: [] };
  draft.assumed.add(`it ran every ${every}: how often cron runs it is not in the folder`);
  readRecords(draft, folder, { site, choice });
  readHistory(draft, folder.files.get("previous_ips"));
  if (folder.script !== undefined) sayScript(draft, folder.files.get("editdns.sh")!.file, folder.script);
  return { draft, read: [...folder.files.values()].map(({ file }) => file) };
}

interface Folder {
  /** By name: those that are there. */
  readonly files: ReadonlyMap<string, { readonly file: string; readonly lines: readonly string[] }>;
  readonly script: EditdnsScript | undefined;
}

async function readFolder(place: Place): Promise<Folder> {
  const files = new Map<string, { readonly file: string; readonly lines: readonly string[] }>();
  let script: EditdnsScript | undefined;
  for (const name of ["records", "previous_ips", "editdns.sh"]) {
    const found = name === "records" ? { path: place.configFile } : await locate(place, name, [place.folder]);
    if (!("path" in found)) continue;
    const text = await readFile(found.path, "utf8");
    files.set(name, { file: shownIn(place, found.path), lines: text.replace(/^\uFEFF/, "").split(/\r?\n/) });
    if (name === "editdns.sh") script = readScript(text);
  }
  return { files, script };
}

type Choice =
  | { readonly by: "zones" }
  | { readonly by: "entry"; readonly entry: ProviderInput }
  /** Own zones where they are, else EditDNS. */
  | { readonly by: "default"; readonly isForced: boolean };

function chosenProvider(
  { provider }: ConfigImportRequest,
  site: ExistingSite,
):
  | Choice
  | { readonly problem: { readonly severity: "error"; readonly what: string; readonly remedy: string } } {
  if (provider === undefined) return { by: "default", isForced: false };
  if (provider === ownZones) return { by: "zones" };
  const entry = entryNamed(site, provider);
  if (entry !== undefined) return { by: "entry", entry };
  if (provider === "editdns") return { by: "default", isForced: true };
  return {
    problem: {
      severity: "error",
      what: `the site.yaml that is there has no provider "${shown(provider)}"`,
      remedy: "write --provider zones, --provider editdns, or the name of an entry of ddns.providers there",
    },
  };
}

function readRecords(
  draft: ImportDraft,
  { files, script }: Folder,
  { site, choice }: { readonly site: ExistingSite; readonly choice: Choice },
): void {
  const records = files.get("records")!;
  for (const [index, text] of records.lines.entries()) {
    const name = text.trim().replace(/\.$/, "").toLowerCase();
    if (name === "" || name.startsWith("#")) continue;
    const line = draft.say({ file: records.file, line: index + 1 }, name, "imported");
    if (!domainName.safeParse(name).success) {
      leaveOut(line, "it is no domain name; write one name a line");
      continue;
    }
    if (draft.section.records.some((record) => record.name === name)) {
      leaveOut(line, "it is there twice; remove one");
      continue;
    }
    const zone = ownZoneOf(site, name);
    if (choice.by === "entry") {
      if (!draft.section.providers.includes(choice.entry)) draft.section.providers.push(choice.entry);
      line.detail = `at ${choice.entry.name}`;
      draft.record({ name, provider: choice.entry.name }, line);
    } else if (choice.by === "zones" || (zone !== undefined && !choice.isForced)) {
      line.detail = zone === undefined ? "in the zones of this server" : `in the zone ${zone} of this server`;
      draft.record({ name, provider: ownZones }, line);
      if (zone === undefined) sayNoZone(draft, name);
    } else atEditdns(draft, line, { name, script });
  }
}

function sayNoZone({ problems }: ImportDraft, name: string): void {
  problems.push({
    severity: "warning",
    what: `the site.yaml that is there has no zone of its own that ${name} is in`,
    remedy: "add the zone to dns.zones, or choose another provider",
  });
}

/** It has ended; others have its API. */
function atEditdns(
  draft: ImportDraft,
  line: ReturnType<ImportDraft["say"]>,
  { name, script }: { readonly name: string; readonly script: EditdnsScript | undefined },
): void {
  if (script?.password === undefined || script.password.value === "") {
    leaveOut(line, "there is no EDITDNSPASS in editdns.sh beside it; write --provider with another one");
    return;
  }
  const server = script.api?.value;
  const isEditdns = server === undefined || /\beditdns\.net\b/i.test(server);
  const added = addAccount(
    draft,
    {
      service: { type: "editdns" },
      values: { password: script.password.value },
      ...(!isEditdns && { settings: { server } }),
    },
    line,
  );
  if ("why" in added) {
    leaveOut(line, added.why);
    return;
  }
  line.detail = `at ${added.provider.name}, the API of EditDNS`;
  draft.record({ name, provider: added.provider.name }, line);
  const what = "EditDNS has ended: its server answers nobody";
  if (isEditdns && !draft.problems.some((problem) => problem.what === what))
    draft.problems.push({
      severity: "warning",
      what,
      remedy:
        "write `server` of one with its API into the entry editdns of ddns.providers; or import again with --provider zones, when this server has the zone",
    });
}

function readHistory(
  draft: ImportDraft,
  previous: { file: string; lines: readonly string[] } | undefined,
): void {
  if (previous === undefined) return;
  const { file, lines } = previous;
  const first = lines.findIndex((text) => text.trim() !== "") + 1;
  let taken = 0;
  for (const [index, text] of lines.entries()) {
    const address = text.trim();
    if (address === "") continue;
    const family = familyOf(address);
    if (family === undefined) draft.say({ file, line: index + 1 }, address, "left out", "it is no address");
    else {
      draft.history.push({ family, address });
      taken++;
    }
  }
  if (taken > 0)
    draft.say(
      { file, line: first },
      `${taken} ${taken === 1 ? "address" : "addresses"}`,
      "imported",
      "the history of the site's address; nobody wrote down when they changed",
    );
}

function sayScript(draft: ImportDraft, file: string, { password, api, asks, rest }: EditdnsScript): void {
  const used = draft.secrets.find(({ provider }) => provider.type === "editdns");
  if (password !== undefined) {
    const outcome = used === undefined ? "not carried over" : "imported";
    const detail =
      used === undefined ? "no record is at EditDNS" : `${String(used.provider["passwordFile"])} (mode 0600)`;
    draft.say({ file, line: password.line }, "EDITDNSPASS=…", outcome, detail);
    if (used !== undefined && /^X+$/i.test(password.value))
      draft.problems.push({
        severity: "warning",
        file,
        line: password.line,
        what: "the password looks as if it stood for another one",
        remedy: `write the real one into ${String(used.provider["passwordFile"])}`,
      });
  }
  if (api !== undefined)
    draft.say(
      { file, line: api.line },
      api.value,
      used === undefined ? "not carried over" : "imported",
      used === undefined ? "no record is at EditDNS" : "where the provider editdns asks",
    );
  if (asks !== undefined)
    draft.say(
      { file, line: asks.line },
      asks.value,
      "not carried over",
      "Homeport asks several who can tell, and two of them must agree: ddns.address",
    );
  if (rest.length > 0)
    draft.say(
      { file, line: rest[0]!.line },
      `the other ${rest.length} lines`,
      "not carried over",
      "Homeport compares, sends and writes the history itself",
    );
}
