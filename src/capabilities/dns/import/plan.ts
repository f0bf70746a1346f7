/** Decides what each statement of a BIND config becomes. Reads zone files, writes nothing. */
import { NameError } from "#protocols/dns/name.ts";
import { keyId, MatchListReader } from "#protocols/namedconf/match-list.ts";
import { type Problem, shown } from "#protocols/namedconf/problem.ts";
import { type KeyStatement, readAcls, readKey, readServerLists } from "#protocols/namedconf/read.ts";
import {
  blockOf,
  type Statement,
  statementName,
  statementsNamed,
  wordAt,
} from "#protocols/namedconf/tree.ts";
import { ImportDraft } from "./draft.ts";
import { safeFileName } from "./file-name.ts";
import { listenAsBind } from "./listen.ts";
import { outcomeOf } from "./outcomes.ts";
import type { Place } from "./place.ts";
import { canonicalName, type ZoneContext, ZonePlanner } from "./plan-zones.ts";
import { assumedRateLimit, rateLimit } from "./rate-limit.ts";
import { count, type ReportLine, type ReportRepair, type ZoneCounts } from "./report.ts";
import { bindDefaults, untoldIdentity } from "./settings.ts";
import type { Site, SiteZone } from "./site.ts";
import type { NewFile } from "./zone-file.ts";

export interface ImportPlan {
  readonly site: Site;
  readonly files: readonly NewFile[];
  /** Where Homeport does otherwise than BIND when neither is told what to do. */
  readonly assumed: readonly string[];
  readonly statements: readonly ReportLine[];
  readonly repairs: readonly ReportRepair[];
  /** Entries of lists that could not be known, and views that were not taken. */
  readonly problems: readonly Problem[];
  readonly zones: Omit<ZoneCounts, "withErrors">;
}

export interface PlanRequest {
  readonly place: Place;
  readonly statements: readonly Statement[];
  readonly siteName: string;
  /** undefined: the first. */
  readonly view: string | undefined;
  readonly lenient: boolean;
}

/** Makes the plan; says which views there are when the one asked for is none of them. */
export async function planImport(request: PlanRequest): Promise<ImportPlan | { readonly why: string }> {
  const views = statementsNamed(request.statements, "view");
  const names = views.map((view) => wordAt(view, 1) ?? "");
  if (request.view !== undefined && !names.includes(request.view)) {
    const choice =
      names.length === 0 ? "it has no views" : `write one of ${names.map((one) => shown(one)).join(", ")}`;
    return { why: `the config has no view "${shown(request.view)}"; ${choice}` };
  }
  const view = views.find((one) => request.view === undefined || wordAt(one, 1) === request.view);
  return new Planner(request, views, view).plan();
}

class Planner {
  private readonly request: PlanRequest;
  private readonly view: Statement | undefined;
  private readonly context: ZoneContext;
  private readonly draft: ImportDraft;
  private readonly zones: ZonePlanner;

  constructor(request: PlanRequest, views: readonly Statement[], view: Statement | undefined) {
    this.request = request;
    this.view = view;
    const { statements, place, lenient } = request;
    const viewStatements = (view && blockOf(view)?.statements) ?? [];
    const keys = statementsNamed([...statements, ...viewStatements], "key");
    const keyNames = new Set(keys.map((key) => keyId(wordAt(key, 1) ?? "")));
    this.context = {
      place,
      lenient,
      options: statementsNamed(statements, "options").flatMap((one) => blockOf(one)?.statements ?? []),
      views,
      viewStatements,
      lists: new MatchListReader(readAcls(statements), keyNames),
      serverLists: readServerLists(statements),
    };
    this.draft = new ImportDraft([viewStatements, this.context.options]);
    this.zones = new ZonePlanner(this.context, this.draft);
  }

  async plan(): Promise<ImportPlan> {
    for (const statement of this.request.statements) await this.topLevel(statement);
    const { draft, context } = this;
    const { settings, allowQuery, forward, keys, zones } = draft;
    const acls = Object.fromEntries(context.lists.acls);
    const untold = untoldIdentity(context.options);
    const listen = listenAsBind(context.options);
    const imported = zones.filter((zone) => zone.file !== undefined).length;
    return {
      site: {
        name: this.request.siteName,
        settings: { ...bindDefaults, ...settings },
        allowQuery,
        acls,
        forward,
        keys,
        zones,
        listenAsBind: listen,
      },
      files: draft.files,
      assumed: [
        ...openTransfers(zones),
        ...(untold === undefined ? [] : [untold]),
        ...(settings["rateLimit"] === undefined ? [assumedRateLimit] : []),
      ],
      statements: draft.lines,
      repairs: draft.repairs,
      problems: [...draft.problems, ...context.lists.found],
      zones: { imported, recorded: zones.length - imported, leftOut: draft.zonesLeftOut },
    };
  }

