/** Who may copy and change a zone, and whom it tells: what it says, else its view, else `options`. */

import { count } from "#platform/import/report.ts";
import type { MatchListReader } from "#protocols/namedconf/match-list.ts";
import {
  blockOf,
  type Statement,
  statementName,
  statementsNamed,
  wordAt,
} from "#protocols/namedconf/tree.ts";
import type { ImportDraft } from "./draft.ts";
import { importGrant, type SiteRule } from "./grant.ts";
import type { ServerReader } from "./servers.ts";

export type ZoneKind = "primary" | "secondary" | "mirror";

/** What zones, catalogs and members of catalogs have in common. */
export interface SharingValues {
  readonly allowTransfer?: readonly string[];
  readonly allowNotify?: readonly string[];
  readonly forwardUpdates?: readonly string[];
  readonly notify?: "no" | "explicit";
  readonly alsoNotify?: readonly string[];
}

export interface ZoneValues extends SharingValues {
  readonly allowQuery?: readonly string[];
  readonly allowUpdate?: readonly string[];
  readonly grant?: readonly SiteRule[];
  readonly serial?: string;
  readonly recordsPerTypeMax?: number;
  readonly typesPerNameMax?: number;
  readonly checkNames?: string;
}

export interface SettingsContext {
  readonly options: readonly Statement[];
  readonly viewStatements: readonly Statement[];
  readonly lists: MatchListReader;
  readonly servers: ServerReader;
  /** What site.yaml calls each key, by its `keyId`. */
  readonly keys: ReadonlyMap<string, string>;
}

/** Statements of `options` and views that become settings of zones, and what those are called. */
export const inheritedByZones: ReadonlyMap<string, string> = new Map([
  ["allow-update", "allowUpdate of each zone of this server that says nothing else"],
  ["allow-notify", "allowNotify of each copy that says nothing else"],
  ["allow-update-forwarding", "forwardUpdates of each copy that says nothing else"],
  ["notify", "notify of each zone that says nothing else"],
  ["also-notify", "alsoNotify of each zone that says nothing else"],
  ["serial-update-method", "serial of each zone of this server that says nothing else"],
  ["max-records-per-type", "recordsPerTypeMax of each zone that says nothing else"],
  ["max-types-per-name", "typesPerNameMax of each zone that says nothing else"],
]);

/** What a zone's own statement is called in site.yaml, where that is not plain. */
const ownNames: ReadonlyMap<string, string | undefined> = new Map([
  ["allow-query", undefined],
  ["check-names", undefined],
  ["allow-update", undefined],
  ["allow-transfer", undefined],
  ["allow-notify", undefined],
  ["notify", undefined],
  ["also-notify", undefined],
  ["allow-update-forwarding", "forwardUpdates"],
  ["serial-update-method", "serial"],
  ["max-records-per-type", "recordsPerTypeMax"],
  ["max-types-per-name", "typesPerNameMax"],
]);

export class ZoneSettings {
  private readonly context: SettingsContext;
  private readonly draft: ImportDraft;
  private readonly isElsewhere: boolean;

  /** @param where elsewhere: `viewStatements` are not the site's, so that nothing is left to its settings */
  constructor(context: SettingsContext, draft: ImportDraft, where: "here" | "elsewhere" = "here") {
    this.context = context;
    this.draft = draft;
    this.isElsewhere = where === "elsewhere";
  }

  /** @param label of the zone */
  values(label: string, inner: readonly Statement[], kind: ZoneKind): ZoneValues {
    const own = (name: string) => statementsNamed(inner, name).at(0);
    const allowQuery = this.list(
      this.isElsewhere ? this.inherited(inner, "allow-query") : own("allow-query"),
    );
    const grant = this.grant(label, own("update-policy"));
    const isPrimary = kind === "primary";
    const allowUpdate =
      isPrimary && own("update-policy") === undefined
        ? this.somebody(this.inherited(inner, "allow-update"))
        : undefined;
    if (allowUpdate?.includes("any")) this.openUpdates(label, this.inherited(inner, "allow-update")!);
    const serial = isPrimary ? this.word(inner, "serial-update-method") : undefined;
    const recordsPerTypeMax = this.word(inner, "max-records-per-type");
    const typesPerNameMax = this.word(inner, "max-types-per-name");
    const checkNames = own("check-names");
    return {
      ...(allowQuery !== undefined && { allowQuery }),
      ...(allowUpdate !== undefined && { allowUpdate }),
      ...(grant.length > 0 && { grant }),
      ...this.sharing(inner, kind),
      ...(serial !== undefined && serial !== "increment" && { serial }),
      ...(recordsPerTypeMax !== undefined && { recordsPerTypeMax: Number(recordsPerTypeMax) }),
      ...(typesPerNameMax !== undefined && { typesPerNameMax: Number(typesPerNameMax) }),
      ...(checkNames !== undefined && { checkNames: wordAt(checkNames, 1)!.toLowerCase() }),
    };
  }

