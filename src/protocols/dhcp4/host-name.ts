/** Host names: what a client says, made into one label of DNS. */

import { lenientText } from "./option-values/texts.ts";

/** RFC 1035 §2.3.4. */
const labelOctetsMax = 63;

/**
 * The label that a client's name becomes: what stands before its first dot, in lower case, all but letters,
 * digits and hyphens as a hyphen. RFC 952, RFC 1123 §2.1. Undefined when nothing is left of it.
 */
export function hostNameFrom(text: string): string | undefined {
  const dot = text.indexOf(".");
  const first = (dot === -1 ? text : text.slice(0, dot)).slice(0, 4 * labelOctetsMax);
  const label = first
    .normalize("NFKD")
    .replace(/\p{Mn}+/gu, "") // Müller is muller rather than m-ller
    .replace(/[^A-Za-z0-9-]+/g, "-")
    .replace(/^-+/, "")
    .slice(0, labelOctetsMax)
    .replace(/-+$/, "")
    .toLowerCase();
  return label === "" ? undefined : label;
}

/** The label that the host name in option 12 becomes. RFC 2132 §3.14. */
export function hostNameOf(octets: Uint8Array): string | undefined {
  return hostNameFrom(lenientText(octets));
}

/**
 * Names that mean something wherever they stand, so that no client may have them: `localhost` (RFC 6761
 * §6.3), which systems without a name say, and those that others look for in order to be configured
 * (VU#598349).
 */
const nobodysNames = new Set(["localhost", "wpad", "isatap"]);

/** True for a label that no client may have of its own wish. */
export function isNobodysName(label: string): boolean {
  return nobodysNames.has(label.toLowerCase());
}
