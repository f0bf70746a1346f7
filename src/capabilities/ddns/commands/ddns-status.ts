/** `homeport ddns status`. */
import { type CommandCall, ExitCode } from "#contracts/command.ts";
import { age, timeWords } from "#platform/terminal/age.ts";
import { here, type Now } from "#platform/terminal/moment.ts";
import { plainJson, plainText } from "#platform/terminal/plain-text.ts";
import { isTroubled } from "../record-troubles.ts";
import type { FamilyAnswer, ProviderAnswer, RecordAnswer } from "../routes/answers.ts";
import { askDdns, askRecords } from "./ddns-api.ts";
import { printRecords } from "./record-table.ts";

interface Status {
  readonly families: readonly FamilyAnswer[];
  readonly providers: readonly ProviderAnswer[];
  readonly counts: Readonly<Record<RecordAnswer["state"], number>>;
}

export async function ddnsStatus(call: CommandCall, now: Now = here()): Promise<ExitCode> {
  const { json, terminal, options } = call;
  const filter = Object.fromEntries(
    ["name", "state", "provider"].flatMap((key) =>
      typeof options[key] === "string" ? [[key, options[key]]] : [],
    ),
  );
  const status = (await askDdns(call, "GET", "status")) as Status;
  const records = await askRecords(call, filter);
  const isFiltered = Object.keys(filter).length > 0;
  if (json) terminal.print(plainJson({ ...status, records }));
  else {
    for (const line of headLines(status, now)) terminal.print(line);
    terminal.print("");
    if (records.length > 0) printRecords(call, records, now.nowMs);
    else if (isFiltered) terminal.printError("there is no such record; homeport ddns status lists them all");
    else terminal.print("no records follow the address; add some to ddns.records of the site file");
  }
  if (records.length === 0 && isFiltered) return ExitCode.notFound;
  return records.some(({ state }) => isTroubled(state)) ? ExitCode.problems : ExitCode.ok;
}

function headLines({ families, providers }: Status, now: Now): string[] {
  const watched = families.filter(({ isWatched }) => isWatched);
  return [
    ...(watched.length === 0 ? ["no address is looked for; see ddns.address of the site file"] : []),
    ...watched.map((family) => familyLine(family, now)),
    ...providers.flatMap(({ name, stopped }) =>
      stopped === null ? [] : [`provider ${name} is stopped: ${plainText(stopped)}`],
    ),
  ];
}

function familyLine(view: FamilyAnswer, { nowMs }: Now): string {
  const title = view.family === "ipv4" ? "IPv4" : "IPv6";
  const { address, since, lastSeen, lastLook, nextLook, prefix } = view;
  const next = nextLook === null ? "" : `; the next look is ${timeWords(nextLook, nowMs)}`;
  const blind =
    lastLook?.outcome === "could-not-tell"
      ? `; could not tell: ${plainText(lastLook.sentence ?? "")}${next}`
      : "";
  if (address === null) return `${title}: not known${lastLook === null ? ", being looked for" : blind}`;
  const span = since === null ? "" : ` for ${age(nowMs - Date.parse(since))}`;
  const network = prefix === null ? "" : `, prefix ${prefix}`;
  return `${title}: ${address}${span}${network}, seen ${timeWords(lastSeen, nowMs)}${blind}`;
}
