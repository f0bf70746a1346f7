/** Finds out before an offer whether somebody uses the address already. RFC 2131 §2.2. */
import type { Prober } from "#platform/datagram/prober.ts";
import type { DhcpCounters } from "../counters.ts";
import { limits } from "../limits.ts";

export interface InUsePorts {
  /** How to ask on the link of an interface; undefined: it cannot be asked there. */
  readonly arp: (interfaceName: string) => Prober<Uint8Array> | undefined;
  readonly icmp: () => Prober<true> | undefined;
  readonly monotonicMs: () => number;
  readonly counters: DhcpCounters;
}

export interface InUseQuestion {
  readonly address: number;
  readonly interface: string;
  /** The client is behind a relay: no ARP reaches it. */
  readonly isRelayed: boolean;
  /** Who answers with this hardware address is the client itself. */
  readonly isClient: (hardwareAddress: Uint8Array) => boolean;
  readonly method: "auto" | "arp" | "ping";
  readonly waitMs: number;
}

export class InUse {
  readonly #ports: InUsePorts;
  /** Addresses that were free, and until when that is taken for granted. */
  readonly #freeUntilMs = new Map<number, number>();
  #underWay = 0;

  constructor(ports: InUsePorts) {
    this.#ports = ports;
  }

  get underWay(): number {
    return this.#underWay;
  }

  isKnownFree(address: number): boolean {
    const untilMs = this.#freeUntilMs.get(address);
    return untilMs !== undefined && untilMs > this.#ports.monotonicMs();
  }

  /** The hardware address of who uses it, empty when that is not told; undefined: nobody answers. */
  async findUser(question: InUseQuestion): Promise<Uint8Array | undefined> {
    const { counters } = this.#ports;
    this.#underWay++;
    try {
      const user = await this.#ask(question);
      if (user !== undefined && !question.isClient(user)) {
        counters.probes.used++;
        this.#freeUntilMs.delete(question.address);
        return user;
      }
      counters.probes.free++;
      this.#remember(question.address);
      return undefined;
    } finally {
      this.#underWay--;
    }
  }

  async #ask({
    address,
    interface: name,
    isRelayed,
    method,
    waitMs,
  }: InUseQuestion): Promise<Uint8Array | undefined> {
    const byArp = method === "arp" || (method === "auto" && !isRelayed);
    if (byArp) {
      const prober = this.#ports.arp(name);
      if (prober !== undefined) return prober.probe(address, waitMs);
    } else {
      const prober = this.#ports.icmp();
      if (prober !== undefined) return (await prober.probe(address, waitMs)) ? new Uint8Array(0) : undefined;
    }
    this.#ports.counters.probes.failed++;
    return undefined;
  }

  #remember(address: number): void {
    this.#freeUntilMs.delete(address);
    this.#freeUntilMs.set(address, this.#ports.monotonicMs() + limits.probeFreeMs);
    if (this.#freeUntilMs.size <= limits.probeCacheMax) return;
    const [oldest] = this.#freeUntilMs.keys();
    this.#freeUntilMs.delete(oldest!);
  }
}
