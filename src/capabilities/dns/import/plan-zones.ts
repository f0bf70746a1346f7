/** What each zone of a BIND config becomes. */
import { lowerName, NameError, nameToText, parseName } from "#protocols/dns/name.ts";
import { keyId, type MatchListReader } from "#protocols/namedconf/match-list.ts";
import { shown } from "#protocols/namedconf/problem.ts";
import { readServers, serverToText } from "#protocols/namedconf/read.ts";
import {
  blockOf,
  type Statement,
  statementName,
  statementsNamed,
  wordAt,
} from "#protocols/namedconf/tree.ts";
import type { ImportDraft } from "./draft.ts";
import { outcomeOf } from "./outcomes.ts";
import type { Place } from "./place.ts";
import type { SiteZone } from "./site.ts";
import { readZoneFiles } from "./zone-file.ts";

/** What a zone inherits from, and where its files are looked for. */
export interface ZoneContext {
  readonly place: Place;
  readonly lenient: boolean;
  readonly options: readonly Statement[];
  readonly views: readonly Statement[];
  /** Of the view that is taken. */
  readonly viewStatements: readonly Statement[];
  readonly lists: MatchListReader;
  readonly serverLists: ReadonlyMap<string, Statement>;
}

export class ZonePlanner {
  private readonly context: ZoneContext;
  private readonly draft: ImportDraft;

  constructor(context: ZoneContext, draft: ImportDraft) {
    this.context = context;
    this.draft = draft;
  }

  /** Takes one `zone` statement of the config. */
  async zone(statement: Statement): Promise<void> {
    const text = wordAt(statement, 1) ?? "";
    const label = `zone "${shown(text)}"`;
    const name = canonicalName(text);
    const zoneClass = /^(?:in|class1)$/i;
    const written = wordAt(statement, 2);
    if (name instanceof NameError) {
      this.draft.leaveOutZone(statement, label, `its name is no domain name: ${shown(name.message, 200)}`);
    } else if (written !== undefined && !zoneClass.test(written)) {
      this.draft.say(statement, label, "not carried over", `Homeport serves class IN, not ${shown(written)}`);
    } else {
      const inner = this.definitionOf(statement, text);
      if (inner === undefined)
        this.draft.leaveOutZone(statement, label, "the view that it is taken from does not have it");
      else await this.zoneOfType(statement, label, name, inner);
    }
  }

  /** What `in-view` refers to is the zone of another view. */
  private definitionOf(statement: Statement, name: string): readonly Statement[] | undefined {
    const own = blockOf(statement)?.statements ?? [];
    const inView = statementsNamed(own, "in-view").at(0);
    if (inView === undefined) return own;
    const view = this.context.views.find((one) => wordAt(one, 1) === wordAt(inView, 1));
    const zones = statementsNamed((view && blockOf(view)?.statements) ?? [], "zone");
    const zone = zones.find((one) => keyId(wordAt(one, 1) ?? "") === keyId(name));
    return zone && blockOf(zone)?.statements;
  }

  private async zoneOfType(
    statement: Statement,
    label: string,
    name: string,
    inner: readonly Statement[],
  ): Promise<void> {
    const type = wordOf(inner, "type")?.toLowerCase() ?? "";
    switch (type) {
      case "primary":
      case "master":
        return this.primary(statement, label, name, inner);
      case "secondary":
      case "slave":
      case "mirror":
      case "stub":
        return this.secondary(statement, label, name, inner, type);
      case "forward": {
        const forwarders = statementsNamed(inner, "forwarders").at(0);
        if (forwarders !== undefined) this.draft.forwarders(forwarders, label, name);
        else this.draft.say(statement, label, "not carried over", "it names no forwarders");
        return;
      }
      case "hint":
        this.draft.say(
          statement,
          label,
          "not carried over",
          "Homeport resolves no other names itself, so it needs no root servers",
        );
        return;
      default:
        this.draft.say(
          statement,
          label,
          "not carried over",
          `zones of type ${shown(type)} belong to a resolver, and ${outcomeOf("recursion").detail}`,
        );
    }
  }

