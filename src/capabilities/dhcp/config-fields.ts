/** Kinds of fields that several parts of the `dhcp` section have. */
import { duration, text } from "#platform/site/config-fields.ts";
import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import { limits } from "./limits.ts";

export const leaseTime = duration(limits.leaseSecondsMin, limits.leaseSecondsMax);

export const address = text((value) =>
  parseIpv4(value) === -1 ? `"${value}" is no IPv4 address; write one such as 192.168.9.1` : undefined,
);

/** An address, or `self`: this server's own in that network. */
export const addressOrSelf = text((value) =>
  value === "self" || parseIpv4(value) !== -1
    ? undefined
    : `"${value}" is no IPv4 address; write one such as 192.168.9.1, or self for this server's own`,
);

const hostLabel = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;

/** One label of a host name. RFC 1123 §2.1. */
export const label = text((value) =>
  hostLabel.test(value) ? undefined : `"${value}" is no host name; use letters, digits and hyphens`,
);

export const domainName = text((value) =>
  value.length <= 253 &&
  value
    .replace(/\.$/, "")
    .split(".")
    .every((part) => hostLabel.test(part))
    ? undefined
    : `"${value}" is no domain name; write one such as lan.example`,
);

const hexOctets = /^(0x)?[0-9a-f]{2}([:-]?[0-9a-f]{2})*$/i;

export const hardwareAddress = text((value) =>
  /^[0-9a-f]{1,2}([:-][0-9a-f]{1,2}){5}$/i.test(value)
    ? undefined
    : `"${value}" is no hardware address; write one such as 52:54:00:12:34:56`,
);

export const hex = text((value) =>
  hexOctets.test(value) ? undefined : `"${value}" is not hexadecimal; write octets such as 01:52:54:00`,
);

/** `0x` and hexadecimal, or text as it is. */
export const hexOrText = text((value) => {
  if (value === "") return "is empty; write what the client or relay sends";
  if (!value.startsWith("0x") || hexOctets.test(value)) return undefined;
  return `"${value}" begins with 0x and is not hexadecimal; write an even number of hexadecimal digits`;
});

/** The octets that hexadecimal text says, with or without colons and 0x. */
export function octetsOfHex(value: string): Uint8Array {
  return Uint8Array.fromHex(value.replace(/^0x/i, "").replaceAll(/[:-]/g, ""));
}

/** Pads single digits: `0:1:2:a:b:c`. */
export function octetsOfHardwareAddress(value: string): Uint8Array {
  return Uint8Array.from(value.split(/[:-]/), (part) => Number.parseInt(part, 16));
}

export function octetsOfHexOrText(value: string): Uint8Array {
  return value.startsWith("0x") ? octetsOfHex(value) : new TextEncoder().encode(value);
}
