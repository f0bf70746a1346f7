/** Goes through the lines of a dnsmasq.conf and makes the section of them. */

import { durationText } from "#platform/import/duration-text.ts";
import { secondsOf } from "#platform/site/config-fields.ts";
import { isNobodysName } from "#protocols/dhcp4/host-name.ts";
import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import type { DnsmasqLine } from "#protocols/dnsmasqconf/lines.ts";
import { isInPrefix, parseRange, parseSubnet, prefixText } from "../../network/range.ts";
import { ClassBook } from "../class-book.ts";
import { domainText } from "../domain-text.ts";
import { type DraftLine, type ImportDraft, leaveOut, type NamesInput, type SectionDraft } from "../draft.ts";
import { leaseTimeText } from "../duration-text.ts";
import type { MachineInterface } from "../interfaces.ts";
import { OptionWriter } from "./emit-options.ts";
import { HostReader } from "./hosts.ts";
import { OptionGroups } from "./option-groups.ts";
import { RangeReader } from "./ranges.ts";
import { reasonOf } from "./reasons.ts";
import { alternativesOf, isTagLine, readTagIf, readTagLine } from "./tags.ts";

export class ConfigReader {
  /** Named by `interface=`. */
  readonly interfaces: string[] = [];
  private readonly draft: ImportDraft;
  private readonly book: ClassBook;
  private readonly ranges: RangeReader;
  private readonly hosts: HostReader;
  private readonly lines: readonly DnsmasqLine[];

  constructor(draft: ImportDraft, lines: readonly DnsmasqLine[], machine: readonly MachineInterface[]) {
    this.draft = draft;
    this.lines = lines;
    this.book = new ClassBook(draft);
    this.ranges = new RangeReader(draft, machine);
    this.hosts = new HostReader(draft, this.book);
  }

  /** Tags first: lines may use those that others after them set. */
  read(): undefined {
    const { draft, book } = this;
    const { section } = draft;
    section.authoritative = false;
    for (const line of this.lines) {
      if (isTagLine(line.name)) readTagLine(draft, book, line);
      else if (line.name === "interface") this.interface(line);
      else if (line.name === "dhcp-range") this.ranges.read(line);
    }
    for (const line of this.lines) {
      if (line.name === "tag-if") readTagIf(draft, book, line);
      else if (line.name === "dhcp-host") this.hosts.read(line);
      else if (line.name === "dhcp-ignore") this.ignore(line);
    }
    this.restrictPools();
    const options = new OptionGroups(draft);
    for (const line of this.lines) this.other(line, options);
    const port = this.lines.find(({ name }) => name === "port")?.fields[0];
    const writer = new OptionWriter(draft, book, this.ranges.found, this.hosts.tagged);
    writer.emit(options, { answersNames: port !== "0" });
    if (!section.authoritative)
      draft.assumed.add(
        "clients that ask for an unknown address are told nothing, as dhcp-authoritative is missing",
      );
    if (section.subnets.length > 0) this.assumeDefaults();
  }

  private interface(source: DnsmasqLine): undefined {
    this.draft.say(source, `interface=${source.fields.join(",")}`, "imported", "where networks are");
    for (const name of source.fields) {
      if (name === "" || name === "lo" || name.includes("*")) continue;
      this.interfaces.push(name);
      this.book.define(name, [[{ interface: name }]]); // dnsmasq tags clients with where they are
    }
  }

  /** Ranges for clients of a tag alone are pools of its class. */
  private restrictPools(): undefined {
    for (const { line, tags, pool, made } of this.ranges.found) {
      if (tags.length === 0 || pool === undefined) continue;
      const outcome = alternativesOf(this.book, tags);
      if ("why" in outcome) {
        leaveOut(line, outcome.why);
        made.pools.splice(made.pools.indexOf(pool), 1);
        continue;
      }
      const name = tags.join("-");
      const labels = this.book.labels(name) ?? this.book.add(line, name, outcome.alternatives, {});
      pool.classes = [...labels];
      line.detail = `${line.detail}, for ${labels.join(", ")}`;
    }
  }

