/**
 * The interfaces that are served: opened when they come, closed when they go, and silent where another server
 * was there first.
 */
import type { ConfigProblem } from "#contracts/configuration.ts";
import { ConfigError } from "#contracts/configuration.ts";
import type { Log } from "#contracts/log.ts";
import { type Clock, systemClock } from "#platform/clock/clock.ts";
import { openArpProber } from "#platform/datagram/arp-prober.ts";
import { type InterfaceSocket, openInterfaceSocket } from "#platform/datagram/interface-socket.ts";
import {
  type InterfaceWatch,
  type NetworkInterface,
  watchInterfaces,
} from "#platform/datagram/interfaces.ts";
import type { Libc } from "#platform/datagram/libc.ts";
import type { Prober } from "#platform/datagram/prober.ts";
import { Dhcp4Port } from "#protocols/dhcp4/codes.ts";
import { ipv4ToText } from "#protocols/dns/fields/addresses.ts";
import type { FoundServer } from "./control.ts";
import type { Destination } from "./exchange/destination.ts";
import type { Arrival } from "./exchange/request.ts";
import { limits } from "./limits.ts";
import { searchServers } from "./server-search.ts";

export interface ServedInterfacesPorts {
  readonly libc: Libc;
  readonly log: Log;
  readonly clock?: Clock;
  readonly besideOthers: () => boolean;
  readonly take: (octets: Uint8Array, arrival: Arrival) => void;
  /** Came while another server is there. */
  readonly onSilent: () => void;
  /** An address of this machine, which nobody may get. */
  readonly onOwnAddress: (address: number) => void;
}

interface Served {
  readonly link: NetworkInterface;
  readonly socket: InterfaceSocket;
  readonly arp: Prober<Uint8Array>;
  readonly ending: AbortController;
  /** Not before it is known that nobody else serves. */
  isAnswering: boolean;
  others: readonly FoundServer[];
  searchAgain: Disposable | undefined;
  isDirty: boolean;
}

export class ServedInterfaces implements AsyncDisposable {
  readonly #ports: ServedInterfacesPorts;
  readonly #served = new Map<string, Served>();
  /** Why one that is there cannot be served. */
  readonly #failures = new Map<string, ConfigProblem>();
  #names: readonly string[] = [];
  /** By sockets that are closed. */
  #lostBefore = 0;
  #watch: InterfaceWatch | undefined;

  constructor(ports: ServedInterfacesPorts) {
    this.#ports = ports;
  }

