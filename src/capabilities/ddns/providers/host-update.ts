/** Names with their addresses, as dynamic updates. RFC 2136 §2.4, §2.5. Pure. */
import { add, hasNone, removeAll, type Update } from "#platform/dns-query/update-message.ts";
import type { Name } from "#protocols/dns/name.ts";
import { parseRdata } from "#protocols/dns/records/index.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { textReader } from "#protocols/dns/text-reader.ts";
import type { WantedRecord } from "./provider.ts";
import { updateLimits } from "./update-limits.ts";

export interface HostUpdate {
  readonly name: Name;
  /** All of this name. */
  readonly records: readonly WantedRecord[];
}

export interface UpdateFacts {
  readonly zone: Name;
  /** Of records that say none. */
  readonly ttlSeconds: number;
  /** Also glue below a delegation is to be written. */
  readonly mayBeDelegated: boolean;
}

/**
 * Takes the place of the addresses of the wanted families, and of nothing else. What is an alias stays one:
 * RFC 2136 §3.4.2.2 would have the server leave the addresses out and say that all is well.
 */
export function updateOf(
  hosts: readonly HostUpdate[],
  { zone, ttlSeconds, mayBeDelegated }: UpdateFacts,
): Update {
  const prerequisites = hosts.flatMap(({ name }) => {
    const noAlias = hasNone(name, RRType.CNAME);
    return mayBeDelegated || name === zone ? [noAlias] : [noAlias, hasNone(name, RRType.NS)];
  });
  const changes = hosts.flatMap(({ name, records }) =>
    [...Map.groupBy(records, ({ type }) => RRType[type])].flatMap(([type, wanted]) => [
      removeAll(name, type),
      ...wanted.map(({ address, ttl }) =>
        add({ name, type, rdata: parseRdata(type, textReader(address)) }, ttl ?? ttlSeconds),
      ),
    ]),
  );
  return { prerequisites, changes };
}

/** As many of them together as surely fit into one message. */
export function messagesOf(hosts: readonly HostUpdate[]): readonly (readonly HostUpdate[])[] {
  const messages: HostUpdate[][] = [];
  let octets = Infinity;
  for (const host of hosts) {
    const size = octetsMax(host);
    octets += size;
    if (octets > updateLimits.messageOctetsMax) {
      messages.push([]);
      octets = size;
    }
    messages.at(-1)!.push(host);
  }
  return messages;
}

/** Type, class, TTL and length of a record. RFC 1035 §3.2.1. */
const recordOctets = 10;

/** Were no name compressed: two prerequisites, and for each record a removal and an addition. */
function octetsMax({ name, records }: HostUpdate): number {
  return (2 + 2 * records.length) * (name.length + recordOctets) + records.length * 16;
}