  private ignore(source: DnsmasqLine): undefined {
    const line = this.draft.say(source, `dhcp-ignore=${source.fields.join(",")}`, "imported");
    const tags = source.fields.map((field) => field.replace(/^(tag|net):/, ""));
    const outcome = alternativesOf(this.book, tags);
    if ("why" in outcome) {
      const isUnknown = tags.length === 1 && tags[0] === "!known";
      return leaveOut(
        line,
        isUnknown ? "site.yaml has no pools for hosts alone: pools give addresses to all" : outcome.why,
      );
    }
    const labels = this.book.add(line, `ignore-${tags.join("-")}`, outcome.alternatives, { ignore: true });
    line.detail = `dhcp.classes ${labels.join(", ")}, ignore: true`;
  }

  private other(source: DnsmasqLine, options: OptionGroups): undefined {
    const { name, fields } = source;
    if (readElsewhere.has(name) || isTagLine(name)) return;
    if (name === "dhcp-option" || name === "dhcp-option-force") return options.option(source);
    if (name === "dhcp-boot") return options.boot(source);
    if (name === "dhcp-ignore-names" && fields.length > 0) return this.ignoreNames(source);
    if (name === "domain") return this.domain(source);
    if (name === "shared-network") return this.sharedNetwork(source);
    const setting = settings[name];
    if (setting !== undefined) {
      const line = this.draft.say(
        source,
        fields.length === 0 ? name : `${name}=${fields.join(",")}`,
        "imported",
      );
      return setting(this.draft.section, line, fields);
    }
    const why = reasonOf(name);
    if (why === undefined) this.draft.say(source, name, "left out", "it is not known here");
    else this.draft.say(source, name, "not carried over", why);
  }

  /** Usual for names such as wpad, which Homeport gives to nobody. */
  private ignoreNames(source: DnsmasqLine): undefined {
    const line = this.draft.say(source, `dhcp-ignore-names=${source.fields.join(",")}`, "imported");
    const outcome = alternativesOf(
      this.book,
      source.fields.map((field) => field.replace(/^(tag|net):/, "")),
    );
    const matches = "alternatives" in outcome ? outcome.alternatives.flat() : [];
    const isNobodys = matches.every(
      ({ option, equals }) => option === "host-name" && isNobodysName(equals ?? ""),
    );
    if (matches.length === 0 || !isNobodys)
      return leaveOut(line, "site.yaml publishes the names of all clients, or of none");
    line.detail = "Homeport publishes these names for nobody";
  }

  /** `domain=NAME`, and `domain=NAME,RANGE` for a part of the networks. */
  private domain(source: DnsmasqLine): undefined {
    const [given = "", range, end] = source.fields;
    const line = this.draft.say(
      source,
      `domain=${source.fields.join(",")}`,
      "imported",
      "the domain of the site's names",
    );
    const name = domainText(given);
    if (given === "#") return leaveOut(line, "the domain stands in resolv.conf; write it as names.domain");
    if (name === undefined) return leaveOut(line, "it is no domain");
    if (range === undefined) {
      this.draft.domain = name;
      return;
    }
    const prefix = parseSubnet(range);
    const bounds = prefix
      ? undefined
      : parseRange(end === undefined || end === "local" ? range : `${range}-${end}`);
    const inside = this.draft.section.subnets.filter(({ subnet }) => {
      const own = parseSubnet(subnet)!;
      if (prefix !== undefined)
        return (
          prefixText(prefix) === subnet || (isInPrefix(own.address, prefix) && own.length >= prefix.length)
        );
      return bounds !== undefined && isInPrefix(bounds.first, own) && isInPrefix(bounds.last, own);
    });
    if (inside.length === 0) return leaveOut(line, "no dhcp-range has these addresses");
    for (const subnet of inside) {
      subnet.domain = name;
      this.draft.tie(line, subnet, "domain");
    }
    line.detail = "dhcp.subnets domain";
  }

