/** For tests: names at other servers, with servers, a clock and a store that do as they are told. */
import { setImmediate } from "node:timers/promises";
import type { Store, StoreError } from "#contracts/store.ts";
import { SteppedClock } from "#platform/clock/clock.ts";
import { type Ask, NoAnswer } from "#platform/dns-query/ask.ts";
import { collectLog } from "#platform/log/collected-log.ts";
import { openMemoryStore } from "#platform/store/memory-store.ts";
import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import { FakeZones } from "./fake-zones.testing.ts";
import { remoteLimits } from "./limits.ts";
import { RemoteNames } from "./remote-names.ts";
import type { RemoteChange, RemoteWish } from "./remote-publisher.ts";
import { remoteKey } from "./remote-value.ts";
import { readRemoteZones } from "./remote-zones.ts";

export const { zones: bothZones } = readRemoteZones(
  [
    { zone: "lan.example", server: "192.0.2.53" },
    { zone: "9.168.192.in-addr.arpa", server: "192.0.2.54 port 5353" },
  ],
  "/",
);
export const fern = "dhcp:01:52:54:00:00:00:01";
export const moss = "dhcp:01:52:54:00:00:00:02";

export class RemoteBench {
  readonly memory = openMemoryStore();
  failure: StoreError | undefined;
  readonly clock = new SteppedClock();
  readonly zones = new FakeZones();
  readonly collected = collectLog();
  /** How often each server was asked. */
  readonly asked = new Map<string, number>();
  names!: RemoteNames;

  async open(zones = bothZones): Promise<this> {
    const store: Store = new Proxy(this.memory, {
      get: (target, field: keyof Store) => {
        if (field === "transact" && this.failure !== undefined) return () => Promise.reject(this.failure!);
        return target[field].bind(target);
      },
    });
    const ask: Ask = async (octets, { address, port }) => {
      const server = `${address} ${port}`;
      this.asked.set(server, (this.asked.get(server) ?? 0) + 1);
      await setImmediate();
      const answer = this.zones.answer(octets);
      if (answer === undefined) throw new NoAnswer("did not answer");
      return answer;
    };
    let id = 0;
    this.names = await RemoteNames.open(zones, {
      store,
      clock: this.clock,
      askUdp: ask,
      askTcp: ask,
      randomId: () => id++ & 0xffff,
      log: this.collected.log,
    });
    return this;
  }

  /** As the keeper of names does: with the transaction of a lease, then at once. */
  async wish(wish: Partial<RemoteWish> = {}): Promise<string | undefined> {
    const change = this.names.wish(wishOf(wish));
    if (change === undefined) return "nowhere";
    if ("problem" in change) return change.problem;
    await this.write(change);
    return undefined;
  }

  async withdraw(name: string, address: string, owner = fern): Promise<void> {
    const mayOwn = (one: string): boolean => one === owner;
    const change = this.names.withdraw({ name, address: parseIpv4(address), mayOwn });
    if (change !== undefined) await this.write(change);
  }

  async write(change: RemoteChange): Promise<void> {
    if (change.operations.length > 0) await this.memory.transact([], change.operations);
    change.settle();
  }

  async settled(): Promise<void> {
    for (let turn = 0; turn < 400; turn++) await setImmediate();
  }

  /** Lets time pass, and what falls due in it be done. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += remoteLimits.tickMs) {
      this.clock.advance(remoteLimits.tickMs);
      for (let turn = 0; turn < 60; turn++) await setImmediate();
    }
  }

  async stored(): Promise<string[]> {
    return (await remoteKey.list(this.memory)).map(({ name }) => name);
  }
}

export function wishOf({ address, ...rest }: Partial<RemoteWish>): RemoteWish {
  const txt =
    rest.owner === moss ? "00cf6242f693ebbf1d545159548e44ab81" : "005ed5057eb72c3f648ae3f4b40f0c3441";
  return {
    name: "fern.lan.example.",
    owner: fern,
    address: address ?? parseIpv4("192.168.9.17"),
    ttl: 300,
    guard: { type: "TXT", data: `"${txt}"` },
    forward: true,
    reverse: true,
    ...rest,
  };
}
