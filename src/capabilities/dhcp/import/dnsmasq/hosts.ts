/** `dhcp-host` lines: machines with an address or a name of their own, and those that are ignored. */
import { hostNameFrom } from "#protocols/dhcp4/host-name.ts";
import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import type { DnsmasqLine } from "#protocols/dnsmasqconf/lines.ts";
import type { ClassBook } from "../class-book.ts";
import { type DraftLine, type HostInput, type ImportDraft, leaveOut } from "../draft.ts";
import { leaseTimeText } from "../duration-text.ts";
import { leaseSeconds } from "./ranges.ts";

interface HostFields {
  readonly macs: string[];
  /** Beginnings of hardware addresses, of those with `*`. */
  readonly prefixes: string[];
  readonly clientIds: string[];
  readonly sets: string[];
  readonly notes: string[];
  /** What keeps it from coming over. */
  readonly faults: string[];
  address: string | undefined;
  name: string | undefined;
  seconds: number | undefined;
  isIgnored: boolean;
}

export class HostReader {
  /** Hosts by the tags that they set. */
  readonly tagged = new Map<string, HostInput[]>();
  private readonly draft: ImportDraft;
  private readonly book: ClassBook;

  constructor(draft: ImportDraft, book: ClassBook) {
    this.draft = draft;
    this.book = book;
  }

  read(source: DnsmasqLine): undefined {
    const line = this.draft.say(source, `dhcp-host=${source.fields.join(",")}`, "imported", "dhcp.hosts");
    const fields = readFields(source.fields);
    const [fault] = fields.faults;
    if (fault !== undefined) return leaveOut(line, fault);
    if (fields.isIgnored) return this.ignored(line, fields);
    if (fields.prefixes.length > 0) return this.wildcards(line, fields);
    this.host(line, fields);
  }

  private host(line: DraftLine, fields: HostFields): undefined {
    const { macs, clientIds, address, seconds, sets, notes } = fields;
    if (macs.length + clientIds.length === 0)
      return leaveOut(
        line,
        "site.yaml recognises no machine by the name that it tells; write macs or clientIds",
      );
    const name = fields.name === undefined ? undefined : hostNameFrom(fields.name);
    const made: HostInput = { ...(name !== undefined && { name }), macs, clientIds };
    if (address !== undefined) made.address = address;
    if (seconds !== undefined) made.leaseTime = leaseTimeText(seconds);
    if (name !== undefined && name !== fields.name?.toLowerCase()) notes.push(`its name is ${name}`);
    made.options = [];
    this.draft.section.hosts.push(made);
    this.draft.tie(line, made);
    for (const tag of sets) this.tagged.set(tag, [...(this.tagged.get(tag) ?? []), made]);
    line.detail = ["dhcp.hosts", ...notes].join("; ");
  }

  private ignored(line: DraftLine, { macs, prefixes, clientIds, name }: HostFields): undefined {
    const matches = [...macs, ...prefixes].map((mac) => [{ mac }]);
    const identifiers = clientIds.map((equals) => [{ option: "dhcp-client-identifier", equals }]);
    const alternatives = [...matches, ...identifiers];
    if (alternatives.length === 0) return leaveOut(line, "site.yaml ignores clients by macs and clientIds");
    const labels = this.book.add(line, `ignore-${name ?? "host"}`, alternatives, { ignore: true });
    line.detail = `dhcp.classes ${labels.join(", ")}, ignore: true`;
  }

  private wildcards(line: DraftLine, { prefixes, macs, sets, address, name }: HostFields): undefined {
    if (address !== undefined || name !== undefined || sets.length === 0)
      return leaveOut(line, "a host has whole hardware addresses");
    for (const tag of sets)
      this.book.define(
        tag,
        [...prefixes, ...macs].map((mac) => [{ mac }]),
      );
    line.detail = `clients whose hardware address begins so are of ${sets.join(", ")}`;
  }
}

function readFields(given: readonly string[]): HostFields {
  const fields: HostFields = {
    macs: [],
    prefixes: [],
    clientIds: [],
    sets: [],
    notes: [],
    faults: [],
    address: undefined,
    name: undefined,
    seconds: undefined,
    isIgnored: false,
  };
  for (const field of given) readField(field, fields);
  return fields;
}

function readField(field: string, fields: HostFields): undefined {
  const [, word, rest = ""] = /^(set|net|tag|id):(.*)$/i.exec(field) ?? [];
  if (field === "") return;
  if (word === "set" || word === "net") fields.sets.push(rest);
  else if (word === "tag") fields.faults.push("site.yaml has no hosts for clients of one tag alone");
  else if (word === "id") identifier(rest, fields);
  else if (field === "ignore") fields.isIgnored = true;
  else if (field.startsWith("[")) fields.notes.push("its IPv6 address is not part of this import");
  else if (/^([0-9a-f]{1,2}-)?([0-9a-f]{1,2}|\*)([:-]([0-9a-f]{1,2}|\*)){5}$/i.test(field))
    hardware(field, fields);
  else if (parseIpv4(field) !== -1) fields.address = field;
  else if (leaseSeconds(field) !== undefined) fields.seconds = leaseSeconds(field);
  else fields.name = field;
}

/** Text, or octets with colons; `*`: the identifier does not count. */
function identifier(text: string, fields: HostFields): undefined {
  if (text === "*")
    fields.notes.push("a client that sends an identifier is found by its hardware address all the same");
  else if (/^[0-9a-f]{1,2}(:[0-9a-f]{1,2})+$/i.test(text)) {
    const octets = text.split(":").map((part) => part.padStart(2, "0"));
    fields.clientIds.push(`0x${octets.join("").toLowerCase()}`);
  } else fields.clientIds.push(text);
}

function hardware(text: string, fields: HostFields): undefined {
  const [, type, address = text] = /^([0-9a-f]{1,2})-(.{11,})$/i.exec(text.includes(":") ? text : "") ?? [];
  if (type !== undefined && Number.parseInt(type, 16) !== 1)
    fields.faults.push("site.yaml knows Ethernet addresses");
  const parts = address
    .split(/[:-]/)
    .map((part) => (part === "*" ? part : part.padStart(2, "0").toLowerCase()));
  const wild = parts.indexOf("*");
  if (wild === -1) fields.macs.push(parts.join(":"));
  else if (wild > 0 && parts.slice(wild).every((part) => part === "*"))
    fields.prefixes.push(parts.slice(0, wild).join(":"));
  else fields.faults.push("a class knows how a hardware address begins, not its middle");
}
