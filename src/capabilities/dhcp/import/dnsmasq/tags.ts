/** Lines that tag clients, as classes: `dhcp-match`, `dhcp-vendorclass`, `dhcp-mac` and their kind. */
import { OptionCode } from "#protocols/dhcp4/codes.ts";
import { optionByCode } from "#protocols/dhcp4/option-table.ts";
import type { DnsmasqLine } from "#protocols/dnsmasqconf/lines.ts";
import type { ClassBook } from "../class-book.ts";
import { type Alternatives, combined } from "../client-class.ts";
import { type ImportDraft, leaveOut, type MatchInput } from "../draft.ts";
import { textOrHex } from "../option-input.ts";
import { codeOf, octetsAsWritten, octetsOfOption } from "./option-line.ts";

type Match = MatchInput | { readonly why: string };

/** By the setting's name: what its value means. */
const readers: Readonly<Record<string, (values: readonly string[]) => Match>> = {
  "dhcp-match": option,
  "dhcp-vendorclass": ([text = ""]) =>
    text.startsWith("enterprise:")
      ? { why: "of IPv6; not part of this import" }
      : { option: "vendor-class-identifier", contains: textOf(text) },
  "dhcp-userclass": ([text = ""]) => ({ option: "user-class", contains: textOf(text) }),
  "dhcp-mac": ([text = ""]) => hardware(text),
  "dhcp-circuitid": ([text = ""]) => ofRelay(1, text),
  "dhcp-remoteid": ([text = ""]) => ofRelay(2, text),
  "dhcp-subscrid": ([text = ""]) => ofRelay(6, text),
  "dhcp-name-match": ([text = ""]) =>
    text.endsWith("*")
      ? { option: "host-name", prefix: textOf(text.slice(0, -1)) }
      : { option: "host-name", equals: textOf(text) },
};

export function isTagLine(name: string): boolean {
  return name in readers;
}

/** `NAME=set:TAG,VALUE`. */
export function readTagLine(draft: ImportDraft, book: ClassBook, source: DnsmasqLine): undefined {
  const { name, fields } = source;
  const line = draft.say(source, `${name}=${fields.join(",")}`, "imported");
  const tag = fields[0]?.replace(/^(set|net):/, "") ?? "";
  if (tag === "" || fields.length < 2) return leaveOut(line, "write set:TAG and what the client has");
  const match = readers[name]!(fields.slice(1));
  if ("why" in match) return leaveOut(line, match.why);
  book.define(tag, [[match as MatchInput]]);
  line.detail = `what ${tag} means in dhcp.classes`;
}

/** `tag-if=set:TAG,tag:ONE,tag:OTHER`. */
export function readTagIf(draft: ImportDraft, book: ClassBook, source: DnsmasqLine): undefined {
  const line = draft.say(source, `tag-if=${source.fields.join(",")}`, "imported");
  const words = (kind: string): string[] =>
    source.fields
      .filter((field) => field.startsWith(`${kind}:`))
      .map((field) => field.slice(kind.length + 1));
  const outcome = alternativesOf(book, words("tag"));
  if ("why" in outcome) return leaveOut(line, outcome.why);
  for (const tag of words("set")) book.define(tag, outcome.alternatives);
  line.detail = `what ${words("set").join(", ")} means in dhcp.classes`;
}

export function alternativesOf(
  book: ClassBook,
  tags: readonly string[],
): { readonly alternatives: Alternatives } | { readonly why: string } {
  let product: Alternatives = [[]];
  for (const tag of tags) {
    if (tag.startsWith("!")) return { why: "classes match what clients have, not what they lack" };
    const known = book.alternatives(tag);
    if (known === undefined) return { why: `nothing that came over sets the tag ${tag}` };
    product = combined(product, known);
  }
  return tags.length === 0 ? { why: "it names no tag" } : { alternatives: product };
}

/** An option that is there, that begins so (hexadecimal), or that has this in it. */
function option(values: readonly string[]): Match {
  const [first = "", ...rest] = values;
  const code = codeOf(first.replace(/^option:/, ""));
  if (first.startsWith("vi-encap:")) return { why: "classes look into no vendor's options" };
  if (code === undefined || code < 1 || code > 254) return { why: `there is no option ${first}` };
  const name = optionByCode(code)?.name ?? code;
  if (rest.length === 0) return { option: name };
  if (code === OptionCode.clientArchitecture && rest.every((one) => /^\d{1,5}$/.test(one)))
    return { arch: rest.map(Number) };
  const [value = ""] = rest;
  if (rest.length === 1 && /^([0-9a-f]{1,2}|\*)(:([0-9a-f]{1,2}|\*))+$/i.test(value)) {
    const parts = value.split(":");
    while (parts.at(-1) === "*") parts.pop();
    if (parts.includes("*")) return { why: "classes know how an option begins, not its middle" };
    return { option: name, prefix: `0x${parts.map((part) => part.padStart(2, "0")).join("")}` };
  }
  const outcome = typeof name === "number" ? octetsAsWritten(rest) : octetsOfOption(code, rest);
  if ("why" in outcome) return outcome;
  return { option: name, contains: textOrHex(outcome.octets) };
}

function hardware(text: string): Match {
  const parts = text.replace(/^[0-9a-f]{2}-/i, "").split(":");
  while (parts.at(-1) === "*") parts.pop();
  if (parts.length === 0 || !parts.every((part) => /^[0-9a-f]{1,2}$/i.test(part)))
    return { why: "a class knows how a hardware address begins, not its middle" };
  return { mac: parts.map((part) => part.padStart(2, "0")).join(":") };
}

/** Code and length stand before the value, so that it is this sub-option and all of it. */
function ofRelay(code: number, text: string): Match {
  const isHex = /^[0-9a-f]{1,2}(:[0-9a-f]{1,2})+$/i.test(text);
  const octets = isHex
    ? Uint8Array.from(text.split(":"), (part) => Number.parseInt(part, 16))
    : new TextEncoder().encode(text);
  return {
    option: "dhcp-agent-options",
    contains: `0x${Buffer.from([code, octets.length, ...octets]).toHex()}`,
  };
}

function textOf(text: string): string {
  return textOrHex(new TextEncoder().encode(text));
}
