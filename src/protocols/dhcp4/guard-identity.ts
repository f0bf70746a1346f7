/**
 * Who owns a name: the guard record that stands beside a client's addresses, so that no other client takes
 * its name. DHCID (RFC 4701), and the TXT of ISC's dhcpd, which came before it ("interim").
 *
 * Digests are made elsewhere: here is what goes into them and what becomes of them.
 */
import { WireError } from "../dns/wire.ts";
import { duidOffset } from "./client-identifier.ts";
import { joinOctets } from "./join-octets.ts";
import { octetsOfAddress } from "./option-values/addresses.ts";

/** What a client is known by. */
export interface ClientIdentity {
  readonly hardwareType: number;
  readonly hardwareAddress: Uint8Array;
  /** Option 61, whole; absent when the client has sent none. */
  readonly clientIdentifier?: Uint8Array | undefined;
}

/** What is to be digested, and the type of the identifier in it. */
export interface GuardInput {
  readonly type: number;
  readonly octets: Uint8Array;
}

/** What the identifier in a DHCID was made of. RFC 4701 §3.3. */
export const DhcidType = { hardwareAddress: 0, clientIdentifier: 1, duid: 2 } as const;
/** RFC 4701 §3.4: the only digest type that there is. */
const sha256 = 1;
const sha256Octets = 32;
const duidType = 255;

/**
 * What the SHA-256 of a client's DHCID is of: its identifier, then the name in wire form, uncompressed and
 * in lower case. RFC 4701 §3.5. Undefined for a client that cannot be told from others.
 */
export function dhcidInput(
  identity: ClientIdentity & { readonly fqdnWire: Uint8Array },
): GuardInput | undefined {
  const found = dhcidIdentifier(identity);
  return found && { type: found.type, octets: joinOctets([found.octets, lowerCase(identity.fqdnWire)]) };
}

function dhcidIdentifier(identity: ClientIdentity): GuardInput | undefined {
  const { clientIdentifier } = identity;
  if (clientIdentifier === undefined || clientIdentifier.length === 0) {
    const octets = hardwareOctets(identity);
    return octets && { type: DhcidType.hardwareAddress, octets };
  }
  if (clientIdentifier[0] !== duidType) return { type: DhcidType.clientIdentifier, octets: clientIdentifier };
  // The DUID alone, so that it is the same as by DHCPv6. RFC 4701 §3.3
  if (clientIdentifier.length <= duidOffset) return undefined;
  return { type: DhcidType.duid, octets: clientIdentifier.subarray(duidOffset) };
}

/** What the SHA-256 of the DHCID of a DHCPv6 client is of. RFC 4701 §3.3. */
export function dhcidInputOfDuid(duid: Uint8Array, fqdnWire: Uint8Array): GuardInput {
  return { type: DhcidType.duid, octets: joinOctets([duid, lowerCase(fqdnWire)]) };
}

/** The RDATA of a DHCID record, from the digest of what `dhcidInput` gave. RFC 4701 §3.1. */
export function dhcidOf(type: number, digest: Uint8Array): Uint8Array {
  return joinOctets([Uint8Array.of(type >>> 8, type, sha256), digest]);
}

/**
 * The type and digest of a DHCID's RDATA. Throws WireError, "unknown-form" for digests that are not
 * SHA-256.
 */
export function readDhcid(rdata: Uint8Array): { readonly type: number; readonly digest: Uint8Array } {
  if (rdata.length < 3) throw new WireError("short-input", "DHCID", rdata.length);
  if (rdata[2] !== sha256) throw new WireError("unknown-form", "DHCID.digestType", 2);
  if (rdata.length !== 3 + sha256Octets) throw new WireError("bad-value", "DHCID.digest", 3);
  return { type: (rdata[0]! << 8) | rdata[1]!, digest: rdata.subarray(3) };
}

/** The types that dhcpd writes: option numbers, and 0 for the hardware address. */
export const InterimType = { hardwareAddress: 0, clientIdentifier: 61, duid: 2 } as const;

/**
 * What the MD5 of a client's interim guard is of. Unlike with DHCID the name is not in it, and a client
 * identifier of RFC 4361 is one like others. Undefined for a client that cannot be told from others.
 */
export function interimInput(identity: ClientIdentity): GuardInput | undefined {
  const { clientIdentifier } = identity;
  if (clientIdentifier !== undefined && clientIdentifier.length > 0)
    return { type: InterimType.clientIdentifier, octets: clientIdentifier };
  const octets = hardwareOctets(identity);
  return octets && { type: InterimType.hardwareAddress, octets };
}

/**
 * All that the interim guard of this client may have been made of, likeliest first: it need not have sent
 * its client identifier when the record was made, nor may it send the one now that it sent then.
 */
export function interimInputs(identity: ClientIdentity): GuardInput[] {
  const inputs = [interimInput(identity), interimInput({ ...identity, clientIdentifier: undefined })];
  const byMac = hardwareOctets(identity);
  // 01 and the MAC, which most clients send that send anything
  if (byMac !== undefined) inputs.push({ type: InterimType.clientIdentifier, octets: byMac });
  const seen = new Set<string>();
  return inputs.filter((input): input is GuardInput => {
    if (input === undefined) return false;
    const key = `${input.type} ${input.octets.toHex()}`;
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}

/** What the MD5 of the interim guard of a DHCPv6 client is of: dhcpd digests its IAID too. */
export function interimInputOfDuid(iaid: number, duid: Uint8Array): GuardInput {
  const octets = joinOctets([octetsOfAddress(iaid), duid]);
  return { type: InterimType.duid, octets };
}

/**
 * The text of an interim guard, from the MD5 of what `interimInput` gave. The second digit is the type
 * modulo 15, not its low four bits: dhcpd has always done so, and its records are what they are.
 */
export function interimText(type: number, md5Hex: string): string {
  return `${((type >>> 4) & 15).toString(16)}${(type % 15).toString(16)}${md5Hex.toLowerCase()}`;
}

/** Texts that are interim guards. */
export const interimPattern = /^(00|31|02)[0-9a-f]{32}$/;

/** The hardware type and address; undefined for a client without one. */
function hardwareOctets({ hardwareType, hardwareAddress }: ClientIdentity): Uint8Array | undefined {
  return hardwareAddress.length === 0
    ? undefined
    : joinOctets([Uint8Array.of(hardwareType), hardwareAddress]);
}

/** No length octet of a name lies in A-Z, so that all of it can be lowered. RFC 4343 §3. */
function lowerCase(nameWire: Uint8Array): Uint8Array {
  return nameWire.map((octet) => (octet >= 0x41 && octet <= 0x5a ? octet | 0x20 : octet));
}
