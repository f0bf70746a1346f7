/** What a client calls itself: option 61. RFC 2132 §9.14, RFC 4361 §6.1. */
import { HardwareType } from "./codes.ts";
import { addressAt } from "./option-values/addresses.ts";

/** A client identifier, by what can be told from it. */
export type ClientIdentifier =
  /** A hardware type and an address of it: `01` and a MAC. */
  | { readonly kind: "hardware"; readonly hardwareType: number; readonly hardwareAddress: Uint8Array }
  /** The identifiers of DHCPv6: the same for both versions. RFC 4361 §6.1. */
  | { readonly kind: "duid"; readonly iaid: number; readonly duid: Uint8Array }
  /** Octets that mean something to the client alone. */
  | { readonly kind: "opaque" };

/** Says that an IAID and a DUID follow. RFC 4361 §6.1. */
const duidType = 255;
/** The type and the IAID stand before the DUID. */
export const duidOffset = 5;
/** A DUID has its type in two octets and something behind them. RFC 8415 §11.1. */
const duidOctetsMin = 3;
const macOctets = 6;

/** Tells what an identifier is made of. Whoever compares identifiers compares all of their octets. */
export function parseClientIdentifier(octets: Uint8Array): ClientIdentifier {
  const type = octets[0];
  if (type === duidType && octets.length >= duidOffset + duidOctetsMin)
    return { kind: "duid", iaid: addressAt(octets, 1), duid: octets.subarray(duidOffset) };
  const isMac = type === HardwareType.ethernet || type === HardwareType.ieee802;
  if (isMac && octets.length === 1 + macOctets)
    return { kind: "hardware", hardwareType: type, hardwareAddress: octets.subarray(1) };
  return { kind: "opaque" };
}
