/** Numbers and addresses as the server reads them in a message's options. */
import { WireError } from "../dns/wire.ts";
import { addressAt } from "./option-values/addresses.ts";

export { addressesOf, octetsOfAddresses } from "./option-values/addresses.ts";

type Options = ReadonlyMap<number, Uint8Array>;

/** The number in an option of two octets; undefined without it. Throws WireError at another length. */
export function uint16Option(options: Options, code: number): number | undefined {
  const octets = ofLength(options, code, 2);
  return octets && (octets[0]! << 8) | octets[1]!;
}

/**
 * The number, or address, in an option of four octets; undefined without it. Throws WireError at another
 * length.
 */
export function uint32Option(options: Options, code: number): number | undefined {
  const octets = ofLength(options, code, 4);
  return octets && addressAt(octets, 0);
}

/** The octets of a number. */
export function octetsOfUint32(number: number): Uint8Array {
  return Uint8Array.of(number >>> 24, number >>> 16, number >>> 8, number);
}

function ofLength(options: Options, code: number, length: number): Uint8Array | undefined {
  const octets = options.get(code);
  if (octets !== undefined && octets.length !== length)
    throw new WireError("bad-value", `option ${code}`, octets.length);
  return octets;
}