  private async primary(
    statement: Statement,
    label: string,
    name: string,
    inner: readonly Statement[],
  ): Promise<void> {
    const path = wordOf(inner, "file");
    if (path === undefined || wordOf(inner, "masterfile-format")?.toLowerCase() === "map") {
      const why =
        path === undefined ? "it has no file" : "masterfile-format map is nothing that Homeport reads";
      this.draft.leaveOutZone(statement, label, why);
      return;
    }
    const read = await readZoneFiles({
      place: this.context.place,
      zone: name,
      path,
      journal: wordOf(inner, "journal"),
      directory: wordOf(this.context.options, "directory"),
      lenient: this.context.lenient,
    });
    if ("why" in read) {
      this.draft.leaveOutZone(statement, label, read.why);
      return;
    }
    for (const repair of read.repairs) this.draft.repairs.push(repair);
    for (const file of read.files) this.draft.files.push(file);
    const file = read.files[0]!.path;
    this.draft.sayZone(statement, label, file);
    for (const note of read.notes) this.draft.say(statement, label, "imported", note);
    if (read.journal !== undefined)
      this.draft.warn(statement, { what: `${label}: ${read.journal.what}`, remedy: read.journal.remedy });
    this.draft.zones.push({ name, file, ...this.zoneSettings(label, inner) });
  }

  private secondary(
    statement: Statement,
    label: string,
    name: string,
    inner: readonly Statement[],
    type: string,
  ): void {
    const list = statementsNamed(inner, "primaries", "masters").at(0);
    const { servers, problems } =
      list === undefined ? { servers: [], problems: [] } : readServers(list, this.context.serverLists);
    for (const problem of problems) this.draft.problems.push(problem);
    if (servers.length === 0) {
      this.draft.leaveOutZone(statement, label, "it names no primaries");
      return;
    }
    const primaries = servers.map(
      (one) => `${serverToText(one)}${one.key === undefined ? "" : ` key ${one.key}`}`,
    );
    const from = primaries.join(" and ");
    const detail = `a ${type} zone, copied from ${from}; not served until Homeport makes transfers`;
    this.draft.say(statement, label, "recorded", detail);
    this.draft.zones.push({ name, primaries, ...this.zoneSettings(label, inner) });
  }

  /** What the zone says, else what the view says, else what options say. */
  private zoneSettings(label: string, inner: readonly Statement[]): Omit<SiteZone, "name"> {
    const scopes = [inner, this.context.viewStatements, this.context.options];
    const inherited = (name: string): Statement | undefined =>
      scopes.map((scope) => statementsNamed(scope, name).at(0)).find((found) => found !== undefined);
    const list = (statement: Statement | undefined): readonly string[] | undefined => {
      const block = statement && blockOf(statement);
      return block === undefined ? undefined : this.context.lists.read(block);
    };
    const allowQuery = list(statementsNamed(inner, "allow-query").at(0));
    const allowUpdate = list(inherited("allow-update"));
    const allowTransfer = list(inherited("allow-transfer"));
    const checkNames = wordOf(inner, "check-names")?.toLowerCase();
    for (const one of inner) this.sayZoneStatement(one, `${label} ${statementName(one)}`);
    const noted = ["notify", "also-notify", "update-policy"]
      .map(inherited)
      .filter((one) => one !== undefined);
    return {
      ...(allowQuery !== undefined && { allowQuery }),
      ...(allowUpdate !== undefined && { allowUpdate }),
      ...(allowTransfer !== undefined && { allowTransfer }),
      ...(checkNames !== undefined && { checkNames }),
      notes: noted.map((one) => `BIND: ${shown(statementText(one), 300)}`),
    };
  }

  private sayZoneStatement(statement: Statement, label: string): void {
    const name = statementName(statement);
    if (["type", "file", "masters", "primaries", "in-view", "journal", "masterfile-format"].includes(name))
      return;
    if (name === "allow-query" || name === "check-names") this.draft.say(statement, label, "imported");
    else if (name === "allow-update" || name === "allow-transfer")
      this.draft.say(statement, label, "recorded");
    else if (["notify", "also-notify", "update-policy"].includes(name)) {
      this.draft.say(statement, label, "recorded", "as a comment beside the zone");
    } else if (name === "forwarders" || name === "forward") {
      this.draft.say(statement, label, "not carried over", "a zone that is served here is never forwarded");
    } else this.draft.setting(statement, label);
  }
}

/** Lower case, without final dot. */
export function canonicalName(text: string): string | NameError {
  try {
    if (text === "" || text === "@") return new NameError(`"${text}" is none`);
    const name = nameToText(lowerName(parseName(text)));
    return name === "." ? name : name.slice(0, -1);
  } catch (error) {
    if (error instanceof NameError) return error;
    throw error;
  }
}

function wordOf(statements: readonly Statement[], name: string): string | undefined {
  const statement = statementsNamed(statements, name).at(0);
  return statement && wordAt(statement, 1);
}

function statementText({ items }: Statement): string {
  return items
    .map((item) =>
      item.kind === "block"
        ? `{ ${item.statements.map((one) => `${statementText(one)}; `).join("")}}`
        : item.text,
    )
    .join(" ");
}