  private async topLevel(statement: Statement): Promise<void> {
    const name = statementName(statement);
    const subject = shown(wordAt(statement, 1) ?? "");
    if (name === "options") {
      for (const option of blockOf(statement)?.statements ?? []) this.option(option, "options");
    } else if (name === "zone") {
      await this.zones.zone(statement);
    } else if (name === "view") {
      await this.takeView(statement, subject);
    } else if (name === "key") {
      this.key(statement);
    } else if (name === "acl") {
      this.context.lists.readAcl(subject.toLowerCase());
      this.draft.say(statement, `acl "${subject}"`, "imported", "dns.acls");
    } else {
      const { outcome, detail } = outcomeOf(name);
      this.draft.say(statement, subject === "" ? name : `${name} ${subject}`, outcome, detail);
    }
  }

  private async takeView(statement: Statement, name: string): Promise<void> {
    const label = `view "${name}"`;
    if (statement !== this.view) {
      const zones = statementsNamed(blockOf(statement)?.statements ?? [], "zone").length;
      this.draft.say(
        statement,
        label,
        "not carried over",
        `Homeport has one view, and "${shown(wordAt(this.view!, 1) ?? "")}" was taken; ` +
          `${count(zones, "zone")} of this one stayed behind; ` +
          `to take this one instead: --view ${name}`,
      );
      return;
    }
    this.draft.say(statement, label, "imported", "its zones and settings are those of the site");
    for (const inner of this.context.viewStatements) {
      const innerName = statementName(inner);
      if (innerName === "zone") await this.zones.zone(inner);
      else if (innerName === "key") this.key(inner);
      else if (innerName !== "match-clients") this.option(inner, label);
    }
    for (const inner of statementsNamed(this.context.viewStatements, "match-clients"))
      this.matchClients(inner, label);
  }

  /** A view is hidden from whom it does not match; without views, only allowQuery can do that. */
  private matchClients(statement: Statement, view: string): void {
    const label = `${view} match-clients`;
    const block = blockOf(statement);
    const clients = block === undefined ? ["any"] : this.context.lists.read(block);
    if (clients[0] === "any") {
      this.draft.say(statement, label, "imported", "anybody");
    } else if (this.draft.allowQuery[0] === "any") {
      this.draft.allowQuery = clients;
      this.draft.say(statement, label, "imported", "dns.allowQuery, so that nobody else is answered");
    } else {
      this.draft.say(statement, label, "not carried over", "dns.allowQuery is that of allow-query");
      const remedy =
        "look whether dns.allowQuery and each zone's allowQuery refuse whom the view did not match";
      this.draft.warn(statement, {
        what: `${label}: BIND asked this and allow-query, Homeport asks one list`,
        remedy,
      });
    }
  }

  /** A statement of options or of the view; the view's come later and so win. */
  private option(statement: Statement, place: string): void {
    const name = statementName(statement);
    const label = `${place} ${name}`;
    const block = blockOf(statement);
    if (place === "options" && statementsNamed(this.context.viewStatements, name).length > 0) {
      this.draft.say(statement, label, "not carried over", "the view that is taken says otherwise");
      return;
    }
    if (name === "allow-query" && block !== undefined) {
      this.draft.allowQuery = this.context.lists.read(block);
      this.draft.say(statement, label, "imported", "dns.allowQuery");
    } else if (name === "rate-limit" && block !== undefined) {
      this.draft.take(
        statement,
        label,
        rateLimit(block, (clients) => this.context.lists.read(clients)),
      );
    } else if (name === "forwarders") {
      this.draft.forwarders(statement, label, undefined);
    } else if (["allow-update", "allow-transfer", "notify", "also-notify"].includes(name)) {
      this.draft.say(statement, label, "recorded", "with each zone");
    } else {
      this.draft.setting(statement, label);
    }
  }

  private key(statement: Statement): void {
    const key = readKey(statement);
    if ("code" in key) return; // told by the checks before
    const label = `key "${shown(key.name)}"`;
    const algorithm = /^hmac-(?:md5|sha1|sha224|sha256|sha384|sha512)$/.exec(key.algorithm)?.[0];
    if (algorithm === undefined || canonicalName(key.name) instanceof NameError) {
      const why = `Homeport takes whole HMACs and names that are domain names, not ${shown(key.algorithm)}`;
      this.draft.say(statement, label, "left out", why);
      return;
    }
    const path = `keys/${safeFileName(keyId(key.name))}.key`;
    this.draft.files.push({ path, octets: Buffer.from(keyFileText(key), "utf8"), mode: 0o600 });
    this.draft.keys.push({ name: key.name, algorithm, secretFile: path });
    this.draft.say(statement, label, "imported", `dns.keys, its secret in ${path} (mode 0600)`);
  }
}

/** The one default that an import must not take over. */
function openTransfers(zones: readonly SiteZone[]): string[] {
  const open = zones.filter((zone) => zone.allowTransfer === undefined).map((zone) => zone.name);
  if (open.length === 0) return [];
  const names =
    open.length > 3 ? `${open.slice(0, 3).join(", ")} and ${open.length - 3} more` : open.join(", ");
  return [
    `nobody may copy ${names}, as allow-transfer is missing; BIND lets anybody, ` +
      'and for that write allowTransfer: ["any"]',
  ];
}

/** As tsig-keygen writes it. */
function keyFileText({ name, algorithm, secret }: KeyStatement): string {
  const quoted = name.replaceAll('"', '\\"');
  return `key "${quoted}" {\n\talgorithm ${algorithm};\n\tsecret "${secret}";\n};\n`;
}
