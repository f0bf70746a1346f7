/** Decides what each statement of a BIND config becomes. Reads zone files, writes nothing. */

import type { Place } from "#platform/import/place.ts";
import { count, type ReportLine, type ReportRepair } from "#platform/import/report.ts";
import type { NewFile } from "#platform/import/write-out.ts";
import { keyId, MatchListReader } from "#protocols/namedconf/match-list.ts";
import { type Position, type Problem, shown } from "#protocols/namedconf/problem.ts";
import { readAcls, readServerLists, readTlsBlocks, type TlsBlock } from "#protocols/namedconf/read.ts";
import { readServerBlocks, type ServerBlock } from "#protocols/namedconf/server-blocks.ts";
import {
  blockOf,
  type Statement,
  statementName,
  statementsNamed,
  wordAt,
} from "#protocols/namedconf/tree.ts";
import { catalogsIn, sayCatalogs } from "./catalogs.ts";
import { ControlPlanner, forTrial, rndcKey } from "./controls.ts";
import { ImportDraft } from "./draft.ts";
import { keyNames, sayKey } from "./keys.ts";
import { listenAsBind, tlsDetail } from "./listen.ts";
import { closedTransfers } from "./look-at-zones.ts";
import { outcomeOf } from "./outcomes.ts";
import { type ZoneContext, ZonePlanner } from "./plan-zones.ts";
import { assumedRateLimit, rateLimit } from "./rate-limit.ts";
import type { ZoneCounts } from "./report.ts";
import { sayServers } from "./server-blocks.ts";
import { ServerReader } from "./servers.ts";
import { bindDefaults, untoldIdentity } from "./settings.ts";
import type { Site } from "./site.ts";
import { inheritedByZones } from "./zone-settings.ts";

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
  /** Zones that nobody may copy, unlike in BIND, and where they stand in the config. */
  readonly closedZones: ReadonlyMap<string, Position>;
  /** Files that no statement names. */
  readonly alsoRead: readonly string[];
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
  return new Planner(request, views, view, await rndcKey(request.place, request.statements)).plan();
}

class Planner {
  private readonly request: PlanRequest;
  private readonly view: Statement | undefined;
  private readonly context: ZoneContext;
  private readonly draft: ImportDraft;
  private readonly zones: ZonePlanner;
  private readonly tls: ReadonlyMap<string, TlsBlock>;
  private readonly serverBlocks: readonly ServerBlock[];
  private readonly controls: ControlPlanner;
  /** Of rndc.key, where named would take it unasked. */
  private readonly rndcKey: Statement | undefined;

  constructor(
    request: PlanRequest,
    views: readonly Statement[],
    view: Statement | undefined,
    rndcKey: Statement | undefined,
  ) {
    this.request = request;
    this.view = view;
    this.rndcKey = rndcKey;
    const { statements, place, lenient } = request;
    const viewStatements = (view && blockOf(view)?.statements) ?? [];
    const options = statementsNamed(statements, "options").flatMap((one) => blockOf(one)?.statements ?? []);
    const written = statementsNamed([...statements, ...viewStatements], "key");
    const keys = keyNames(rndcKey === undefined ? written : [...written, rndcKey]);
    this.tls = readTlsBlocks(statements);
    this.serverBlocks = readServerBlocks(statements, viewStatements);
    const others = views.flatMap((one) => statementsNamed(blockOf(one)?.statements ?? [], "key"));
    const elsewhere = new Set(others.map((key) => keyId(wordAt(key, 1) ?? "")));
    const lists = new MatchListReader(readAcls(statements), keys, elsewhere);
    const servers = new ServerReader({
      lists: readServerLists(statements),
      tls: this.tls,
      blocks: this.serverBlocks,
      keys,
    });
    const catalogs = catalogsIn(viewStatements) ?? catalogsIn(options) ?? new Map();
    this.context = { place, lenient, options, views, viewStatements, lists, servers, keys, catalogs };
    this.draft = new ImportDraft([viewStatements, options]);
    this.zones = new ZonePlanner(this.context, this.draft);
    const usualKey = rndcKey && keys.get(keyId(wordAt(rndcKey, 1) ?? ""));
    this.controls = new ControlPlanner(this.draft, this.context, usualKey);
  }

