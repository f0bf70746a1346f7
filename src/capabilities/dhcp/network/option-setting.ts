/** Options as the site file has them, made ready to be sent. */

import { OptionCode } from "#protocols/dhcp4/codes.ts";
import { optionByCode, optionByName } from "#protocols/dhcp4/option-table.ts";
import { encodeOption, type OptionType, optionTypes } from "#protocols/dhcp4/option-value.ts";
import type { OptionConfig } from "../config.ts";

export interface OptionSetting {
  readonly code: number;
  readonly data: Uint8Array;
  /** Also to clients that do not ask for it. */
  readonly force: boolean;
}

/** RFC 3118 §2, RFC 4388 §6.1. */
const [authentication, lastTransactionTime, associatedAddress] = [90, 91, 92];

/** What the server itself decides for each client. */
const decided: ReadonlyMap<number, string> = new Map<number, string>([
  [OptionCode.pad, "it says nothing"],
  [OptionCode.end, "it says nothing"],
  [OptionCode.subnetMask, "`subnet` says it"],
  [OptionCode.requestedAddress, "only clients send it"],
  [OptionCode.leaseTime, "write `leaseTime`"],
  [OptionCode.overload, "the server sees to it"],
  [OptionCode.messageType, "the server sees to it"],
  [OptionCode.serverIdentifier, "write `serverAddress`"],
  [OptionCode.parameterRequestList, "only clients send it"],
  [OptionCode.maximumMessageSize, "only clients send it"],
  [OptionCode.renewalTime, "it is half of `leaseTime`"],
  [OptionCode.rebindingTime, "it is seven eighths of `leaseTime`"],
  [OptionCode.clientIdentifier, "the server sends what the client did"],
  [OptionCode.rapidCommit, "write `rapidCommit`"],
  [OptionCode.subnetSelection, "only clients send it"],
  [authentication, "there are no keys for it"],
  [lastTransactionTime, "only answers to LEASEQUERY have it"],
  [associatedAddress, "only answers to LEASEQUERY have it"],
  [OptionCode.clientFqdn, "the server answers what the client sends"],
  [OptionCode.relayAgentInformation, "the server sends what the relay did"],
]);

/** What is wrong with an option of the site file, and what to write instead. */
export function optionProblem(option: OptionConfig): string | undefined {
  const encoded = encode(option);
  return "problem" in encoded ? encoded.problem : undefined;
}

/** @throws TypeError: it is none, which `optionProblem` tells */
export function optionSetting(option: OptionConfig): OptionSetting {
  const encoded = encode(option);
  if ("problem" in encoded) throw new TypeError(encoded.problem);
  return encoded;
}

function encode(option: OptionConfig): OptionSetting | { readonly problem: string } {
  const named = option.name === undefined ? optionByCode(option.code!) : optionByName(option.name);
  if (named === undefined && option.name !== undefined)
    return { problem: `there is no option called ${option.name}; write its code and type` };
  const code = named?.code ?? option.code!;
  const why = decided.get(code);
  if (why !== undefined) return { problem: `option ${code} cannot be set here: ${why}` };
  const type = option.type ?? named?.type;
  if (type === undefined)
    return {
      problem: `option ${code} has no type that is known; write type: text, addresses, uint16, octets, …`,
    };
  if (!isOptionType(type))
    return { problem: `there is no type "${type}"; write one of ${optionTypes.join(", ")}` };
  const encoded = encodeOption(type, option.value);
  if ("problem" in encoded) return { problem: `${named?.name ?? `option ${code}`}: ${encoded.problem}` };
  return { code, data: encoded.octets, force: option.force };
}

function isOptionType(type: string): type is OptionType {
  return (optionTypes as readonly string[]).includes(type);
}
