/** Kinds of clients, by what they send. */

import { secondsOf } from "#platform/site/config-fields.ts";
import { OptionCode } from "#protocols/dhcp4/codes.ts";
import type { Dhcp4Message } from "#protocols/dhcp4/message.ts";
import { optionByName } from "#protocols/dhcp4/option-table.ts";
import type { BootConfig, ClassConfig, MatchConfig } from "../config.ts";
import { octetsOfHex, octetsOfHexOrText } from "../config-fields.ts";
import { type OptionSetting, optionSetting } from "./option-setting.ts";

export interface ClientClass {
  readonly name: string;
  readonly ignore: boolean;
  readonly leaseSeconds: number | undefined;
  readonly boot: BootConfig | undefined;
  readonly options: readonly OptionSetting[];
  matches(message: Dhcp4Message, interfaceName: string): boolean;
}

type Test = (message: Dhcp4Message, interfaceName: string) => boolean;

export function clientClass(config: ClassConfig): ClientClass {
  const tests = config.match.flatMap(testsOf);
  return {
    name: config.name,
    ignore: config.ignore,
    leaseSeconds: config.leaseTime === undefined ? undefined : secondsOf(config.leaseTime),
    boot: config.boot,
    options: config.options.map(optionSetting),
    matches: (message, interfaceName) => tests.every((test) => test(message, interfaceName)),
  };
}

/** The code of an option by code or name; undefined: there is none called so. */
export function optionCodeOf(option: number | string): number | undefined {
  return typeof option === "number" ? option : optionByName(option)?.code;
}

function testsOf(match: MatchConfig): Test[] {
  const tests: Test[] = [];
  if (match.option !== undefined) tests.push(optionTest(match, optionCodeOf(match.option)!));
  if (match.mac !== undefined) {
    const prefix = octetsOfHex(match.mac);
    tests.push(({ hardwareAddress }) => beginsWith(hardwareAddress, prefix));
  }
  if (match.interface !== undefined) tests.push((_, name) => name === match.interface);
  if (match.arch !== undefined) tests.push(architectureTest(match.arch));
  return tests;
}

function optionTest(match: MatchConfig, code: number): Test {
  const { equals, prefix, contains } = match;
  const wanted = equals ?? prefix ?? contains;
  if (wanted === undefined) return ({ options }) => options.has(code);
  const octets = octetsOfHexOrText(wanted);
  const compare = equals !== undefined ? isEqual : prefix !== undefined ? beginsWith : includes;
  return ({ options }) => {
    const data = options.get(code);
    return data !== undefined && compare(data, octets);
  };
}

/** Any of those that the client names: RFC 4578 §2.1 lets it name several. */
function architectureTest(architectures: readonly number[]): Test {
  const wanted = new Set(architectures);
  return ({ options }) => {
    const data = options.get(OptionCode.clientArchitecture);
    if (data === undefined) return false;
    for (let at = 0; at + 1 < data.length; at += 2)
      if (wanted.has((data[at]! << 8) | data[at + 1]!)) return true;
    return false;
  };
}

function isEqual(data: Uint8Array, other: Uint8Array): boolean {
  return data.length === other.length && beginsWith(data, other);
}

function beginsWith(data: Uint8Array, prefix: Uint8Array): boolean {
  return data.length >= prefix.length && prefix.every((octet, at) => data[at] === octet);
}

function includes(data: Uint8Array, part: Uint8Array): boolean {
  for (let from = 0; from + part.length <= data.length; from++)
    if (beginsWith(data.subarray(from), part)) return true;
  return false;
}
