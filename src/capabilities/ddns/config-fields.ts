/** Kinds of fields that several parts of the `ddns` section have. */
import { isIPv6 } from "node:net";
import { text } from "#platform/site/config-fields.ts";

const label = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i;

function isDomainName(value: string): boolean {
  const plain = value.replace(/\.$/, "");
  return plain.length <= 253 && plain.split(".").every((part) => label.test(part));
}

export const domainName = text((value) =>
  isDomainName(value) ? undefined : `"${value}" is no domain name; write one such as home.example.net`,
);

/** A domain name, or a wildcard below one. */
export const recordName = text((value) =>
  isDomainName(value.replace(/^\*\./, ""))
    ? undefined
    : `"${value}" is no name of a record; write one such as home.example.net or *.home.example.net`,
);

/** The part of an IPv6 address after the prefix: `::1`, `::5054:ff:fe12:3456`, or `mac:52:54:00:12:34:56`. */
export const interfaceId = text((value) => {
  if (/^mac:[0-9a-f]{1,2}([:-][0-9a-f]{1,2}){5}$/i.test(value)) return undefined;
  if (value.startsWith("::") && value !== "::" && isIPv6(value)) return undefined;
  return `"${value}" is no interface identifier; write one such as ::1 or mac:52:54:00:12:34:56`;
});

/** One of a provider's or a witness's, by which others in the file name it. */
export const word = text((value) =>
  /^[\w-]{1,63}$/.test(value)
    ? undefined
    : `"${value}" is no name; use letters, digits, hyphens and underscores`,
);
