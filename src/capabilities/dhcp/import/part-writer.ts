/** Writes what scopes say into parts of the section: lease time, boot file and options. */

import { secondsOf } from "#platform/site/config-fields.ts";
import { OptionCode } from "#protocols/dhcp4/codes.ts";
import {
  type BootInput,
  type DraftLine,
  type ImportDraft,
  leaveOut,
  type OptionInput,
  taken,
} from "./draft.ts";
import { leaseTimeText } from "./duration-text.ts";
import { optionInput, subOptionOctets } from "./option-input.ts";
import { type Scope, type SetOption, settingIn } from "./scope.ts";

type Chain = readonly Scope[];

/** No option is left aside. */
export const allOptions: ReadonlySet<number> = new Set();

export class PartWriter {
  private readonly draft: ImportDraft;

  constructor(draft: ImportDraft) {
    this.draft = draft;
  }

  /** @param secondsMax no lease is longer */
  setLeaseTime(
    part: { leaseTime?: string | undefined },
    { value, line }: { readonly value: string; readonly line: DraftLine },
    secondsMax = Number.POSITIVE_INFINITY,
  ): undefined {
    const isCut = secondsOf(value) > secondsMax;
    const text = isCut ? leaseTimeText(secondsMax) : value;
    part.leaseTime = text;
    this.draft.tie(line, part, "leaseTime");
    const note = line.detail?.includes("; ") === true ? line.detail.slice(line.detail.indexOf("; ")) : "";
    taken(line, `leaseTime: ${text}${isCut ? "; the longest lease is no longer" : note}`);
  }

  /** @param outer scopes around, which say what is not said here */
  setBoot(part: { boot?: BootInput | undefined }, chain: Chain, outer: Chain, detail: string): undefined {
    const fields = ["file", "nextServer", "serverName"] as const;
    if (fields.every((field) => settingIn(chain, field) === undefined)) return;
    const whole = [...chain, ...outer];
    const file = settingIn(whole, "file");
    if (file === undefined) return;
    const boot: BootInput = { file: file.value };
    taken(file.line, detail);
    for (const field of ["nextServer", "serverName"] as const) {
      const set = settingIn(whole, field);
      if (set === undefined) continue;
      boot[field] = set.value;
      this.draft.tie(set.line, boot, field);
      taken(set.line, detail);
    }
    part.boot = boot;
    this.draft.tie(file.line, boot);
    this.draft.tie(file.line, boot, "file");
  }

  optionInputs(
    options: ReadonlyMap<number, SetOption>,
    without: ReadonlySet<number>,
    detail: string,
  ): OptionInput[] {
    const inputs: OptionInput[] = [];
    for (const [code, { input, line }] of options) {
      if (without.has(code)) continue;
      const copy = { ...input };
      inputs.push(copy);
      this.draft.tie(line, copy);
      taken(line, detail);
    }
    return inputs;
  }

  /** Options of the space that vendor-option-space names are sub-options of option 43. */
  withVendorOption(
    options: ReadonlyMap<number, SetOption>,
    own: Chain,
    whole: Chain,
  ): ReadonlyMap<number, SetOption> {
    const space = settingIn(whole, "vendorSpace");
    if (space === undefined) return options;
    const isHere = own.some((scope) => scope.vendorSpace !== undefined || scope.spaces.has(space.value));
    const inside = new Map<number, SetOption>();
    for (const scope of whole.toReversed())
      for (const [code, set] of scope.spaces.get(space.value) ?? []) inside.set(code, set);
    if (!isHere || inside.size === 0) return options;
    const octets = subOptionOctets([...inside].map(([code, set]) => [code, set.octets] as const));
    for (const { line } of inside.values()) {
      if (octets === undefined) leaveOut(line, "it is longer than a sub-option can be");
      else taken(line, "a sub-option of vendor-encapsulated-options");
    }
    if (octets === undefined) return options;
    taken(space.line, "vendor-encapsulated-options has its options");
    const code = OptionCode.vendorSpecific;
    return new Map([...options, [code, { input: optionInput(code, octets), octets, line: space.line }]]);
  }
}
