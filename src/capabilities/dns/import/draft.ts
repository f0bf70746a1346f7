/** The import as it grows while plan.ts and plan-zones.ts go through the config. */

import type { Outcome, ReportLine, ReportRepair } from "#platform/import/report.ts";
import type { NewFile } from "#platform/import/write-out.ts";
import { type Position, type Problem, shown } from "#protocols/namedconf/problem.ts";
import { readServers, serverToText } from "#protocols/namedconf/read.ts";
import { type Statement, statementName } from "#protocols/namedconf/tree.ts";
import type { SiteCatalog } from "./catalogs.ts";
import type { SiteControl } from "./controls.ts";
import { outcomeOf } from "./outcomes.ts";
import { readSetting, type Scopes, type Setting, type SettingValues } from "./settings.ts";
import type { SiteForward, SiteKey, SiteZone } from "./site.ts";

export class ImportDraft {
  readonly lines: ReportLine[] = [];
  readonly repairs: ReportRepair[] = [];
  readonly files: NewFile[] = [];
  readonly problems: Problem[] = [];
  readonly keys: SiteKey[] = [];
  readonly forward: SiteForward[] = [];
  readonly controls: SiteControl[] = [];
  readonly catalogs: SiteCatalog[] = [];
  readonly zones: SiteZone[] = [];
  settings: SettingValues = {};
  allowQuery: readonly string[] = ["any"];
  allowTransfer: readonly string[] | undefined = undefined;
  /** Zones that BIND lets anybody copy, untold, and Homeport nobody. Where each stands in the config. */
  readonly closedZones = new Map<string, Position>();
  zonesLeftOut = 0;
  private readonly scopes: Scopes;

  constructor(scopes: Scopes) {
    this.scopes = scopes;
  }

  /** @param label the statement as the report calls it; without what it says, which may be a secret */
  say(statement: Statement, label: string, outcome: Outcome, detail?: string): void {
    const { file, line } = statement;
    this.lines.push({
      file,
      line,
      statement: shown(label, 300),
      outcome,
      ...(detail !== undefined && { detail }),
    });
  }

  /** @param zoneFile relative to --out */
  sayZone({ file, line }: Statement, label: string, zoneFile: string): void {
    this.lines.push({ file, line, statement: shown(label, 300), outcome: "imported", zoneFile });
  }

  /** Something to look after that keeps nothing from coming over. */
  warn({ file, line, column }: Statement, { what, remedy }: { what: string; remedy: string }): void {
    this.problems.push({ severity: "warning", code: "value", file, line, column, what, remedy });
  }

  leaveOutZone(statement: Statement, label: string, why: string): void {
    this.zonesLeftOut++;
    this.say(statement, label, "left out", why);
  }

  /** A statement that is a setting of site.yaml, or one that is not carried over. */
  setting(statement: Statement, label: string): void {
    const setting = readSetting(statement, this.scopes);
    if (setting === undefined) {
      const { outcome, detail } = outcomeOf(statementName(statement));
      this.say(statement, label, outcome, detail);
      return;
    }
    this.take(statement, label, setting);
  }

  take(statement: Statement, label: string, { values, outcome, detail }: Setting): void {
    this.settings = { ...this.settings, ...values };
    this.say(statement, label, outcome, detail);
  }

  /** @param zone undefined: for all names that no other rule is for */
  forwarders(statement: Statement, label: string, zone: string | undefined): void {
    const { servers } = readServers(statement);
    if (servers.length === 0) {
      this.say(statement, label, "not carried over", "it names no server");
      return;
    }
    const to = servers.map(serverToText);
    const same = this.forward.findIndex((rule) => rule.zone === zone);
    if (same !== -1) this.forward.splice(same, 1); // the view's forwarders instead of those of options
    this.forward.push({ ...(zone !== undefined && { zone }), to });
    this.say(statement, label, "recorded", `dns.forward, to ${to.join(" and ")}`);
  }
}
