/** Addresses of this machine's interfaces, and which of them a name should be given to. */
import type { AddressFamily } from "#contracts/public-address.ts";
import { ipv6ToText } from "#protocols/dns/fields/addresses.ts";
import { canonicalAddress, publicAddressProblem } from "#protocols/public-address/public-address.ts";
import type { MachineFacts } from "./witness-ports.ts";

export interface InterfaceAddress {
  readonly interface: string;
  /** In its canonical form. */
  readonly address: string;
  /** For IPv6: one that changes each day, RFC 8981, or that is about to go, RFC 4862 §5.5.4. */
  readonly isTemporary: boolean;
  readonly isDeprecated: boolean;
}

/** linux/if_addr.h: IFA_F_TEMPORARY, IFA_F_DADFAILED, IFA_F_DEPRECATED, IFA_F_TENTATIVE. */
const flagBits = { temporary: 0x01, failed: 0x08, deprecated: 0x20, tentative: 0x40 } as const;
const ipv6File = "/proc/net/if_inet6";

/** Of all interfaces, in the kernel's order; those that are not usable are left out. */
export function interfaceAddresses(family: AddressFamily, facts: MachineFacts): readonly InterfaceAddress[] {
  if (family === "ipv6") {
    try {
      return fromKernelFile(facts.readText(ipv6File));
    } catch {
      // Not Linux: without flags then
    }
  }
  const title = family === "ipv4" ? "IPv4" : "IPv6";
  return Object.entries(facts.interfaces()).flatMap(([name, infos = []]) =>
    infos
      .filter((info) => info.family === title)
      .map(({ address }) => ({
        // An address may have a label of its own, such as eth0:1. ip-address(8).
        interface: name.split(":")[0]!,
        address: canonicalAddress(address, family) ?? address,
        isTemporary: false,
        isDeprecated: false,
      })),
  );
}

/**
 * `address number-of-interface prefix-length scope flags name`, all but the name in hexadecimal. proc_net(5).
 */
function fromKernelFile(text: string): readonly InterfaceAddress[] {
  return text.split("\n").flatMap((line) => {
    const [hex = "", , , , flagsHex = "", name] = line.trim().split(/\s+/);
    if (!/^[0-9a-f]{32}$/.test(hex) || name === undefined) return [];
    const flags = Number.parseInt(flagsHex, 16);
    if ((flags & (flagBits.failed | flagBits.tentative)) !== 0) return [];
    return {
      interface: name,
      address: ipv6ToText(Uint8Array.fromHex(hex)),
      isTemporary: (flags & flagBits.temporary) !== 0,
      isDeprecated: (flags & flagBits.deprecated) !== 0,
    };
  });
}

/** The lasting ones first; otherwise as they were. */
export function mostLasting(addresses: readonly InterfaceAddress[]): readonly InterfaceAddress[] {
  const weight = (one: InterfaceAddress): number => (one.isDeprecated ? 2 : 0) + (one.isTemporary ? 1 : 0);
  return addresses.toSorted((one, other) => weight(one) - weight(other));
}

export type PublicAddressOfInterface =
  | { readonly kind: "address"; readonly address: string }
  /** `why` follows the interface's name. */
  | { readonly kind: "unknown"; readonly why: string };

/** The first public address of an interface, a lasting one where there is one. */
export function publicAddressOfInterface(
  name: string,
  family: AddressFamily,
  { facts, alsoPublic }: { readonly facts: MachineFacts; readonly alsoPublic: readonly string[] },
): PublicAddressOfInterface {
  const own = mostLasting(interfaceAddresses(family, facts).filter((one) => one.interface === name));
  const problemOf = ({ address }: InterfaceAddress): string | undefined =>
    publicAddressProblem(address, family, alsoPublic);
  const found = own.find((one) => problemOf(one) === undefined);
  if (found !== undefined) return { kind: "address", address: found.address };
  const [first] = own;
  const title = family === "ipv4" ? "IPv4" : "IPv6";
  if (first === undefined) return { kind: "unknown", why: `has no ${title} address, or is not there` };
  return { kind: "unknown", why: `has ${first.address}, which is ${problemOf(first)}` };
}
