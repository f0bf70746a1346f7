/** Which RDATA has names that may be compressed: those of RFC 1035 and no others. RFC 3597 §4. */
import { RRType } from "#protocols/dns/registry.ts";

/** How many names there are, one behind the other. */
export function compressedNames(type: number): 0 | 1 | 2 {
  switch (type) {
    case RRType.NS:
    case RRType.CNAME:
    case RRType.PTR:
    case RRType.MB:
    case RRType.MD:
    case RRType.MF:
    case RRType.MG:
    case RRType.MR:
    case RRType.MX:
      return 1;
    case RRType.SOA:
    case RRType.MINFO:
      return 2;
    default:
      return 0;
  }
}

/** Octets before the first of them. */
export function octetsBeforeNames(type: number): 0 | 2 {
  return type === RRType.MX ? 2 : 0;
}
