/** For tests: the registry over zones that the journal keeps, as in the program. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RegistryBench } from "#contracts/name-registry-bench.ts";
import type { Store } from "#contracts/store.ts";
import { collectLog } from "#platform/log/collected-log.ts";
import { lowerName, type Name, nameToText, parentName, parseName, rootName } from "#protocols/dns/name.ts";
import { parseRdata, rdataToText } from "#protocols/dns/records/index.ts";
import { mnemonicOfType, typeFromMnemonic } from "#protocols/dns/registry.ts";
import { textReader } from "#protocols/dns/text-reader.ts";
import { parseZoneText } from "../edit/zone-text.ts";
import { Snapshots } from "../journal/snapshots.ts";
import { ZoneKeeper } from "../journal/zone-keeper.ts";
import { apexNode } from "../zones/image.ts";
import type { ZoneChange } from "../zones/zone-change.ts";
import { ZoneMerger } from "../zones/zone-merger.ts";
import { NameRegistryProvider } from "./name-registry-provider.ts";

/** Opens what an earlier one has closed, too. */
export type OpenStore = (
  folder: string,
) => Promise<{ readonly store: Store; close: () => PromiseLike<void> }>;

const zoneText = "$TTL 60\n@ SOA ns.example.net. host.example.net. 1 1h 10m 1d 5m\n@ NS ns.example.net.\n";

export interface RegistryRig extends RegistryBench {
  readonly registry: NameRegistryProvider;
  /** Zones that the site file does not name any more. */
  readonly hidden: Set<string>;
}

export async function openRegistryBench(
  zones: readonly string[],
  openStore: OpenStore,
): Promise<RegistryRig> {
  const folder = mkdtempSync(join(tmpdir(), "homeport-registry-"));
  const names = zones.map((zone) => parseName(zone));
  const hidden = new Set<string>();
  const open = () => start({ folder, names, hidden }, openStore);
  let running = await open();
  const zoneOf = (name: Name): Name => running.zoneOf(name) ?? assert.fail(`no zone for ${nameToText(name)}`);
  const zone = (text: string) => running.keeper.zone(parseName(text))!;
  return {
    hidden,
    get registry() {
      return running.registry;
    },
    get store() {
      return running.store;
    },
    records: () => names.flatMap((name) => recordsOf(running.keeper, name)).sort(),
    changes: () => names.reduce((sum, name) => sum + running.keeper.zone(name)!.image!.serial(), 0),
    async alter(removed, added) {
      for (const [what, lines] of [
        ["remove", removed],
        ["add", added],
      ] as const) {
        for (const line of lines) {
          const change = changeOf(what, line);
          const changes = [change];
          await running.keeper.change(zoneOf(change.owner), { kind: "update", name: "a-key" }, () => ({
            changes,
            outcome: undefined,
          }));
        }
      }
    },
    hold(text) {
      zone(text).frozen = true;
    },
    async release(text, when) {
      zone(text).frozen = false;
      if (when === undefined) assert.equal(await running.registry.settle(), 0);
    },
    async restart() {
      await running[Symbol.asyncDispose]();
      running = await open();
    },
    async [Symbol.asyncDispose]() {
      await running[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

interface Running extends AsyncDisposable {
  readonly registry: NameRegistryProvider;
  readonly keeper: ZoneKeeper;
  readonly store: Store;
  readonly zoneOf: (name: Name) => Name | undefined;
}

interface RigParts {
  readonly folder: string;
  readonly names: readonly Name[];
  readonly hidden: ReadonlySet<string>;
}

/** Each look at it is later than the one before. */
let clockMs = 1_000_000_000_000;
const nowMs = (): number => clockMs++;

async function start({ folder, names, hidden }: RigParts, openStore: OpenStore): Promise<Running> {
  await using stack = new AsyncDisposableStack();
  const { store, close } = await openStore(folder);
  stack.defer(() => Promise.resolve(close()));
  const snapshots = stack.use(new Snapshots(join(folder, "snapshots")));
  const merger = stack.use(new ZoneMerger());
  const { log, lines } = collectLog();
  const ports = { store, snapshots, merger, nowMs, log, onImage() {}, onChanged() {} };
  const keeper = stack.use(await ZoneKeeper.open(ports));
  const settings = { kind: "primary", serialStyle: "increment" } as const;
  const live = [];
  for (const name of names) {
    const { image } = parseZoneText({ name, text: zoneText, file: "test", checkNames: "warn" });
    live.push((await keeper.restore(name, settings, { image, digest: "first" })).zone);
  }
  keeper.serve(live);
  const zoneOf = (name: Name): Name | undefined => {
    for (let at = name; at !== rootName; at = parentName(at)) {
      const zone = keeper.zone(at);
      if (zone !== undefined && !hidden.has(nameToText(at).slice(0, -1))) return zone.name;
    }
    return undefined;
  };
  const registry = new NameRegistryProvider({ writer: keeper, store, zoneOf, nowMs });
  stack.defer(() =>
    assert.deepEqual(
      lines.filter(({ level }) => level === "error"),
      [],
    ),
  );
  stack.defer(() => keeper.idle());
  const life = stack.move();
  return { registry, keeper, store, zoneOf, [Symbol.asyncDispose]: () => life.disposeAsync() };
}

function recordsOf(keeper: ZoneKeeper, name: Name): string[] {
  const image = keeper.zone(name)!.image!;
  assert.equal(lowerName(image.nodeName(apexNode)), name);
  return [...image.records()]
    .filter(({ owner }) => lowerName(owner) !== name)
    .map(
      ({ owner, ttl, type, rdata }) =>
        `${nameToText(owner)} ${ttl} ${mnemonicOfType(type)} ${rdataToText(type, rdata)}`,
    );
}

function changeOf(what: "add" | "remove", line: string): ZoneChange {
  const [, name, ttl, mnemonic, data] = /^(\S+) (\d+) (\S+) (.*)$/.exec(line)!;
  const type = typeFromMnemonic(mnemonic!)!;
  return {
    do: what,
    owner: parseName(name!),
    type,
    ttl: Number(ttl),
    rdata: parseRdata(type, textReader(data!)),
  };
}
