/**
 * What keeps zones in step with the rest of the world: updates, transfers both ways, notifications, and the
 * router that brings messages to them.
 */
import { randomInt } from "node:crypto";
import type { Log } from "#contracts/log.ts";
import type { Store } from "#contracts/store.ts";
import { type Clock, systemClock } from "#platform/clock/clock.ts";
import { addressText } from "#platform/listen/address-octets.ts";
import { lowerName, type Name } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import type { DnsConfig } from "./config.ts";
import type { Engine } from "./engine/engine.ts";
import type { LiveZone } from "./journal/live-zone.ts";
import type { ZoneKeeper } from "./journal/zone-keeper.ts";
import { MessageRouter } from "./message-router.ts";
import type { ServedZones } from "./served-zones.ts";
import { parseServer } from "./server-address.ts";
import { NotifyReceiver } from "./transfer/in/notify-receiver.ts";
import { Secondaries, type SecondaryZone } from "./transfer/in/secondaries.ts";
import { askSerial } from "./transfer/in/serial-query.ts";
import { ThreadedTransfers } from "./transfer/in/threaded-transfers.ts";
import { Notifier } from "./transfer/notify/notifier.ts";
import type { NotifyZone } from "./transfer/notify/notify-server.ts";
import { TransfersOut } from "./transfer/out/transfers-out.ts";
import { ReplayCache } from "./tsig/replay-cache.ts";
import { UpdateForwarder } from "./update/forward-update.ts";
import { updatePolicy } from "./update/update-policy.ts";
import { type UpdatedZone, Updates } from "./update/updates.ts";
import type { SiteZone } from "./zones/zone-set.ts";

export interface ZoneServicesPorts {
  readonly engine: Engine;
  readonly keeper: ZoneKeeper;
  readonly store: Store;
  readonly log: Log;
  readonly nowMs: () => number;
  readonly clock?: Clock;
  readonly served: Pick<ServedZones, "zones" | "zone" | "config" | "keyring">;
  /** `ADDRESS:PORT` of what this server answers on. */
  readonly isOwn: (address: string, port: number) => boolean;
}

export class ZoneServices implements AsyncDisposable {
  readonly router: MessageRouter;
  readonly updates: Updates;
  readonly transfersOut: TransfersOut;
  readonly secondaries: Secondaries;
  readonly notifier: Notifier;
  readonly notifyReceiver: NotifyReceiver;
  readonly replays = new ReplayCache();
  private readonly ports: ZoneServicesPorts;
  /** Of questions to primaries. */
  private readonly ending = new AbortController();
  private readonly forwarder = new UpdateForwarder();
  private readonly transfersIn = new ThreadedTransfers();
  private readonly updated = new WeakMap<SiteZone, UpdatedZone>();

  constructor(ports: ZoneServicesPorts) {
    const { engine, keeper, store, log, clock = systemClock } = ports;
    this.ports = ports;
    const udpPayloadOctets = (): number => ports.served.config.udpPayloadOctets;
    this.updates = new Updates({
      zoneOf: (name) => this.updatedZone(name),
      writer: keeper,
      forward: (update, primaries) => this.forwarder.forward(update, primaries),
      log,
      quota: () => ports.served.config.updateQuota,
      monotonicMs: () => clock.monotonicMs(),
      udpPayloadOctets,
    });
    this.transfersOut = new TransfersOut({
      zoneOf: (name) => {
        const zone = this.zone(name);
        return zone && { image: zone.image, allowTransfer: zone.lists.transfer };
      },
      history: keeper,
      clock,
      log,
      udpPayloadOctets,
    });
    this.notifier = new Notifier({
      log,
      clock,
      randomId: () => randomInt(0x10000),
      addressesOf: (host) => this.addressesOf(host),
      isOwn: ports.isOwn,
      keyOf: (name) => ports.served.keyring.get(name),
    });
    this.secondaries = new Secondaries({
      host: {
        image: (name) => this.zone(name)?.image,
        takeChangeSets: (name, author, sets) => keeper.takeChangeSets(name, author, sets),
        replace: (name, author, image) => keeper.replace(name, author, image),
        expire: (name) => this.expire(name),
      },
      store,
      clock,
      random: Math.random,
      log,
      keyring: () => ports.served.keyring,
      transfers: {
        askSerial: (query) => askSerial(query, { clock, signal: this.ending.signal }),
        transfer: (request) => this.transfersIn.transfer(request),
      },
    });
    this.notifyReceiver = new NotifyReceiver({
      secondaries: this.secondaries,
      isServed: (name) => this.zone(name) !== undefined,
      clock,
      log,
    });
    this.router = new MessageRouter({
      engine,
      keyring: () => ports.served.keyring,
      updates: this.updates,
      transfersOut: this.transfersOut,
      notified: (message, client) => this.notifyReceiver.receive(message, client),
      replays: this.replays,
      nowMs: ports.nowMs,
    });
  }