  /** @param inner what the zone itself says; nothing for members of a catalog */
  sharing(inner: readonly Statement[], kind: ZoneKind): SharingValues {
    const isCopy = kind !== "primary";
    const allowTransfer = this.isElsewhere
      ? (this.list(this.inherited(inner, "allow-transfer")) ?? ["none"])
      : this.list(statementsNamed(inner, "allow-transfer").at(0));
    const allowNotify = isCopy ? this.somebody(this.inherited(inner, "allow-notify")) : undefined;
    const forwardUpdates = isCopy
      ? this.somebody(this.inherited(inner, "allow-update-forwarding"))
      : undefined;
    const notify = notifyOf(this.word(inner, "notify"), kind);
    const told = this.inherited(inner, "also-notify");
    const alsoNotify = told === undefined ? [] : this.context.servers.read(told).map(({ text }) => text);
    const isOpen = this.isOpenByDefault(inner, kind) && notify !== "no" && alsoNotify.length > 0;
    return {
      ...(allowTransfer !== undefined && { allowTransfer }),
      ...(isOpen && { allowTransfer: ["any"] }),
      ...(allowNotify !== undefined && { allowNotify }),
      ...(forwardUpdates !== undefined && { forwardUpdates }),
      ...(notify !== "yes" && { notify }),
      ...(notify !== "no" && alsoNotify.length > 0 && { alsoNotify }),
    };
  }

  /** BIND lets anybody copy it, and nothing in the config says so. A mirror is never copied unasked. */
  isOpenByDefault(inner: readonly Statement[], kind: ZoneKind): boolean {
    return kind !== "mirror" && this.inherited(inner, "allow-transfer") === undefined;
  }

  /** The addresses that a zone tells of changes. */
  told(inner: readonly Statement[]): readonly string[] {
    const list = this.inherited(inner, "also-notify");
    return list === undefined ? [] : this.context.servers.read(list).map(({ address }) => address);
  }

  /** Tells of a statement of a zone; false when it is none of these. */
  say(statement: Statement, label: string): boolean {
    const name = statementName(statement);
    if (name === "update-policy") return true; // told with its rules
    if (!ownNames.has(name)) return false;
    this.draft.say(statement, label, "imported", ownNames.get(name));
    if (name === "allow-transfer") this.transport(statement, label);
    return true;
  }

  /** `allow-transfer port 853 transport tls { … }` lets in by that way only. */
  transport(statement: Statement, label: string): void {
    if (statement.items[1]?.kind === "block") return;
    const what = `${label}: BIND lets it be copied by one port or transport only, Homeport by all that it answers on`;
    this.draft.warn(statement, { what, remedy: "name a key in the list, or leave dns.tls the only way in" });
  }

  private grant(label: string, policy: Statement | undefined): readonly SiteRule[] {
    if (policy === undefined) return [];
    const { rules, notes } = importGrant(policy, this.context.keys);
    const here = `${label} update-policy`;
    if (rules.length > 0) this.draft.say(policy, here, "imported", `grant, ${count(rules.length, "rule")}`);
    for (const { statement, came, detail } of notes) {
      this.draft.say(statement, here, came ? "imported" : "not carried over", detail);
    }
    return rules;
  }

  private openUpdates(label: string, statement: Statement): void {
    this.draft.warn(statement, {
      what: `${label}: anybody may change it, as in BIND`,
      remedy: "make a key with homeport key new, and write it in place of any",
    });
  }

  private inherited(inner: readonly Statement[], name: string): Statement | undefined {
    const scopes = [inner, this.context.viewStatements, this.context.options];
    return scopes.map((scope) => statementsNamed(scope, name).at(0)).find((found) => found !== undefined);
  }

  private list(statement: Statement | undefined): readonly string[] | undefined {
    const block = statement && blockOf(statement);
    return block === undefined ? undefined : this.context.lists.read(block);
  }

  /** A list that lets in nobody is what a missing one is. */
  private somebody(statement: Statement | undefined): readonly string[] | undefined {
    const list = this.list(statement);
    return list?.join() === "none" ? undefined : list;
  }

  private word(inner: readonly Statement[], name: string): string | undefined {
    const statement = this.inherited(inner, name);
    return statement && wordAt(statement, 1)?.toLowerCase();
  }
}

/** BIND tells nobody of a mirror's changes but those whom it is told to. */
function notifyOf(word: string | undefined, kind: ZoneKind): "yes" | "no" | "explicit" {
  if (word === undefined) return kind === "mirror" ? "explicit" : "yes";
  if (word === "explicit") return "explicit";
  if (word === "primary-only" || word === "master-only") return kind === "primary" ? "yes" : "no";
  return /^(?:no|false|0)$/.test(word) ? "no" : "yes";
}
