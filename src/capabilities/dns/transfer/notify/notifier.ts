/**
 * Tells secondaries that a zone has changed, so that they need not wait until they look by themselves. RFC
 * 1996. What is sent when is `notify-schedule.ts`'s to decide; here it is done.
 */
import type { Log } from "#contracts/log.ts";
import type { Clock } from "#platform/clock/clock.ts";
import { isAnswerTo } from "#platform/dns-query/ask.ts";
import { ClientSignature, TsigError } from "#platform/tsig/client-signature.ts";
import type { TsigKey } from "#platform/tsig/key.ts";
import { lowerName, type Name } from "#protocols/dns/name.ts";
import { mnemonicOfRcode, RRType } from "#protocols/dns/registry.ts";
import { WireError } from "#protocols/dns/wire.ts";
import { ChangeGate } from "./change-gate.ts";
import { FailingServers } from "./failing-servers.ts";
import { HostAddresses, machineResolver, type Resolve } from "./host-addresses.ts";
import { notifyLimits } from "./limits.ts";
import { notifyMessage } from "./notify-message.ts";
import { NotifySchedule, type Telling, type TellingState } from "./notify-schedule.ts";
import {
  distinctServers,
  type NotifyServer,
  type NotifyZone,
  namedServers,
  plainServer,
  secondaryNames,
} from "./notify-server.ts";
import { type NotifySocket, type OpenNotifySocket, openNotifySocket } from "./notify-socket.ts";
import { OwedResponses } from "./owed-responses.ts";

export interface NotifierPorts {
  readonly log: Log;
  readonly clock: Clock;
  /** A number of 16 bits that nobody can guess. */
  readonly randomId: () => number;
  /** Addresses of a host in the zones of this server; undefined when the name is in none of them. */
  readonly addressesOf: (host: Name) => readonly string[] | undefined;
  /** True for what this server itself listens on. */
  readonly isOwn: (address: string, port: number) => boolean;
  /** By its name in lower case; undefined: there is no such key. */
  readonly keyOf: (name: Name) => TsigKey | undefined;
  readonly openSocket?: OpenNotifySocket;
  readonly resolve?: Resolve;
}

export interface NotifyCounters {
  /** First tries. */
  sent: number;
  retried: number;
  /** Responses that say that the server knows. */
  answered: number;
  /** Responses that say that it will not have it. */
  refused: number;
  /** Servers that did not answer any of the tries. */
  unanswered: number;
  /** Datagrams that are no response to anything. */
  strays: number;
  /** Responses that are not signed as they should be. */
  badSignatures: number;
  /** Servers not told, since there are too many of them. */
  leftOut: number;
}

/** What became of the last change of a zone at one server. */
export interface NotifyStatus {
  readonly server: string;
  readonly state: TellingState;
  /** Serial number that it was last told of. */
  readonly serial: number | undefined;
  readonly tries: number;
  /** Why it is refused or unanswered, in words that follow a colon. */
  readonly why: string | undefined;
  /** How long it has been in this state. */
  readonly forMs: number;
}

export class Notifier implements Disposable {
  readonly counters: NotifyCounters = {
    sent: 0,
    retried: 0,
    answered: 0,
    refused: 0,
    unanswered: 0,
    strays: 0,
    badSignatures: 0,
    leftOut: 0,
  };
  private readonly ports: NotifierPorts;
  private readonly hosts: HostAddresses;
  private readonly gate = new ChangeGate<NotifyZone>();
  private readonly schedule = new NotifySchedule();
  /** The newest of each zone for which hosts are being looked for. */
  private readonly searching = new Map<Name, NotifyZone>();
  private readonly owed = new OwedResponses();
  private readonly failing: FailingServers;
  private socket: NotifySocket | undefined;
  private timer: Disposable | undefined;
  private timerMs = Number.POSITIVE_INFINITY;
  private isClosed = false;

  constructor(ports: NotifierPorts) {
    this.ports = ports;
    this.failing = new FailingServers(ports.log);
    this.hosts = new HostAddresses(ports.resolve ?? machineResolver, ports.clock);
  }

