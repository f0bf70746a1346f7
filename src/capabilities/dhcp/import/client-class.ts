/** Conditions of other servers as classes of site.yaml. */

import { OptionCode } from "#protocols/dhcp4/codes.ts";
import { optionByCode, optionByName } from "#protocols/dhcp4/option-table.ts";
import type { ClientTest, TestValue } from "#protocols/dhcpdconf/client-test.ts";
import type { MatchInput } from "./draft.ts";
import { importLimits } from "./limits.ts";
import { textOrHex } from "./option-input.ts";

/** A client is of the class when all matches of one of the alternatives hold. */
export type Alternatives = readonly (readonly MatchInput[])[];
export type MatchOutcome = { readonly alternatives: Alternatives } | { readonly why: string };

export interface TestContext {
  /** Of options that the config defines. */
  readonly optionCode: (name: string) => number | undefined;
  readonly classNamed: (name: string) => Alternatives | undefined;
}

/** What a class must have for `match` to mean the same; or why no class can. */
export function matchesOf(test: ClientTest, context: TestContext): MatchOutcome {
  const outcome = alternativesOf(test, context);
  if ("why" in outcome) return outcome;
  if (outcome.alternatives.length > importLimits.alternativesMax)
    return { why: `it has more than ${importLimits.alternativesMax} alternatives` };
  return { alternatives: joined(outcome.alternatives) };
}

function alternativesOf(test: ClientTest, context: TestContext): MatchOutcome {
  switch (test.test) {
    case "and":
      return all(test.of, context);
    case "or":
      return any(test.of, context);
    case "not":
      return { why: "classes match what clients have, not what they lack" };
    case "always":
      return { alternatives: [[]] };
    case "member": {
      const alternatives = context.classNamed(test.name);
      return alternatives === undefined ? { why: `there is no class "${test.name}" here` } : { alternatives };
    }
    case "exists":
      return exists(test.value, context);
    case "equals": {
      const { one, other } = test;
      if (other.is === "octets") return equals(one, other.octets, context);
      if (one.is === "octets") return equals(other, one.octets, context);
      return { why: "it compares two things that clients send" };
    }
    case "other":
      return { why: `classes have no form for ${test.text}` };
  }
}

/** Every alternative of the one with every alternative of the other. */
function all(tests: readonly ClientTest[], context: TestContext): MatchOutcome {
  let product: Alternatives = [[]];
  for (const test of tests) {
    const outcome = alternativesOf(test, context);
    if ("why" in outcome) return outcome;
    product = combined(product, outcome.alternatives);
    if (product.length > importLimits.alternativesMax) return { why: "it has too many alternatives" };
  }
  return { alternatives: product };
}

function any(tests: readonly ClientTest[], context: TestContext): MatchOutcome {
  const sum: (readonly MatchInput[])[] = [];
  for (const test of tests) {
    const outcome = alternativesOf(test, context);
    if ("why" in outcome) return outcome;
    sum.push(...outcome.alternatives);
  }
  return { alternatives: sum };
}

/** Clients that are of an alternative of each. */
export function combined(one: Alternatives, other: Alternatives): Alternatives {
  return one.flatMap((first) => other.map((second) => [...first, ...second]));
}

/** Alternatives that differ in the architecture alone are one. */
export function joined(alternatives: Alternatives): Alternatives {
  const out: (readonly MatchInput[])[] = [];
  for (const alternative of alternatives) {
    const before = out.at(-1);
    const [last, mine] = [before?.at(-1), alternative.at(-1)];
    const same =
      last?.arch !== undefined &&
      mine?.arch !== undefined &&
      JSON.stringify(before!.slice(0, -1)) === JSON.stringify(alternative.slice(0, -1));
    if (same) out[out.length - 1] = [...before!.slice(0, -1), { arch: [...last.arch!, ...mine.arch!] }];
    else out.push(alternative);
  }
  return out;
}

function one(match: MatchInput): MatchOutcome {
  return { alternatives: [[match]] };
}

function exists(value: TestValue, context: TestContext): MatchOutcome {
  if (value.is !== "option") return { why: "only of options can be said that they are there" };
  const option = optionOf(value.option, context);
  return option === undefined ? unknown(value.option) : one({ option });
}

