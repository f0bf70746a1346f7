/** The zones of this server, by the registry of names: no account, and nothing that leaves the machine. */
import type { NameRegistry, PublishOutcome } from "#contracts/name-registry.ts";
import { StoreError } from "#contracts/store.ts";
import { AloneOrTogether } from "./alone-or-together.ts";
import type {
  AddressType,
  Provider,
  ProviderDefinition,
  ProviderPorts,
  PublishResult,
  WantedRecord,
} from "./provider.ts";
import { updateLimits } from "./update-limits.ts";

/** What `provider: zones` of a record means. */
export const ownZonesDefinition: ProviderDefinition = {
  type: "zones",
  title: "The zones of this server",
  settings: {},
  types: ["A", "AAAA"],
  recordsPerCallMax: updateLimits.recordsPerCallMax,
  hasTtl: true,
  hasProxy: false,
  // Looked at each day: somebody may have changed or removed them, and it costs nobody anything
  refreshDays: 1.25,
  pauseSecondsMin: 0,
  requestsPerHourMax: 1, // it makes none
  isConfirmable: false,
  open: (_settings, ports) => openOwnZones(ports),
};

function openOwnZones({ registry }: Pick<ProviderPorts, "registry">): Provider {
  const turns = new AloneOrTogether();
  /** Types of each name that are published at most, once the others were taken away. */
  let kept: TypesOfNames = new Map();
  return {
    publish: async (records, { signal }) => {
      const names = registry();
      if (names === undefined) return records.map(() => noZones);
      return turns.together(() => publishHosts({ registry: names, kept, signal }, records));
    },
    keepOnly: async (records) => {
      const names = registry();
      if (names === undefined) return;
      const wanted = typesOfNames(records);
      // What is published meanwhile would be taken away, or what is taken away be there again
      await turns.alone(() => keepOnly(names, wanted));
      kept = wanted;
    },
  };
}

type TypesOfNames = ReadonlyMap<string, ReadonlySet<AddressType>>;

function typesOfNames(records: readonly Pick<WantedRecord, "name" | "type">[]): TypesOfNames {
  const types = new Map<string, Set<AddressType>>();
  for (const { name, type } of records) {
    const own = types.get(name);
    if (own === undefined) types.set(name, new Set([type]));
    else own.add(type);
  }
  return types;
}

interface OwnZones {
  readonly registry: NameRegistry;
  readonly kept: TypesOfNames;
  readonly signal: AbortSignal;
}

async function publishHosts(
  zones: OwnZones,
  records: readonly WantedRecord[],
): Promise<readonly PublishResult[]> {
  const results = new Map<WantedRecord, PublishResult>();
  const hosts = [...Map.groupBy(records, ({ name }) => name).values()];
  const work = hosts.values();
  const workOff = async (): Promise<void> => {
    for (const host of work) {
      const result = zones.signal.aborted ? late : await publishHost(zones, host);
      for (const record of host) results.set(record, result);
    }
  };
  await Promise.all(Array.from({ length: updateLimits.ownNamesAtOnce }, workOff));
  return records.map((record) => results.get(record)!);
}

async function keepOnly(registry: NameRegistry, wanted: TypesOfNames): Promise<void> {
  for (const entry of await registry.list(ownerPrefix)) {
    const types = wanted.get(plainName(entry.name));
    const addresses = entry.addresses.filter((address) => types?.has(typeOf(address)) === true);
    if (addresses.length === entry.addresses.length) continue;
    const { name, owner, ttl } = entry;
    if (addresses.length === 0) await registry.withdraw(name, owner);
    else await registry.publish({ name, owner, ttl, addresses, reverse: false, wildcard: true });
  }
}

const ownerPrefix = "ddns:";

function plainName(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}

/** All records of one name. */
async function publishHost(zones: OwnZones, host: readonly WantedRecord[]): Promise<PublishResult> {
  const { registry } = zones;
  const { name } = host[0]!;
  const owner = `${ownerPrefix}${name}`;
  try {
    const outcome = await registry.publish(
      {
        name,
        owner,
        addresses: [...host.map(({ address }) => address), ...(await keptAddresses(zones, owner, host))],
        ttl: host.find(({ ttl }) => ttl !== undefined)?.ttl ?? updateLimits.ttlSecondsDefault,
        reverse: false,
        wildcard: true,
      },
      // The site file says that they follow the public address, whoever wrote them into the zone
      { takeOver: () => "addresses" },
    );
    return resultOf(outcome);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    if (error.code === "HP_STORE_UNCONFIRMED")
      return {
        outcome: "unconfirmed",
        sentence: "the store of this server could not say whether it is kept",
      };
    const sentence = `the store of this server could not keep it: ${error.message}`;
    return { outcome: "failed", code: error.code, sentence };
  }
}

/** What is published takes the place of all that was: those of a family that is not spoken of stay. */
async function keptAddresses(
  { registry, kept }: OwnZones,
  owner: string,
  host: readonly WantedRecord[],
): Promise<readonly string[]> {
  const { name } = host[0]!;
  const types = new Set(host.map(({ type }) => type));
  // Asking costs as much as half of publishing: not where there can be nothing else
  if (types.size === 2 || kept.get(name)?.size === types.size) return [];
  const entry = await registry.lookUp(name);
  return entry?.owner === owner ? entry.addresses.filter((one) => !types.has(typeOf(one))) : [];
}

function typeOf(address: string): AddressType {
  return address.includes(":") ? "AAAA" : "A";
}

function resultOf(outcome: PublishOutcome): PublishResult {
  if (outcome.published) return { outcome: outcome.changed ? "changed" : "same" };
  const { why: code, sentence } = outcome;
  if (code === "zone-unavailable") return { outcome: "failed", code, sentence };
  return { outcome: "refused", scope: "record", code, sentence };
}

const noZones: PublishResult = {
  outcome: "refused",
  scope: "account",
  code: "no-zones",
  sentence: "this server has no zones: add a `dns` section with the zone, or name another provider",
};

const late: PublishResult = {
  outcome: "failed",
  code: "late",
  sentence: "it was not its turn before the time was up",
};