  /** The zone has a new serial number. The first change goes out at once; cheap for those that follow. */
  changed(zone: NotifyZone): void {
    if (this.isClosed) return;
    if (zone.notify === "no") this.forget(zone.name);
    else if (this.gate.pass(zone, this.nowMs())) {
      this.tell(zone, this.nowMs());
      this.pump();
    } else this.arm();
  }

  /** Tells of all zones, spread over time: secondaries may have missed what changed before the start. */
  started(zones: Iterable<NotifyZone>): void {
    let dueMs = this.nowMs();
    for (const zone of zones) {
      if (zone.notify === "no") continue;
      this.tell(zone, dueMs);
      dueMs += 1000 / notifyLimits.startupPerSecond;
    }
    this.pump();
  }

  /** Tells once more, as `rndc notify` asks for. @returns the servers that are known by now */
  notifyNow(zone: NotifyZone): readonly string[] {
    this.tell(zone, this.nowMs());
    this.pump();
    return this.schedule.of(lowerName(zone.name)).map(({ server }) => server.text);
  }

  /** The zone is no longer served, or nobody is to be told of it any more. */
  forget(zone: Name): void {
    const name = lowerName(zone);
    this.gate.forget(name);
    this.searching.delete(name);
    for (const telling of this.schedule.of(name)) this.owed.removeAll(telling);
    this.schedule.forget(name);
  }

  status(zone: Name): readonly NotifyStatus[] {
    const nowMs = this.nowMs();
    return this.schedule.of(lowerName(zone)).map(({ server, state, sentSerial, tries, why, sinceMs }) => ({
      server: server.text,
      state,
      serial: sentSerial,
      tries,
      why,
      forMs: Math.max(0, nowMs - sinceMs),
    }));
  }

  /** Nothing is sent from here on, and no response is waited for. */
  [Symbol.dispose](): void {
    this.isClosed = true;
    this.timer?.[Symbol.dispose]();
    this.socket?.[Symbol.dispose]();
    this.owed.clear();
    this.searching.clear();
  }

  private nowMs(): number {
    return this.ports.clock.monotonicMs();
  }

  /** Whom to tell is looked up now, and for hosts elsewhere once it is known. */
  private tell(zone: NotifyZone, dueMs: number): void {
    if (this.isClosed) return;
    const { servers, unknown } = this.serversOf(zone);
    const name = lowerName(zone.name);
    this.announce(zone, servers, dueMs);
    this.searching.delete(name);
    if (unknown.length === 0) return;
    this.searching.set(name, zone);
    void Promise.all(unknown.map((host) => this.hosts.find(host))).then(() => {
      if (this.searching.get(name) !== zone) return;
      this.searching.delete(name);
      this.announce(zone, this.serversOf(zone).servers, dueMs, servers);
      this.pump();
    });
  }

  /** `already`: those that were told of this change before. */
  private announce(
    zone: NotifyZone,
    servers: readonly NotifyServer[],
    dueMs: number,
    already: readonly NotifyServer[] = [],
  ): void {
    const { image } = zone;
    image.begin();
    const soa = image.rrset(image.apex, RRType.SOA);
    const rdata = image.rdata(soa)[0];
    if (rdata === undefined) return;
    const name = lowerName(zone.name);
    const gone = this.schedule.of(name).filter(({ server }) => !servers.some(({ id }) => id === server.id));
    for (const telling of gone) this.owed.removeAll(telling);
    const announcement = { zone: name, serial: image.serial(), ttl: image.ttl(soa), rdata };
    const known = new Set(already.map(({ id }) => id));
    this.counters.leftOut += this.schedule.announce(announcement, servers, dueMs, known);
  }

