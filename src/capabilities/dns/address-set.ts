/**
 * Sets of addresses of one family, kept as the places where membership changes: an address is in the set
 * when an odd number of them is at or below it. A look-up is a binary search, however long the list was.
 */

/** The addresses from `first` up to and without `end`, as numbers; `end` may be behind the last of all. */
export interface AddressRange {
  readonly first: bigint;
  readonly end: bigint;
}

export interface RangeRule extends AddressRange {
  readonly allow: boolean;
}

/** The ranges that a list of rules allows, in order and apart. The first that holds an address decides. */
export function allowedRanges(rules: readonly RangeRule[]): readonly AddressRange[] {
  const edges = [...new Set(rules.flatMap(({ first, end }) => [first, end]))].sort(compare);
  const place = new Map(edges.map((edge, index) => [edge, index]));
  const allowed = new Uint8Array(edges.length);
  // Where the next undecided piece begins; each is decided once, so that the work grows with the rules only.
  const next = Int32Array.from({ length: edges.length + 1 }, (_, index) => index);
  for (const { first, end, allow } of rules) {
    const behind = place.get(end)!;
    for (let piece = undecided(next, place.get(first)!); piece < behind; piece = undecided(next, piece)) {
      allowed[piece] = allow ? 1 : 0;
      next[piece] = piece + 1;
    }
  }
  const ranges: { first: bigint; end: bigint }[] = [];
  for (let piece = 0; piece < edges.length - 1; piece++) {
    if (allowed[piece] === 0) continue;
    const last = ranges.at(-1);
    if (last !== undefined && last.end === edges[piece]) last.end = edges[piece + 1]!;
    else ranges.push({ first: edges[piece]!, end: edges[piece + 1]! });
  }
  return ranges;
}

/** The first piece from `piece` on that no rule has decided; shortens the way there for the next search. */
function undecided(next: Int32Array, piece: number): number {
  let found = piece;
  while (next[found] !== found) found = next[found]!;
  for (let at = piece; next[at] !== found && at !== found; ) {
    const following = next[at]!;
    next[at] = found;
    at = following;
  }
  return found;
}

function compare(left: bigint, right: bigint): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

export class AddressSet {
  /** Every address of the family is in it. */
  readonly isWhole: boolean;
  private readonly words: 1 | 4;
  private readonly count: number;
  /** The edges in order, each in 1 (IPv4) or 4 (IPv6) words of 32 bits. */
  private readonly edges: Uint32Array;

  /** `ranges`: in order and apart. `octets`: 4 for IPv4, 16 for IPv6. */
  constructor(ranges: readonly AddressRange[], octets: 4 | 16) {
    const behindLast = 1n << BigInt(octets * 8);
    // An edge behind the last address ends nothing that could be asked for.
    const edges = ranges.flatMap(({ first, end }) => (end === behindLast ? [first] : [first, end]));
    this.isWhole = ranges.length === 1 && ranges[0]!.first === 0n && ranges[0]!.end === behindLast;
    this.words = octets === 4 ? 1 : 4;
    this.count = edges.length;
    this.edges = Uint32Array.from(edges.flatMap((edge) => wordsOf(edge, this.words)));
  }

  /** `address`: as many octets as the family has. */
  has(address: Uint8Array): boolean {
    const { words, edges } = this;
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isAtOrBelow(edges, middle * words, words, address)) low = middle + 1;
      else high = middle;
    }
    return (low & 1) === 1;
  }
}

function isAtOrBelow(edges: Uint32Array, at: number, words: number, address: Uint8Array): boolean {
  for (let word = 0; word < words; word++) {
    const octet = word * 4;
    const mine =
      ((address[octet]! << 24) |
        (address[octet + 1]! << 16) |
        (address[octet + 2]! << 8) |
        address[octet + 3]!) >>>
      0;
    const edge = edges[at + word]!;
    if (edge !== mine) return edge < mine;
  }
  return true;
}

function wordsOf(edge: bigint, words: number): number[] {
  return Array.from({ length: words }, (_, word) =>
    Number((edge >> BigInt(32 * (words - 1 - word))) & 0xffff_ffffn),
  );
}