  /** The zones that are served and their settings are others from now on. */
  async configure(): Promise<void> {
    const secondaries = [...this.ports.served.zones.zones.values()].flatMap((zone) => secondaryZone(zone));
    await this.secondaries.configure(secondaries);
  }

  /** Tells secondaries what they may have missed. */
  started(): void {
    const zones = [...this.ports.served.zones.zones.values()];
    this.notifier.started(zones.flatMap((zone) => notifyZone(zone)));
  }

  notifyNow(name: Name): void {
    const zone = this.zone(name);
    for (const one of zone === undefined ? [] : notifyZone(zone)) this.notifier.notifyNow(one);
  }

  changed({ id }: LiveZone): void {
    const zone = this.zone(id);
    for (const one of zone === undefined ? [] : notifyZone(zone)) this.notifier.changed(one);
  }

  zone(name: Name): SiteZone | undefined {
    return this.ports.served.zone(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.notifier[Symbol.dispose]();
    this.transfersOut[Symbol.dispose]();
    this.forwarder[Symbol.dispose]();
    this.ending.abort();
    await this.secondaries[Symbol.asyncDispose]();
    await this.transfersIn[Symbol.asyncDispose]();
  }

  private expire(name: Name): void {
    const zone = this.zone(name);
    if (zone === undefined) return;
    zone.live.expired = true;
    zone.live.replace(undefined);
  }

  private updatedZone(name: Name): UpdatedZone | undefined {
    const zone = this.zone(name);
    if (zone === undefined) return undefined;
    const known = this.updated.get(zone) ?? updatedZone(zone, this.ports.served.config.checkNames);
    this.updated.set(zone, known);
    return known;
  }

  /** Undefined: the name lies in none of our zones. */
  private addressesOf(host: Name): readonly string[] | undefined {
    const { zones } = this.ports.served.zones;
    for (let at = 0; at < host.length; at += 1 + host.charCodeAt(at)) {
      const image = zones.get(lowerName(host.slice(at) as Name))?.image;
      if (image === undefined) continue;
      image.begin();
      const node = image.find(host);
      if (node === 0) return [];
      return [RRType.A, RRType.AAAA].flatMap((type) => {
        const set = image.rrset(node, type);
        return set === 0 ? [] : image.rdata(set).map((rdata) => addressText(rdata));
      });
    }
    return undefined;
  }
}

function updatedZone(zone: SiteZone, checkNames: DnsConfig["checkNames"]): UpdatedZone {
  const { config, lists, name, settings } = zone;
  if (settings.kind === "secondary") {
    const primaries = (config.primaries ?? []).map((entry) => parseServer(entry));
    const forwardUpdates = config.forwardUpdates === undefined ? undefined : lists.forwardUpdates;
    return { kind: "secondary", primaries, forwardUpdates };
  }
  return {
    kind: "primary",
    allowQuery: lists.query,
    policy: updatePolicy({ origin: name, allowUpdate: lists.update, grant: config.grant }),
    requireHostNames: (config.checkNames ?? checkNames) === "fail",
    recordsPerTypeMax: config.recordsPerTypeMax,
    typesPerNameMax: config.typesPerNameMax,
  };
}

function secondaryZone({ name, config, lists, settings }: SiteZone): SecondaryZone[] {
  if (settings.kind !== "secondary") return [];
  const { recordsPerTypeMax, typesPerNameMax } = config;
  const primaries = (config.primaries ?? []).map((entry) => parseServer(entry));
  const bounds = { recordsPerTypeMax, typesPerNameMax };
  return [{ name, primaries, allowNotify: lists.notify, bounds }];
}

function notifyZone({ name, config, image }: SiteZone): NotifyZone[] {
  if (image === undefined) return [];
  return [{ name, image, notify: config.notify, alsoNotify: config.alsoNotify }];
}