  private sharedNetwork(source: DnsmasqLine): undefined {
    const [first = "", second = ""] = source.fields;
    const line = this.draft.say(source, `shared-network=${source.fields.join(",")}`, "imported");
    const at = (address: string) =>
      this.draft.section.subnets.find(({ subnet }) => isInPrefix(parseIpv4(address), parseSubnet(subnet)!));
    const other = parseIpv4(second) === -1 ? undefined : at(second);
    const one = parseIpv4(first) === -1 ? undefined : at(first);
    if (other === undefined || (parseIpv4(first) !== -1 && one === undefined))
      return leaveOut(line, "no dhcp-range has that address");
    if (one === undefined) {
      other.interface = first;
      line.detail = "dhcp.subnets interface";
    } else {
      const network = one.network ?? `network-${first.replaceAll(".", "-")}`;
      one.network = network;
      other.network = network;
      line.detail = `dhcp.subnets network: ${network}`;
    }
  }

  private assumeDefaults(): undefined {
    const { section, assumed } = this.draft;
    // Clients may ask for shorter leases than a range has, and for no longer ones
    const times = section.subnets.map(({ leaseTime }) => secondsOf(leaseTime ?? section.leaseTime ?? "1h"));
    const shortest = leaseTimeText(Math.min(...times));
    section.maxLeaseTime = shortest;
    if (secondsOf(shortest) < leaseSecondsMin) section.minLeaseTime = shortest;
    if (section.names.publish !== false)
      assumed.add("names of clients are published in zones of this server, as dnsmasq's DNS told them");
  }
}

/** Of dnsmasq, and of Homeport untold. */
const leaseSecondsMin = 120;

const readElsewhere: ReadonlySet<string> = new Set([
  "interface",
  "dhcp-range",
  "tag-if",
  "dhcp-host",
  "dhcp-ignore",
]);

type Setting = (section: SectionDraft, line: DraftLine, fields: readonly string[]) => undefined;

const settings: Readonly<Record<string, Setting>> = {
  "dhcp-authoritative": (section, line) => {
    section.authoritative = true;
    line.detail = "dhcp.authoritative: true";
  },
  "dhcp-rapid-commit": (section, line) => {
    section.rapidCommit = true;
    line.detail = "dhcp.rapidCommit: true";
  },
  "no-ping": (section, line) => {
    section.probe = "off";
    line.detail = "dhcp.probe: off";
  },
  "dhcp-ignore-clid": (section, line) => {
    section.identifyBy = "mac";
    line.detail = "dhcp.identifyBy: mac";
  },
  "dhcp-ignore-names": (section, line) => {
    setName(section, line, "publish", false);
  },
  "dhcp-generate-names": (section, line, fields) => {
    if (fields.length > 0)
      return leaveOut(line, "site.yaml makes names for all clients without, or for none");
    setName(section, line, "generate", "{mac}");
  },
  "dhcp-ttl": (section, line, [seconds = ""]) => {
    if (!/^\d{1,6}$/.test(seconds)) return leaveOut(line, "it is no number of seconds");
    setName(section, line, "ttl", durationText(Math.min(Math.max(Number(seconds), 1), 604_800)));
  },
  "pxe-prompt": (_, line) => leaveOut(line, "Homeport has no boot menus; write dhcp.boot"),
  "pxe-service": (_, line) => leaveOut(line, "Homeport has no boot menus; write dhcp.boot"),
  "dhcp-pxe-vendor": (_, line) => leaveOut(line, "Homeport has no boot menus; write dhcp.classes"),
  "dhcp-option-pxe": (_, line) => leaveOut(line, "Homeport has no boot menus; write dhcp.classes"),
  "read-ethers": (_, line) => leaveOut(line, "write what /etc/ethers has as dhcp.hosts"),
  "conf-script": (_, line) => leaveOut(line, "an import runs no programs; save what it prints in a file"),
};

function setName<Key extends "publish" | "generate" | "ttl">(
  section: SectionDraft,
  line: DraftLine,
  key: Key,
  value: NonNullable<NamesInput[Key]>,
): undefined {
  section.names[key] = value;
  line.detail = `dhcp.names.${key}: ${String(value)}`;
}
