/** Ranges of other servers as pools: those have no room for the addresses of the network itself. */
import { type Prefix, type Range, rangeOfPrefix } from "../network/range.ts";

/** Without the address of the network and its broadcast. */
export function insideOf(prefix: Prefix, { first, last }: Range): Range {
  const network = rangeOfPrefix({ address: prefix.address, length: prefix.length });
  return {
    first: first === network.first ? first + 1 : first,
    last: last === network.last ? last - 1 : last,
  };
}
