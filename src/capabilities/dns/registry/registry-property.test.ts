/**
 * Hosts that come, move and go while people edit the zones: what is static stays, what was withdrawn is
 * gone.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { benchZones } from "#contracts/name-registry-bench.ts";
import { openMemoryStore } from "#platform/store/memory-store.ts";
import { openRegistryBench, type RegistryRig } from "./registry-bench.testing.ts";

const names = Array.from({ length: 4 }, (_, i) => `host${i}.lan.example`);
const addresses = [
  ...Array.from({ length: 4 }, (_, i) => `192.0.2.${i + 1}`),
  "2001:db8::1",
  "198.51.100.129",
];

const anyName = fc.constantFrom(...names);
const anyOwner = fc.constantFrom("dhcp:1", "dhcp:2", "vpn:1");

/** All that somebody else may write; no host is ever published with the like. */
const staticLine = fc.oneof(
  anyName.map((name) => `${name}. 7 A 203.0.113.99`),
  anyName.map((name) => `${name}. 7 AAAA 2001:db8:ffff::99`),
  anyName.map((name) => `${name}. 7 MX 10 mail.lan.example.`),
  anyName.map((name) => `${name}. 7 TXT "somebody's"`),
  fc.constantFrom(1, 2, 3, 4).map((last) => `${last}.2.0.192.in-addr.arpa. 7 PTR static.lan.example.`),
  fc.constant("129.128/26.100.51.198.in-addr.arpa. 7 PTR static.lan.example."),
);

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("publish" as const),
      name: anyName,
      owner: anyOwner,
      addresses: fc.uniqueArray(fc.constantFrom(...addresses), { minLength: 1, maxLength: 3 }),
      ttl: fc.constantFrom(60, 300),
      reverse: fc.boolean(),
      isGuarded: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("withdraw" as const), name: anyName, owner: anyOwner }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("write" as const), line: staticLine }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("erase" as const), line: staticLine }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("spoil" as const), at: fc.nat(30) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("freeze" as const),
      zone: fc.constantFrom("lan.example", "2.0.192.in-addr.arpa"),
      isHeld: fc.boolean(),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

class Model {
  /** Without TTL, which belongs to the set. */
  readonly fixed = new Set<string>();
  readonly frozen = new Set<string>();
  /** Guards of withdrawn hosts that stayed since somebody else's address stood beside them. */
  readonly leftGuards = new Set<string>();
  private readonly bench: RegistryRig;

  constructor(bench: RegistryRig) {
    this.bench = bench;
  }

  async take(one: Step): Promise<void> {
    const { registry, records, alter, hold, release } = this.bench;
    switch (one.do) {
      case "publish": {
        const { name, owner, addresses, ttl, reverse, isGuarded } = one;
        const guards = isGuarded ? [{ type: "TXT", data: owner } as const] : [];
        await this.leavesOthers(() => registry.publish({ name, owner, addresses, ttl, reverse, guards }));
        return;
      }
      case "withdraw":
        await this.leavesOthers(() => registry.withdraw(one.name, one.owner));
        return;
      case "write":
        await alter([], [one.line]).then(() => this.fixed.add(bare(one.line)), this.mayBeFrozen);
        return;
      case "erase":
        await alter([one.line], []).then(() => this.fixed.delete(bare(one.line)), this.mayBeFrozen);
        return;
      case "spoil": {
        const ours = records().filter((line) => !this.fixed.has(bare(line)));
        const line = ours[one.at % ours.length];
        if (line !== undefined) await alter([line], []).catch(this.mayBeFrozen);
        return;
      }
      case "freeze":
        if (one.isHeld) {
          this.frozen.add(one.zone);
          hold(one.zone);
        } else {
          this.frozen.delete(one.zone);
          await release(one.zone, "before the registry hears of it");
        }
    }
  }

  /** What is there that is not static is what a published host has. */
  async check(): Promise<void> {
    const lines = this.bench.records().map(bare);
    for (const line of this.fixed) assert.ok(lines.includes(line), `${line} is gone`);
    assert.equal(new Set(lines).size, lines.length);
    if (this.frozen.size > 0) return;
    await this.bench.registry.settle();
    const allowed = new Set<string>();
    for (const entry of await this.bench.registry.list("")) {
      allowed.add(`${entry.name} TXT "${entry.owner}"`);
      for (const address of entry.addresses)
        allowed.add(`${entry.name} ${address.includes(":") ? "AAAA" : "A"} ${address}`);
    }
    const kept = this.bench.records().map(bare);
    const ours = kept.filter((line) => !this.fixed.has(line));
    for (const line of ours.filter((one) => !one.includes(" PTR "))) {
      if (!allowed.has(line) && this.isLeftGuard(line)) this.leftGuards.add(line);
      else assert.ok(allowed.has(line), line);
    }
    for (const line of ours.filter((one) => one.includes(" PTR "))) {
      const [name, , target] = line.split(" ");
      const last = name!.split(".")[0]!;
      const entry = await this.bench.registry.lookUp(target!);
      const isOf = (address: string): boolean => address.split(/[.:]/).at(-1) === last;
      assert.ok(entry?.addresses.some(isOf), `${line} is nobody's`);
    }
  }

  private isLeftGuard(line: string): boolean {
    const [name, type] = line.split(" ");
    const besideStatic = [...this.fixed].some((one) => one.startsWith(`${name} A`));
    return type === "TXT" && (besideStatic || this.leftGuards.has(line));
  }

  /** Static records, their TTL too, are the same afterwards. */
  private async leavesOthers(run: () => Promise<unknown>): Promise<void> {
    const others = (): string[] => this.bench.records().filter((line) => this.fixed.has(bare(line)));
    const before = others();
    await run();
    assert.deepEqual(others(), before);
  }

  private readonly mayBeFrozen = (error: unknown): void => {
    assert.ok(this.frozen.size > 0, String(error));
  };
}

function bare(line: string): string {
  return line.replace(/ \d+ /, " ");
}

test("whatever hosts and people do, static records stay and withdrawn hosts have none", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40, size: "max" }), async (steps) => {
      const store = openMemoryStore();
      await using bench = await openRegistryBench(benchZones, async () => ({ store, close: async () => {} }));
      const model = new Model(bench);
      for (const one of steps) {
        await model.take(one);
        await model.check();
      }
    }),
    { numRuns: 60 },
  );
});
