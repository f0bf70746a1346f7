/** Addresses of name servers elsewhere, by this machine's resolver: remembered, few looked up at a time. */
import { lookup } from "node:dns/promises";
import type { Clock } from "#platform/clock/clock.ts";
import { type Name, nameToText } from "#protocols/dns/name.ts";
import { notifyLimits } from "./limits.ts";

/** Addresses of a host name; rejects when there are none. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** By /etc/hosts and /etc/resolv.conf, as every program of the machine. */
export const machineResolver: Resolve = async (host) => {
  const found = await lookup(host, { all: true, order: "verbatim" });
  return found.map(({ address }) => address);
};

interface Known {
  readonly addresses: readonly string[];
  readonly untilMs: number;
}

export class HostAddresses {
  private readonly resolve: Resolve;
  private readonly clock: Clock;
  /** The oldest first. */
  private readonly known = new Map<Name, Known>();
  private readonly running = new Map<Name, Promise<readonly string[]>>();
  private readonly waiting: (() => void)[] = [];
  private free: number = notifyLimits.lookUpsMax;

  constructor(resolve: Resolve, clock: Clock) {
    this.resolve = resolve;
    this.clock = clock;
  }

  /** What is remembered; undefined: nothing is. */
  recall(name: Name): readonly string[] | undefined {
    const known = this.known.get(name);
    return known !== undefined && known.untilMs > this.clock.monotonicMs() ? known.addresses : undefined;
  }

  /** Never rejects: none are found, or too many names are being looked for. */
  find(name: Name): Promise<readonly string[]> {
    const running = this.running.get(name);
    if (running !== undefined) return running;
    if (this.running.size >= notifyLimits.waitingHostsMax) return Promise.resolve([]);
    const found = this.inTurn(name).finally(() => this.running.delete(name));
    this.running.set(name, found);
    return found;
  }

  private async inTurn(name: Name): Promise<readonly string[]> {
    if (this.free === 0) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.free--;
    try {
      return this.remember(name, await this.resolve(hostText(name)));
    } catch {
      return this.remember(name, []);
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.free++;
      else next();
    }
  }

  private remember(name: Name, found: readonly string[]): readonly string[] {
    const addresses = found.slice(0, notifyLimits.addressesPerHostMax);
    const keptMs = addresses.length > 0 ? notifyLimits.hostMs : notifyLimits.missingHostMs;
    this.known.delete(name);
    this.known.set(name, { addresses, untilMs: this.clock.monotonicMs() + keptMs });
    if (this.known.size > notifyLimits.hostsMax) this.known.delete(this.known.keys().next().value!);
    return addresses;
  }
}

/** Without the final dot, which would make a name of /etc/hosts another one. */
function hostText(name: Name): string {
  return nameToText(name).replace(/(?<=.)\.$/, "");
}
