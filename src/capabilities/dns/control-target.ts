/** What rndc steers, in terms of the name server that runs. */
import { writeFileSync } from "node:fs";
import { availableParallelism, hostname, machine, release, type as systemType } from "node:os";
import { join } from "node:path";
import type { Ports } from "#contracts/capability.ts";
import { ConfigError, type ConfigProblem } from "#contracts/configuration.ts";
import { limits as streamLimits } from "#platform/stream/limits.ts";
import type { Name } from "#protocols/dns/name.ts";
import type { ControlTarget, ServerFacts, ZoneFacts } from "./control-channel/control-target.ts";
import { zoneStatement } from "./control-channel/zone-statement.ts";
import { readCounters } from "./counters/read-counters.ts";
import type { NameServer } from "./name-server.ts";
import { writeZoneFile } from "./zone-file.ts";
import type { SiteZone } from "./zones/zone-set.ts";

export class NameServerControl implements ControlTarget {
  readonly processId = process.pid;
  private readonly server: NameServer;
  private readonly ports: Ports;
  private configuredAtMs: number;

  constructor(server: NameServer, ports: Ports) {
    this.server = server;
    this.ports = ports;
    this.configuredAtMs = ports.nowMs();
  }

  /** The settings are others from now on. */
  configured(): void {
    this.configuredAtMs = this.ports.nowMs();
  }

  status(): ServerFacts {
    const { program } = this.ports;
    const { server } = this;
    const { load } = server.services.secondaries;
    const tcpClients = server.server.counters.reduce((sum, { tcp }) => sum + tcp.connections, 0);
    return {
      version: `Homeport ${program.version}`,
      runningOn: `${hostname()}: ${systemType()} ${machine()} ${release()}`,
      bootedAtMs: program.startedAtMs,
      configuredAtMs: this.configuredAtMs,
      configurationFile: program.siteFile,
      processors: availableParallelism(),
      workers: server.pool?.size ?? 0,
      zones: server.zones.zones.size,
      transfersRunning: load.running,
      transfersWaiting: load.waiting,
      soaQueriesRunning: server.services.secondaries.askingCount,
      queryLog: server.served.queryLog,
      tcpClients,
      tcpClientsMax: streamLimits.connectionsMax,
      tcpClientsHighest: Math.max(server.server.connectionsHighest, tcpClients),
    };
  }

  zone(name: Name): ZoneFacts | undefined {
    const zone = this.siteZone(name);
    return zone && this.factsOf(zone);
  }

  showZone(name: Name): string {
    return zoneStatement(this.siteZone(name)!.config);
  }

  reload(): Promise<void> {
    return this.ports.program.reload();
  }

  reconfig(): Promise<void> {
    return this.ports.program.reload();
  }

  /** A dynamic zone is merged with its file, so that it need not be frozen first, unlike with named. */
  async reloadZone(name: Name): Promise<"reloaded" | "up-to-date" | "dynamic"> {
    return this.server.served.reloadZone(name);
  }

  refresh(name: Name): void {
    this.server.services.secondaries.refresh(name);
  }

  retransfer(name: Name): void {
    this.server.services.secondaries.retransfer(name);
  }

  notify(name: Name): void {
    this.server.services.notifyNow(name);
  }

  async freeze(name: Name | undefined): Promise<"frozen" | "already-frozen"> {
    const zones = this.dynamicZones(name).filter(({ live }) => !live.frozen);
    for (const zone of zones) {
      zone.live.frozen = true;
      try {
        await this.server.served.keeper.idle();
        await writeZoneFile(zone, this.server.served.keeper);
      } catch (error) {
        zone.live.frozen = false;
        throw error;
      }
    }
    return zones.length === 0 && name !== undefined ? "already-frozen" : "frozen";
  }

  async thaw(name: Name | undefined): Promise<"thawed" | "not-frozen"> {
    const zones = this.dynamicZones(name).filter(({ live }) => live.frozen);
    for (const zone of zones) {
      await this.server.served.reloadZone(zone.name);
      zone.live.frozen = false;
    }
    await this.server.settleNames();
    return zones.length === 0 && name !== undefined ? "not-frozen" : "thawed";
  }

  /** The history stays: it is what `homeport zone revert` goes by. */
  async sync(name: Name | undefined): Promise<void> {
    const problems: ConfigProblem[] = [];
    for (const zone of this.dynamicZones(name)) {
      if (zone.live.frozen) continue; // was written when it was frozen, and may be being edited
      try {
        await writeZoneFile(zone, this.server.served.keeper);
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        problems.push(...error.problems);
      }
    }
    if (problems.length > 0) throw new ConfigError("HP_DNS_ZONE_FILE", problems);
  }

  /** There is no cache yet, so that nothing is in it. */
  flush(): void {
    this.ports.log.info({}, "rndc flush: there is no cache");
  }

  flushName(): void {
    this.flush();
  }

  flushTree(): void {
    this.flush();
  }

  queryLog(on: boolean | undefined): void {
    this.server.served.setQueryLog(on ?? !this.server.served.queryLog);
  }

  stats(): Promise<string | undefined> {
    const file = join(this.ports.dataFolder, "dns-statistics.json");
    const { counters } = this.server.server;
    const statistics = { at: new Date(this.ports.nowMs()).toISOString(), sockets: counters };
    const all = { ...statistics, counters: readCounters(this.server.counterMemories) };
    try {
      writeFileSync(file, `${JSON.stringify(all, undefined, 2)}\n`, { mode: 0o600 });
    } catch (error) {
      const what = `statistics cannot be written: ${(error as Error).message}`;
      throw new ConfigError("HP_DNS_STATISTICS", [
        { severity: "error", file, what, remedy: "make room in the data folder, or ask `homeport metrics`" },
      ]);
    }
    return Promise.resolve(`written to ${file}; homeport metrics has them for Prometheus`);
  }

  keys(): readonly Name[] {
    return [...this.server.served.keyring.keys()];
  }

  async scan(): Promise<void> {
    await this.server.server.followAddresses(this.server.config.listen);
  }

  stop({ save }: { readonly save: boolean }): void {
    const saved = save ? this.sync(undefined) : Promise.resolve();
    saved
      .catch((error: unknown) => {
        this.ports.log.error({ error: String(error) }, "zones could not be written before the end");
      })
      .finally(() => this.ports.program.stop());
  }

  private siteZone(name: Name): SiteZone | undefined {
    return this.server.served.zone(name);
  }

  private dynamicZones(name: Name | undefined): readonly SiteZone[] {
    const zones = [...this.server.zones.zones.values()].filter((zone) => isDynamic(zone));
    return name === undefined ? zones : zones.filter(({ live }) => live.id === name);
  }

  private factsOf(zone: SiteZone): ZoneFacts {
    const { image, settings, request, live, loadedAtMs, name } = zone;
    const secondary = this.server.services.secondaries.status(name);
    return {
      kind: settings.kind,
      files: request === undefined ? [] : [request.file],
      content: image && {
        serial: image.serial(),
        nodes: image.nodeCount,
        loadedAtMs,
        refreshAtMs: secondary?.nextCheckAtMs,
        expiresAtMs: secondary?.expiresAtMs,
        secure: image.signed,
      },
      dynamic: isDynamic(zone),
      frozen: live.frozen,
    };
  }
}

/** Takes updates, or has taken some. */
export function isDynamic({ config, live, settings, request }: SiteZone): boolean {
  if (settings.kind === "secondary" || request === undefined) return false;
  return (config.allowUpdate ?? config.grant) !== undefined || live.record?.dynamic === true;
}