  /**
   * Serves these and no others. Throws ConfigError when one that is there cannot be; then all is as before.
   */
  async use(names: readonly string[]): Promise<void> {
    const opened: string[] = [];
    const watch = watchInterfaces({
      names,
      onChange: ({ name, now }) => void this.#onChange(name, now),
      ...(this.#ports.clock && { clock: this.#ports.clock }),
    });
    try {
      for (const name of names) {
        const link = watch.current(name);
        if (link === undefined || this.#served.has(name)) continue;
        this.#open(link);
        opened.push(name);
      }
    } catch (error) {
      watch[Symbol.dispose]();
      for (const name of opened) await this.#close(name);
      throw error;
    }
    this.#watch?.[Symbol.dispose]();
    this.#watch = watch;
    for (const name of this.#names) if (!names.includes(name)) await this.#close(name);
    this.#names = names;
  }

  get listening(): readonly string[] {
    return [...this.#served.values()].flatMap(({ link }) =>
      link.addresses.map(({ address }) => `${ipv4ToText(address)}:${Dhcp4Port.server} (${link.name})`),
    );
  }

  get problems(): readonly ConfigProblem[] {
    return this.#names.flatMap((name) => {
      const failure = this.#failures.get(name);
      if (failure !== undefined) return [failure];
      const served = this.#served.get(name);
      if (served === undefined) {
        const what = `interface ${name} is not there, is down, or has no IPv4 address`;
        return [
          {
            severity: "warning" as const,
            path: "dhcp.subnets",
            what,
            remedy: "it is served as soon as it is up and has one",
          },
        ];
      }
      return served.others.length === 0 ? [] : [besideProblem(name, served.others, served.isAnswering)];
    });
  }

  /** Answers that the kernel did not take, from the start on: also of interfaces that have gone since. */
  get sendErrors(): number {
    return [...this.#served.values()].reduce((sum, { socket }) => sum + lostOf(socket), this.#lostBefore);
  }

  localAt(name: string): NetworkInterface | undefined {
    return this.#served.get(name)?.link;
  }

  arp(name: string): Prober<Uint8Array> | undefined {
    return this.#served.get(name)?.arp;
  }

  send(name: string, to: Destination, from: number, octets: Uint8Array, length: number): void {
    const served = this.#served.get(name);
    if (served === undefined) return; // it has gone since the question came
    const isOwn = served.link.addresses.some(({ address }) => address === from);
    const place = { address: to.address, port: to.port, from: isOwn ? from : 0 };
    if (to.to === "address") served.socket.send(place, octets, length);
    else {
      // Past the kernel's routes nobody else says where it comes from.
      const source = isOwn ? from : served.link.addresses[0]!.address;
      served.socket.sendToHardware(
        { ...place, from: source, hardwareAddress: to.hardwareAddress },
        octets,
        length,
      );
    }
    if (served.isDirty) return;
    served.isDirty = true;
    queueMicrotask(() => {
      served.isDirty = false;
      served.socket.flush();
    });
  }

  /** Of all interfaces, or of one. Rejects with ConfigError. */
  async search(name: string | undefined): Promise<readonly FoundServer[]> {
    const all = [...this.#served.values()].filter(({ link }) => name === undefined || link.name === name);
    const found = await Promise.all(all.map(({ link }) => searchServers(this.#ports.libc, link)));
    const us = all.filter(({ isAnswering }) => isAnswering).map(({ link }) => ourselves(link));
    return [...us, ...found.flat()];
  }

  has(name: string): boolean {
    return this.#served.has(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#watch?.[Symbol.dispose]();
    for (const [name] of this.#served) await this.#close(name);
  }

  async #onChange(name: string, now: NetworkInterface | undefined): Promise<void> {
    const { log } = this.#ports;
    const before = this.#served.get(name);
    if (before !== undefined) await this.#close(name);
    if (now === undefined) {
      log.warn({ interface: name }, `${name} has gone: it is served again when it is back`);
      return;
    }
    try {
      this.#open(now);
      log.info(
        { interface: name },
        `${name} is ${before === undefined ? "there" : "another one, or has other addresses"}: it is served`,
      );
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      this.#failures.set(name, error.problems[0]!);
      log.error({ interface: name }, error.message);
    }
  }

  #open(link: NetworkInterface): void {
    const { libc, log, onOwnAddress } = this.#ports;
    this.#failures.delete(link.name);
    const socket = openInterfaceSocket({
      libc,
      interface: link,
      port: Dhcp4Port.server,
      log,
      onDatagram: (octets, length, from) => this.#take(link.name, octets, length, from),
      onGone: () => this.#watch?.look(),
    });
    try {
      const arp = openArpProber({ libc, interface: link });
      const served: Served = {
        link,
        socket,
        arp,
        ending: new AbortController(),
        isAnswering: this.#ports.besideOthers(),
        others: [],
        searchAgain: undefined,
        isDirty: false,
      };
      this.#served.set(link.name, served);
      for (const { address } of link.addresses) onOwnAddress(address);
      void this.#lookForOthers(served);
    } catch (error) {
      void socket[Symbol.asyncDispose]();
      throw error;
    }
  }

  #take(
    name: string,
    octets: Uint8Array,
    length: number,
    from: { address: number; port: number; to: number },
  ): void {
    const served = this.#served.get(name);
    if (served === undefined) return;
    const { link } = served;
    // What is sent to this server alone, by a client that renews or a relay, is no other server's to answer.
    const isForUs = link.addresses.some(({ address }) => address === from.to);
    if (!served.isAnswering && !isForUs) {
      this.#ports.onSilent();
      return;
    }
    const arrival = {
      interface: name,
      local: link.addresses,
      from: from.address,
      fromPort: from.port,
      to: from.to,
    };
    this.#ports.take(octets.slice(0, length), arrival);
  }

  /** Before the first answer, and from then on now and again. */
  async #lookForOthers(served: Served): Promise<void> {
    const { libc, log, clock = systemClock, besideOthers } = this.#ports;
    const { link, ending } = served;
    let found: readonly FoundServer[] = [];
    try {
      found = await searchServers(libc, link, ending.signal);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      log.warn({ interface: link.name }, `other DHCP servers could not be looked for: ${error.message}`);
    }
    if (ending.signal.aborted) return;
    const others = found.filter(({ isUs }) => !isUs);
    const wasAlone = served.others.length === 0;
    // One that comes later does not silence a server that clients rely on.
    const isAnswering = served.isAnswering || others.length === 0 || besideOthers();
    if (others.length > 0 && wasAlone) {
      const { what, remedy } = besideProblem(link.name, others, isAnswering);
      log.warn({ interface: link.name, servers: others.map(({ server }) => server) }, `${what}; ${remedy}`);
    } else if (others.length === 0 && !wasAlone) {
      log.info({ interface: link.name }, `the other DHCP server at ${link.name} is gone: it is served`);
    }
    served.others = others;
    served.isAnswering = isAnswering;
    served.searchAgain?.[Symbol.dispose]();
    served.searchAgain = undefined;
    const againMs = isAnswering ? limits.serverSearchEveryMs : limits.serverSearchAgainMs;
    served.searchAgain = clock.every(againMs, () => {
      served.searchAgain?.[Symbol.dispose]();
      void this.#lookForOthers(served);
    });
  }

  async #close(name: string): Promise<void> {
    const served = this.#served.get(name);
    this.#failures.delete(name);
    if (served === undefined) return;
    this.#served.delete(name);
    served.ending.abort();
    served.searchAgain?.[Symbol.dispose]();
    await served.socket[Symbol.asyncDispose]();
    this.#lostBefore += lostOf(served.socket);
    await served.arp[Symbol.asyncDispose]();
  }
}

function lostOf({ counters }: InterfaceSocket): number {
  return counters.refused + counters.dropped;
}

function besideProblem(name: string, others: readonly FoundServer[], isAnswering: boolean): ConfigProblem {
  const who = others.map(({ server, hardwareAddress }) => `${server} (${hardwareAddress})`).join(", ");
  return {
    severity: "warning",
    path: "dhcp",
    what: `another DHCP server answers at ${name}: ${who}${isAnswering ? "" : "; this one says nothing there"}`,
    remedy: isAnswering
      ? "two servers may give one address to two machines: switch one of them off"
      : "switch it off, and this one begins within a minute; or write besideOthers: true",
  };
}

function ourselves(link: NetworkInterface): FoundServer {
  return {
    interface: link.name,
    server: ipv4ToText(link.addresses[0]!.address),
    hardwareAddress: link.hardwareAddress.toHex().replaceAll(/..(?=.)/g, "$&:"),
    isUs: true,
    offered: undefined,
    gateway: undefined,
    dnsServers: [],
  };
}