function equals(value: TestValue, octets: Uint8Array, context: TestContext): MatchOutcome {
  if (octets.length === 0) return { why: "it compares with nothing" };
  switch (value.is) {
    case "option":
      return optionEquals(value.option, octets, context);
    case "substring":
      return substringEquals(value, octets, context);
    case "sub-option":
      // Code and length stand before the value, so that it is this sub-option and all of it
      return one({
        option: "dhcp-agent-options",
        contains: `0x${Buffer.from([value.code, octets.length, ...octets]).toHex()}`,
      });
    case "hardware":
      return octets.length === 7 ? hardwareBegins(octets) : neverHolds;
    case "mac":
      return octets.length === 6 ? one({ mac: hexWithColons(octets) }) : neverHolds;
    case "first":
      // What a client sends besides the first is seldom what another sends as its first
      return any(
        value.of.map((inner) => ({ test: "equals", one: inner, other: { is: "octets", octets } }) as const),
        context,
      );
    case "interface":
      return one({ interface: String.fromCharCode(...octets) });
    case "hex": {
      const inner = octetsOfHexText(String.fromCharCode(...octets), value.separator);
      return inner === undefined ? neverHolds : equals(value.of, inner, context);
    }
    case "octets":
      return { why: "it compares two constants" };
    case "other":
      return { why: `classes have no form for ${value.text}` };
  }
}

const neverHolds: MatchOutcome = { why: "it holds for no client" };

function optionEquals(name: string, octets: Uint8Array, context: TestContext): MatchOutcome {
  const option = optionOf(name, context);
  if (option === undefined) return unknown(name);
  if (codeOf(option) === OptionCode.clientArchitecture && octets.length === 2)
    return one({ arch: [(octets[0]! << 8) | octets[1]!] });
  return one({ option, equals: textOrHex(octets) });
}

function substringEquals(
  { of, offset, length }: Extract<TestValue, { is: "substring" }>,
  octets: Uint8Array,
  context: TestContext,
): MatchOutcome {
  if (length !== undefined && octets.length > length) return neverHolds;
  const isWhole = length === undefined || octets.length < length;
  if (of.is === "hardware") {
    if (isWhole && offset + octets.length !== 7) return { why: "it looks at the end of a hardware address" };
    if (offset === 0) return hardwareBegins(octets);
    if (offset === 1) return one({ mac: hexWithColons(octets) });
  }
  if (of.is === "mac" && offset === 0 && (!isWhole || octets.length === 6))
    return one({ mac: hexWithColons(octets) });
  if (of.is !== "option") return { why: "it looks at a part of something that classes know as a whole" };
  const option = optionOf(of.option, context);
  if (option === undefined) return unknown(of.option);
  if (offset === 0)
    return one(isWhole ? { option, equals: textOrHex(octets) } : { option, prefix: textOrHex(octets) });
  // PXEClient:Arch:00007
  const digits = String.fromCharCode(...octets);
  if (codeOf(option) === OptionCode.vendorClass && offset === 15 && /^\d{5}$/.test(digits))
    return one({ arch: [Number(digits)] });
  return { why: "it looks into the middle of an option" };
}

/** Type and address: only Ethernet has addresses that classes know. */
function hardwareBegins(octets: Uint8Array): MatchOutcome {
  if (octets[0] !== 1) return { why: "it looks for hardware other than Ethernet" };
  if (octets.length === 1) return { why: "it holds for all of Ethernet" };
  return one({ mac: hexWithColons(octets.subarray(1)) });
}

/** The name of an option if it has one, else its code. */
export function optionOf(name: string, { optionCode }: TestContext): string | number | undefined {
  const code = /^\d{1,3}$/.test(name) ? Number(name) : (optionCode(name) ?? optionByName(name)?.code);
  if (code === undefined || code < 1 || code > 254) return undefined;
  return optionByCode(code)?.name ?? code;
}

function codeOf(option: string | number): number | undefined {
  return typeof option === "number" ? option : optionByName(option)?.code;
}

function unknown(name: string): MatchOutcome {
  return { why: `no option ${name} is known` };
}

export function hexWithColons(octets: Uint8Array): string {
  return octets.toHex().replaceAll(/..(?=.)/g, "$&:");
}

/** `0:1a` or `001a`; undefined when it is something else. */
function octetsOfHexText(text: string, separator: string): Uint8Array | undefined {
  const parts = separator === "" ? (text.match(/../g) ?? []) : text.split(separator);
  if (!parts.every((part) => /^[0-9a-f]{1,2}$/i.test(part)) || parts.join(separator) !== text)
    return undefined;
  return Uint8Array.from(parts, (part) => Number.parseInt(part, 16));
}
