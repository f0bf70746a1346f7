/** The sum of the counters of some threads, as plain data. Reading stops nobody. */
import {
  batchesAt,
  droppedAt,
  dropReasons,
  families,
  latencyAt,
  latencyBound,
  latencyPlaces,
  latencySumAt,
  queriesAt,
  querySizesAt,
  rcodePlaces,
  responseSizesAt,
  responsesAt,
  sizeBounds,
  sizePlaces,
  slippedAt,
  transports,
  truncatedAt,
  typePlaces,
} from "./layout.ts";

export type TransportName = (typeof transports)[number];

export interface CountedHistogram {
  /** Largest value of each bucket. */
  readonly bounds: readonly number[];
  /** Of each bucket by itself, and of all above the last bound. */
  readonly counts: readonly number[];
  readonly sum: number;
}

/** Without those that are 0. */
export interface CounterSums {
  /** `type` is undefined for types that are not counted by themselves. */
  readonly queries: readonly {
    readonly transport: TransportName;
    readonly type: number | undefined;
    readonly count: number;
  }[];
  /** `rcode` is undefined for codes that are not counted by themselves. */
  readonly responses: readonly {
    readonly transport: TransportName;
    readonly family: (typeof families)[number];
    readonly rcode: number | undefined;
    readonly count: number;
  }[];
  /** Octets. */
  readonly querySizes: Readonly<Record<TransportName, CountedHistogram>>;
  readonly responseSizes: Readonly<Record<TransportName, CountedHistogram>>;
  readonly dropped: Readonly<Record<(typeof dropReasons)[number], number>>;
  readonly truncated: number;
  readonly slipped: number;
  readonly batches: number;
  /** Microseconds from the arrival of a batch to when its answers were given to the kernel. */
  readonly latency: CountedHistogram;
  /** Microseconds; 0 when there was nothing. */
  readonly p50: number;
  readonly p99: number;
}

export function readCounters(memories: readonly SharedArrayBuffer[]): CounterSums {
  const all = memories.map((memory) => new Float64Array(memory));
  const at = (place: number): number => all.reduce((sum, counts) => sum + counts[place]!, 0);
  const range = (first: number, count: number) => Array.from({ length: count }, (_, i) => at(first + i));
  const sizes = (first: number): CountedHistogram => ({
    bounds: sizeBounds,
    counts: range(first, sizeBounds.length + 1),
    sum: at(first + sizeBounds.length + 1),
  });
  const latency = {
    bounds: Array.from({ length: latencyPlaces - 1 }, (_, place) => latencyBound(place)),
    counts: range(latencyAt, latencyPlaces),
    sum: at(latencySumAt),
  };
  return {
    queries: transports.flatMap((transport, index) =>
      counted(range(queriesAt + index * typePlaces, typePlaces)).map(({ number: type, count }) => ({
        transport,
        type,
        count,
      })),
    ),
    responses: transports.flatMap((transport, index) =>
      families.flatMap((family, second) => {
        const group = index * families.length + second;
        return counted(range(responsesAt + group * rcodePlaces, rcodePlaces)).map(
          ({ number: rcode, count }) => ({ transport, family, rcode, count }),
        );
      }),
    ),
    querySizes: { udp: sizes(querySizesAt), tcp: sizes(querySizesAt + sizePlaces) },
    responseSizes: { udp: sizes(responseSizesAt), tcp: sizes(responseSizesAt + sizePlaces) },
    dropped: Object.fromEntries(
      dropReasons.map((reason, index) => [reason, at(droppedAt + index)]),
    ) as CounterSums["dropped"],
    truncated: at(truncatedAt),
    slipped: at(slippedAt),
    batches: at(batchesAt),
    latency,
    p50: quantile(latency, 0.5),
    p99: quantile(latency, 0.99),
  };
}

/** What is not 0; the last place is that of all numbers that have none. */
function counted(places: readonly number[]): { number: number | undefined; count: number }[] {
  return places.flatMap((count, place) =>
    count === 0 ? [] : [{ number: place === places.length - 1 ? undefined : place, count }],
  );
}

/** The value that a share of all counted ones do not exceed, within a bucket as if they lay evenly in it. */
export function quantile({ bounds, counts }: CountedHistogram, share: number): number {
  const wanted = share * counts.reduce((sum, count) => sum + count, 0);
  if (wanted === 0) return 0;
  let below = 0;
  for (let bucket = 0; bucket < bounds.length; bucket++) {
    const count = counts[bucket]!;
    if (below + count >= wanted && count > 0) {
      const from = bucket === 0 ? 0 : bounds[bucket - 1]!;
      return from + ((bounds[bucket]! - from) * (wanted - below)) / count;
    }
    below += count;
  }
  return bounds.at(-1)!; // more than that
}