  async plan(): Promise<ImportPlan> {
    const { draft, context } = this;
    for (const statement of this.request.statements) await this.topLevel(statement);
    if (this.rndcKey !== undefined) this.unaskedKey(this.rndcKey);
    sayServers(draft, this.serverBlocks, context.servers.signing, context.keys);
    const catalogsOfView = catalogsIn(context.viewStatements) !== undefined;
    sayCatalogs(draft, catalogsOfView ? `view "${this.viewName}"` : "options", context.catalogs);
    const { settings, allowQuery, allowTransfer, forward, keys, controls, catalogs, zones } = draft;
    const acls = Object.fromEntries(context.lists.acls);
    const untold = untoldIdentity(context.options);
    return {
      site: {
        name: this.request.siteName,
        settings: { ...bindDefaults, ...settings },
        allowQuery,
        allowTransfer,
        acls,
        forward,
        keys,
        controls: controls.map((control) => forTrial(control, acls)),
        catalogs,
        zones,
        listenAsBind: listenAsBind(context.options, this.tls),
      },
      files: draft.files,
      assumed: [
        ...closedTransfers([...draft.closedZones.keys()]),
        ...(untold === undefined ? [] : [untold]),
        ...(settings["rateLimit"] === undefined ? [assumedRateLimit] : []),
      ],
      statements: draft.lines,
      repairs: draft.repairs,
      problems: [...draft.problems, ...context.lists.found, ...context.servers.found],
      zones: {
        imported: zones.length,
        secondary: zones.filter((zone) => zone.file === undefined).length,
        leftOut: draft.zonesLeftOut,
      },
      closedZones: draft.closedZones,
      alsoRead: this.rndcKey === undefined ? [] : [this.rndcKey.file],
    };
  }

  private get viewName(): string {
    return shown((this.view && wordAt(this.view, 1)) ?? "");
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
      sayKey(this.draft, statement);
    } else if (name === "acl") {
      this.context.lists.readAcl(subject.toLowerCase());
      this.draft.say(statement, `acl "${subject}"`, "imported", "dns.acls");
    } else if (name === "controls") {
      this.controls.controls(statement);
    } else if (["primaries", "masters", "parental-agents"].includes(name)) {
      this.serverList(statement, `${name} ${subject}`);
    } else if (name === "tls") {
      this.draft.say(statement, `tls ${subject}`, "imported", tlsDetail(statement));
    } else if (name === "server") {
      return; // told when it is known what it signs
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
        `Homeport has one view, and "${this.viewName}" was taken; ` +
          `${count(zones, "zone")} of this one stayed behind; ` +
          `to take this one instead: --view ${name}`,
      );
      return;
    }
    this.draft.say(statement, label, "imported", "its zones and settings are those of the site");
    for (const inner of this.context.viewStatements) {
      const innerName = statementName(inner);
      if (innerName === "zone") await this.zones.zone(inner);
      else if (innerName === "key") sayKey(this.draft, inner);
      else if (innerName !== "match-clients" && innerName !== "server") this.option(inner, label);
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
    } else if (name === "allow-transfer" && block !== undefined) {
      this.draft.allowTransfer = this.context.lists.read(block);
      this.draft.say(statement, label, "imported", "dns.allowTransfer");
      this.zones.settings.transport(statement, label);
    } else if (inheritedByZones.has(name)) {
      this.draft.say(statement, label, "imported", inheritedByZones.get(name));
    } else if (name === "catalog-zones") {
      return; // told when it is known what its zones are
    } else {
      this.draft.setting(statement, label);
    }
  }

  private serverList(statement: Statement, label: string): void {
    this.draft.say(statement, label, "imported", "written out in each list of servers that names it");
  }

  /** named reads it where nothing in the config says which keys rndc may use. */
  private unaskedKey(statement: Statement): void {
    const id = keyId(wordAt(statement, 1) ?? "");
    const known = this.draft.keys.some(({ name }) => name === this.context.keys.get(id));
    if (!known) sayKey(this.draft, statement);
    if (statementsNamed(this.request.statements, "controls").length === 0) this.controls.usual(statement);
  }
}
