/** `dhcp-option` and `dhcp-boot` lines, gathered by whom they are for. */
import { OptionCode } from "#protocols/dhcp4/codes.ts";
import { ipv4ToText, parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import type { DnsmasqLine } from "#protocols/dnsmasqconf/lines.ts";
import {
  type BootInput,
  type DraftLine,
  type ImportDraft,
  leaveOut,
  notCarriedOver,
  type OptionInput,
} from "../draft.ts";
import { optionInput, subOptionOctets } from "../option-input.ts";
import { type OptionLine, octetsAsWritten, octetsOfOption, readOptionLine } from "./option-line.ts";

/** Vendor-identifying vendor-specific information. RFC 3925 §4. */
const vendorIdentifying = 125;

export interface SetOption {
  readonly octets: Uint8Array;
  readonly input: OptionInput;
  readonly lines: readonly DraftLine[];
  /** Its first address is 0.0.0.0: this server's own. */
  readonly addresses: readonly string[] | undefined;
}

/** What is set for clients of the same tags. */
export interface OptionGroup {
  readonly tags: readonly string[];
  /** Besides the tags: clients of this vendor class. */
  readonly vendor: string | undefined;
  readonly options: Map<number, SetOption>;
  /** Sub-options: by the option that holds them, then by their code. */
  readonly inside: Map<number, Map<number, { octets: Uint8Array; line: DraftLine }>>;
  /** Of option 125, by enterprise. */
  readonly enterprises: Map<number, Map<number, { octets: Uint8Array; line: DraftLine }>>;
  boot: { readonly input: BootInput; readonly line: DraftLine } | undefined;
}

export class OptionGroups {
  private readonly draft: ImportDraft;
  private readonly groups = new Map<string, OptionGroup>();

  constructor(draft: ImportDraft) {
    this.draft = draft;
  }

  /** All of them, with their sub-options put into the options that hold them, the last line's first. */
  packed(): readonly OptionGroup[] {
    for (const group of this.groups.values()) this.pack(group);
    return [...this.groups.values()].reverse();
  }

  option(source: DnsmasqLine): undefined {
    const line = this.draft.say(
      source,
      `${source.name}=${source.fields.join(",")}`,
      "imported",
      "dhcp.options",
    );
    const read = readOptionLine(source.fields);
    if ("why" in read) {
      leaveOut(line, read.why);
      if (read.isForIpv6 === true) line.outcome = "not carried over";
      return;
    }
    const group = this.group(read.tags, read.vendor);
    const holder = read.inside ?? (read.vendor === undefined ? undefined : OptionCode.vendorSpecific);
    const outcome =
      holder === undefined && read.enterprise === undefined
        ? octetsOfOption(read.code, read.values)
        : octetsAsWritten(read.values);
    if ("why" in outcome) return leaveOut(line, outcome.why);
    const { octets, type } = outcome;
    if (read.enterprise !== undefined) {
      innerMap(group.enterprises, read.enterprise).set(read.code, { octets, line });
    } else if (holder !== undefined) {
      innerMap(group.inside, holder).set(read.code, { octets, line });
    } else if (!this.ofServer(line, read)) {
      const input = {
        ...optionInput(read.code, octets, type),
        ...(source.name.endsWith("force") && { force: true }),
      };
      group.options.set(read.code, { octets, input, lines: [line], addresses: addressesIn(read) });
    }
  }

  /** What the server itself decides. */
  private ofServer(line: DraftLine, { code }: OptionLine): boolean {
    const whys: Readonly<Record<number, string>> = {
      [OptionCode.subnetMask]: "dhcp.subnets subnet says the mask",
      [OptionCode.broadcastAddress]: "clients that ask for it get that of the subnet",
      58: "clients renew at half of the lease time",
      59: "clients rebind at seven eighths of the lease time",
    };
    const why = whys[code];
    if (why === undefined) return false;
    line.outcome = "not carried over";
    line.detail = why;
    return true;
  }

  boot(source: DnsmasqLine): undefined {
    const line = this.draft.say(source, `dhcp-boot=${source.fields.join(",")}`, "imported", "dhcp.boot");
    const tags = source.fields.filter((field) => /^(tag|net):/.test(field)).map((field) => field.slice(4));
    const [file = "", serverName = "", server = ""] = source.fields.filter(
      (field) => !/^(tag|net):/.test(field),
    );
    if (file === "") return leaveOut(line, "it names no file");
    const input: BootInput = { file };
    if (serverName !== "") input.serverName = serverName;
    if (server !== "" && parseIpv4(server) === -1)
      return leaveOut(line, `${server} is a name; write the address that it has`);
    if (server !== "" && server !== "0.0.0.0") input.nextServer = server;
    const group = this.group(tags, undefined);
    if (group.boot !== undefined)
      notCarriedOver(group.boot.line, "a later line says another file for the same clients");
    this.groups.delete(keyOf(tags, undefined)); // it stands where its last line does
    this.groups.set(keyOf(tags, undefined), group);
    group.boot = { input, line };
  }

  group(tags: readonly string[], vendor: string | undefined): OptionGroup {
    const key = keyOf(tags, vendor);
    const known = this.groups.get(key);
    if (known !== undefined) return known;
    const made: OptionGroup = {
      tags,
      vendor,
      options: new Map(),
      inside: new Map(),
      enterprises: new Map(),
      boot: undefined,
    };
    this.groups.set(key, made);
    return made;
  }

  /** Makes options of sub-options. */
  private pack({ options, inside, enterprises }: OptionGroup): undefined {
    for (const [code, parts] of inside) this.packInto(options, code, parts, (octets) => octets);
    for (const [enterprise, parts] of enterprises) {
      this.packInto(options, vendorIdentifying, parts, (octets) => {
        const head = Buffer.alloc(5);
        head.writeUInt32BE(enterprise);
        head.writeUInt8(octets.length & 0xff, 4);
        return Buffer.concat([options.get(vendorIdentifying)?.octets ?? new Uint8Array(), head, octets]);
      });
    }
  }

  private packInto(
    options: Map<number, SetOption>,
    code: number,
    parts: ReadonlyMap<number, { octets: Uint8Array; line: DraftLine }>,
    wrap: (octets: Uint8Array) => Uint8Array,
  ): undefined {
    const lines = [...parts.values()].map(({ line }) => line);
    const packed = subOptionOctets([...parts].map(([inner, { octets }]) => [inner, octets] as const));
    if (packed === undefined) {
      for (const line of lines) leaveOut(line, "it is longer than a sub-option can be");
      return;
    }
    const octets = wrap(packed);
    const before = options.get(code)?.lines ?? [];
    options.set(code, {
      octets,
      input: optionInput(code, octets),
      lines: [...before, ...lines],
      addresses: undefined,
    });
  }
}

function keyOf(tags: readonly string[], vendor: string | undefined): string {
  return JSON.stringify([[...tags].sort(), vendor]);
}

/** The lines of a group. */
export function linesOf({ options, boot }: OptionGroup): readonly DraftLine[] {
  const lines = [...options.values()].flatMap((one) => one.lines);
  return boot === undefined ? lines : [...lines, boot.line];
}

function innerMap<Value>(maps: Map<number, Map<number, Value>>, key: number): Map<number, Value> {
  const known = maps.get(key);
  if (known !== undefined) return known;
  const made = new Map<number, Value>();
  maps.set(key, made);
  return made;
}

/** The addresses that a line gives; none: not to send the option. Undefined: it is of another kind. */
function addressesIn({ values }: OptionLine): readonly string[] | undefined {
  const given = values.filter((value) => value !== "");
  if (!given.every((value) => parseIpv4(value) !== -1)) return undefined;
  return given.map((value) => ipv4ToText(parseIpv4(value)));
}
