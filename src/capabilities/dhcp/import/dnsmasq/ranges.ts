/** `dhcp-range` lines: networks and pools. */
import { ipv4ToText, parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import type { DnsmasqLine } from "#protocols/dnsmasqconf/lines.ts";
import { isInPrefix, maskOf, type Prefix, prefixText, rangeText } from "../../network/range.ts";
import { type DraftLine, type ImportDraft, leaveOut, type PoolInput, type SubnetDraft } from "../draft.ts";
import { boundedNote, leaseTimeText } from "../duration-text.ts";
import type { MachineInterface } from "../interfaces.ts";
import { insideOf } from "../pool-range.ts";

export interface RangeRead {
  readonly line: DraftLine;
  readonly prefix: Prefix;
  readonly made: SubnetDraft;
  /** Undefined: only hosts get addresses. */
  readonly pool: PoolInput | undefined;
  /** What its clients are tagged with. */
  readonly sets: readonly string[];
  /** Only clients of these. */
  readonly tags: readonly string[];
}

/** dnsmasq's own, where a range says nothing. */
const leaseSecondsDefault = 3_600;

interface RangeFields {
  readonly sets: string[];
  readonly tags: string[];
  interface: string | undefined;
  first: number;
  last: number;
  mode: string | undefined;
  mask: number | undefined;
  seconds: number | undefined;
}

export class RangeReader {
  readonly found: RangeRead[] = [];
  private readonly draft: ImportDraft;
  private readonly machine: readonly MachineInterface[];
  private readonly subnets = new Map<string, SubnetDraft>();

  constructor(draft: ImportDraft, machine: readonly MachineInterface[]) {
    this.draft = draft;
    this.machine = machine;
  }

  read(source: DnsmasqLine): undefined {
    const line = this.draft.say(
      source,
      `dhcp-range=${source.fields.join(",")}`,
      "imported",
      "dhcp.subnets pools",
    );
    const fields = readFields(source.fields);
    if ("why" in fields) {
      leaveOut(line, fields.why);
      if (fields.isForIpv6 === true) line.outcome = "not carried over";
      return;
    }
    if (fields.mode === "proxy")
      return leaveOut(line, "Homeport offers no boot files beside another DHCP server");
    const prefix = this.prefixOf(fields);
    const made = this.subnet(prefix, fields, line);
    const pool: PoolInput | undefined =
      fields.mode === "static" ? undefined : { range: rangeText(insideOf(prefix, fields)) };
    if (pool === undefined) {
      line.detail = "dhcp.subnets, for its hosts alone";
    } else {
      made.pools.push(pool);
      this.draft.tie(line, pool);
    }
    this.found.push({ line, prefix, made, pool, sets: fields.sets, tags: fields.tags });
  }

  private prefixOf({ first, mask }: RangeFields): Prefix {
    const own = this.machine.find(({ address, prefixLength }) =>
      isInPrefix(first, { address: (address & maskOf(prefixLength)) >>> 0, length: prefixLength }),
    );
    let length = mask === undefined ? own?.prefixLength : lengthOf(mask);
    if (length === undefined) {
      length = 24;
      const text = prefixText({ address: (first & maskOf(24)) >>> 0, length });
      this.draft.assumed.add(
        `${text} is a network of 24 bits: its range has no netmask, and this machine no address there`,
      );
    }
    return { address: (first & maskOf(length)) >>> 0, length };
  }

  private subnet(prefix: Prefix, { seconds, interface: name }: RangeFields, line: DraftLine): SubnetDraft {
    const text = prefixText(prefix);
    const known = this.subnets.get(text);
    const leaseTime = seconds === undefined ? undefined : leaseTimeText(seconds);
    if (known !== undefined) {
      if (leaseTime !== known.leaseTime)
        line.detail = `${line.detail}; the lease time is that of the first range`;
      return known;
    }
    const made: SubnetDraft = {
      subnet: text,
      pools: [],
      options: [],
      ...(leaseTime !== undefined && { leaseTime }),
    };
    if (name !== undefined) made.interface = name;
    if (leaseTime === undefined) this.draft.section.leaseTime ??= leaseTimeText(leaseSecondsDefault);
    else line.detail = `${line.detail}, leaseTime: ${leaseTime}${boundedNote(seconds!)}`;
    this.subnets.set(text, made);
    this.draft.section.subnets.push(made);
    this.draft.tie(line, made);
    return made;
  }
}

function readFields(
  given: readonly string[],
): RangeFields | { readonly why: string; readonly isForIpv6?: true } {
  const fields = [...given];
  const out: RangeFields = {
    sets: [],
    tags: [],
    interface: undefined,
    first: -1,
    last: -1,
    mode: undefined,
    mask: undefined,
    seconds: undefined,
  };
  for (;;) {
    const [, word, rest = ""] = /^(set|tag|net|interface):(.*)$/.exec(fields[0] ?? "") ?? [];
    if (word === undefined) break;
    if (word === "tag") out.tags.push(rest);
    else if (word === "interface") out.interface = rest;
    else out.sets.push(rest);
    fields.shift();
  }
  const [start = "", ...others] = fields;
  if (start.includes(":")) return { why: "of IPv6; not part of this import", isForIpv6: true };
  out.first = parseIpv4(start);
  if (out.first === -1) return { why: "it begins with no address" };
  const [second = "", ...rest] = others;
  if (/^(static|proxy)$/.test(second)) out.mode = second;
  else out.last = parseIpv4(second);
  if (out.mode === undefined && out.last === -1)
    return { why: `${second} is no address; write the last one of the range` };
  if (out.last !== -1 && out.last < out.first) [out.first, out.last] = [out.last, out.first];
  const addresses: number[] = [];
  for (const field of rest) {
    const address = parseIpv4(field);
    const seconds = leaseSeconds(field);
    if (address !== -1) addresses.push(address);
    else if (/^(static|proxy)$/.test(field)) out.mode = field;
    else if (seconds !== undefined) out.seconds = seconds;
    else if (field !== "") return { why: `${field} is not known here` };
  }
  out.mask = addresses[0];
  if (out.mask !== undefined && lengthOf(out.mask) === undefined)
    return { why: `${ipv4ToText(out.mask)} is no netmask` };
  return out;
}

function lengthOf(mask: number): number | undefined {
  const bits = mask.toString(2).padStart(32, "0");
  return /^1*0*$/.test(bits) ? bits.replaceAll("0", "").length : undefined;
}

/** `12h`, `45m`, `3600`, `infinite`; undefined: it is no time. */
export function leaseSeconds(text: string): number | undefined {
  if (text === "infinite") return 0xffff_ffff;
  const [, digits, unit = "s"] = /^(\d{1,10})([smhdw])?$/i.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const size = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 }[unit.toLowerCase() as "s"];
  return Number(digits) * size;
}
