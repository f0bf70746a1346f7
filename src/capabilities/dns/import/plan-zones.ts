/** What each zone of a BIND config becomes. */

import type { Place } from "#platform/import/place.ts";
import { NameError } from "#protocols/dns/name.ts";
import type { CatalogEntry } from "#protocols/namedconf/catalogs.ts";
import { keyId } from "#protocols/namedconf/match-list.ts";
import { shown } from "#protocols/namedconf/problem.ts";
import {
  blockOf,
  type Statement,
  statementName,
  statementsNamed,
  wordAt,
} from "#protocols/namedconf/tree.ts";
import { canonicalName } from "./canonical-name.ts";
import { siteCatalog } from "./catalogs.ts";
import type { ImportDraft } from "./draft.ts";
import { outcomeOf } from "./outcomes.ts";
import { readZoneFiles } from "./zone-file.ts";
import {
  type SettingsContext,
  type SharingValues,
  type ZoneKind,
  ZoneSettings,
  type ZoneValues,
} from "./zone-settings.ts";

/** What a zone inherits from, and where its files are looked for. */
export interface ZoneContext extends SettingsContext {
  readonly place: Place;
  readonly lenient: boolean;
  readonly views: readonly Statement[];
  /** By the names of their zones. */
  readonly catalogs: ReadonlyMap<string, CatalogEntry>;
}

interface ZoneDefinition {
  readonly statement: Statement;
  readonly label: string;
  readonly name: string;
  /** What defines it: its own statements, or those of the zone that it is in another view. */
  readonly inner: readonly Statement[];
  readonly settings: ZoneSettings;
}

export class ZonePlanner {
  readonly settings: ZoneSettings;
  private readonly context: ZoneContext;
  private readonly draft: ImportDraft;

  constructor(context: ZoneContext, draft: ImportDraft) {
    this.context = context;
    this.draft = draft;
    this.settings = new ZoneSettings(context, draft);
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
      const defined = this.definitionOf(statement, text);
      if (defined === undefined)
        this.draft.leaveOutZone(statement, label, "the view that it is taken from does not have it");
      else await this.zoneOfType({ statement, label, name, ...defined });
    }
  }

  /** What `in-view` refers to is the zone of another view, with what it inherits there. */
  private definitionOf(
    statement: Statement,
    name: string,
  ): Pick<ZoneDefinition, "inner" | "settings"> | undefined {
    const own = blockOf(statement)?.statements ?? [];
    const inView = statementsNamed(own, "in-view").at(0);
    if (inView === undefined) return { inner: own, settings: this.settings };
    const view = this.context.views.find((one) => wordAt(one, 1) === wordAt(inView, 1));
    const viewStatements = (view && blockOf(view)?.statements) ?? [];
    const zones = statementsNamed(viewStatements, "zone");
    const zone = zones.find((one) => keyId(wordAt(one, 1) ?? "") === keyId(name));
    const inner = zone && blockOf(zone)?.statements;
    if (inner === undefined) return undefined;
    return {
      inner,
      settings: new ZoneSettings({ ...this.context, viewStatements }, this.draft, "elsewhere"),
    };
  }

  private async zoneOfType(zone: ZoneDefinition): Promise<void> {
    const { statement, label, name, inner } = zone;
    const type = wordOf(inner, "type")?.toLowerCase() ?? "";
    switch (type) {
      case "primary":
      case "master":
        return this.primary(zone);
      case "secondary":
      case "slave":
      case "mirror":
        return this.secondary(zone, type);
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
      case "stub":
        this.draft.say(statement, label, "not carried over", stub);
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

  private async primary(zone: ZoneDefinition): Promise<void> {
    const { statement, label, name, inner } = zone;
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
    const { values, notes } = this.valuesOf(zone, "primary");
    this.draft.zones.push({ name, file, ...values, notes });
  }

  private secondary(zone: ZoneDefinition, type: string): void {
    const { statement, label, name, inner, settings } = zone;
    const list = statementsNamed(inner, "primaries", "masters").at(0);
    const primaries = list === undefined ? [] : this.context.servers.read(list).map(({ text }) => text);
    if (primaries.length === 0) {
      this.draft.leaveOutZone(statement, label, type === "mirror" ? unnamed : "it names no primaries");
      return;
    }
    const kind = type === "mirror" ? "mirror" : "secondary";
    const from = primaries.join(" and ");
    const entry = this.context.catalogs.get(name);
    if (entry !== undefined) {
      const sharing = settings.sharing(inner, kind);
      const members = settings.sharing([], "secondary");
      const { servers } = this.context;
      this.draft.catalogs.push(siteCatalog(entry, servers, { name, primaries, sharing }, members));
      this.draft.say(statement, label, "imported", `dns.catalogs, a catalog that is copied from ${from}`);
      this.sayStatements(zone);
      this.openTransfers(zone, kind, sharing);
      return;
    }
    const file = wordOf(inner, "file");
    const behind =
      file === undefined ? "" : `; ${shown(file, 200)} stays behind, as copies are kept in the store`;
    const unproved = kind === "mirror" ? ", whose signatures nobody checks here," : "";
    this.draft.say(statement, label, "imported", `a ${type} zone${unproved} copied from ${from}${behind}`);
    const { values, notes } = this.valuesOf(zone, kind);
    this.draft.zones.push({ name, primaries, ...values, notes });
  }

  private valuesOf(zone: ZoneDefinition, kind: ZoneKind): { values: ZoneValues; notes: readonly string[] } {
    const values = zone.settings.values(zone.label, zone.inner, kind);
    this.sayStatements(zone);
    return { values, notes: this.openTransfers(zone, kind, values) };
  }

  /** Tells of a zone that BIND lets anybody copy without a word. Gives comments for site.yaml. */
  private openTransfers(
    { statement, label, name, inner, settings }: ZoneDefinition,
    kind: ZoneKind,
    { allowTransfer }: SharingValues,
  ): readonly string[] {
    if (!settings.isOpenByDefault(inner, kind)) return [];
    if (allowTransfer?.[0] !== "any") {
      const { file, line, column } = statement;
      this.draft.closedZones.set(name, { file, line, column });
      return [];
    }
    const addresses = settings.told(inner).map((one) => JSON.stringify(one));
    const narrower = `allowTransfer: [${addresses.join(", ")}]`;
    this.draft.warn(statement, {
      what: `${label}: anybody may copy it, as allow-transfer is missing and also-notify shows secondaries`,
      remedy: `write ${narrower}, if only these copy it`,
    });
    return [`Anybody may copy it, as in BIND. Better, if only these do: ${narrower}`];
  }

  private sayStatements({ label, inner }: ZoneDefinition): void {
    for (const one of inner) this.sayStatement(one, `${label} ${statementName(one)}`);
  }

  private sayStatement(statement: Statement, label: string): void {
    const name = statementName(statement);
    if (["type", "file", "masters", "primaries", "in-view", "journal", "masterfile-format"].includes(name))
      return;
    if (name === "forwarders" || name === "forward") {
      this.draft.say(statement, label, "not carried over", "a zone that is served here is never forwarded");
    } else if (!this.settings.say(statement, label)) this.draft.setting(statement, label);
  }
}

const unnamed = "it names no primaries, and those of the root that BIND knows by itself are not known here";

const stub =
  "a stub zone tells a resolver whom to ask; to answer for it here, write it as a zone with primaries";

function wordOf(statements: readonly Statement[], name: string): string | undefined {
  const statement = statementsNamed(statements, name).at(0);
  return statement && wordAt(statement, 1);
}