  private serversOf({ image, notify, alsoNotify }: NotifyZone): {
    servers: readonly NotifyServer[];
    unknown: readonly Name[];
  } {
    if (notify === "no") return { servers: [], unknown: [] };
    const servers = namedServers(alsoNotify);
    const unknown: Name[] = [];
    for (const host of notify === "explicit" ? [] : secondaryNames(image)) {
      const addresses = this.ports.addressesOf(host) ?? this.hosts.recall(host);
      if (addresses === undefined) unknown.push(host);
      else servers.push(...addresses.slice(0, notifyLimits.addressesPerHostMax).map(plainServer));
    }
    const others = servers.filter(({ address, port }) => !this.ports.isOwn(address, port));
    return { servers: distinctServers(others), unknown };
  }

  /** Does what is due, and sees to being called when there is more. */
  private pump(): void {
    if (this.isClosed) return;
    const nowMs = this.nowMs();
    for (const zone of this.gate.open(nowMs)) this.tell(zone, nowMs);
    const { send, givenUp } = this.schedule.take(nowMs);
    for (const telling of givenUp) {
      this.counters.unanswered++;
      this.owed.removeAll(telling);
      this.failing.add(telling, telling.why ?? "it does not answer");
    }
    for (const telling of send) this.send(telling);
    this.arm();
  }

  private arm(): void {
    if (this.isClosed) return;
    const nowMs = this.nowMs();
    const nextMs = Math.min(this.gate.nextMs ?? Infinity, this.schedule.nextMs(nowMs) ?? Infinity);
    if (nextMs === this.timerMs) return;
    this.timer?.[Symbol.dispose]();
    this.timer = undefined;
    this.timerMs = nextMs;
    if (nextMs === Infinity) return;
    this.timer = this.ports.clock.every(Math.max(1, Math.ceil(nextMs - nowMs)), () => {
      this.timer?.[Symbol.dispose]();
      this.timerMs = Infinity;
      this.pump();
    });
  }

  private send(telling: Telling): void {
    const { server, announcement } = telling;
    if (telling.tries === 1) this.counters.sent++;
    else this.counters.retried++;
    const key = server.key && this.ports.keyOf(server.key);
    if (server.key !== undefined && key === undefined) {
      this.schedule.unsent(telling, "there is no key to sign with");
      return;
    }
    const signature = key && new ClientSignature(key);
    const id = this.ports.randomId();
    const bare = notifyMessage(id, announcement);
    const octets = signature?.sign(bare, this.nowSeconds()) ?? bare;
    this.owed.add({ telling, serial: announcement.serial, octets, signature });
    this.socket ??= (this.ports.openSocket ?? openNotifySocket)((...message) => this.take(...message));
    this.socket.send(octets, server.address, server.port, (why) => this.schedule.unsent(telling, why));
  }

  /** A response, or what somebody wants to be taken for one. */
  private take(octets: Uint8Array, address: string, port: number): void {
    const sent = this.owed.find(octets, address, port);
    if (sent === undefined || !isAnswerTo(sent.octets, octets)) {
      this.counters.strays++;
      return;
    }
    const { telling, serial, signature } = sent;
    const distrust = signature && distrustOf(signature, octets, this.nowSeconds());
    if (distrust !== undefined) {
      // It may be anybody's: the next try goes out as if there had been no response. RFC 8945 §5.4.
      this.owed.remove(sent);
      this.counters.badSignatures++;
      this.schedule.unsent(telling, distrust);
      return;
    }
    this.owed.removeAll(telling);
    const rcode = octets[3]! & 15;
    const refusal = rcode === 0 ? undefined : `it answers ${mnemonicOfRcode(rcode)}`;
    this.schedule.answered(telling, serial, refusal, this.nowMs());
    if (refusal === undefined) {
      this.counters.answered++;
      this.failing.remove(telling);
    } else {
      this.counters.refused++;
      this.failing.add(telling, refusal);
    }
    this.pump();
  }

  private nowSeconds(): number {
    return Math.floor(this.ports.clock.nowMs() / 1000);
  }
}

/** Why a response is not to be believed, in words that follow a colon. */
function distrustOf(signature: ClientSignature, octets: Uint8Array, nowSeconds: number): string | undefined {
  try {
    signature.verify(octets, nowSeconds);
    return undefined;
  } catch (error) {
    if (error instanceof TsigError || error instanceof WireError) return error.message;
    throw error;
  }
}
