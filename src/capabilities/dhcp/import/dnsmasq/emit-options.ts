/** Writes the options and boot files of a dnsmasq.conf where they count. */
import { OptionCode } from "#protocols/dhcp4/codes.ts";
import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import { isInPrefix, parseSubnet } from "../../network/range.ts";
import type { ClassBook } from "../class-book.ts";
import { type Alternatives, combined } from "../client-class.ts";
import { domainText } from "../domain-text.ts";
import {
  type HostInput,
  type ImportDraft,
  leaveOut,
  type MatchInput,
  notCarriedOver,
  type OptionInput,
  type SubnetDraft,
} from "../draft.ts";
import { textOrHex } from "../option-input.ts";
import { orderGroups } from "./boot-order.ts";
import { linesOf, type OptionGroup, type OptionGroups, type SetOption } from "./option-groups.ts";
import type { RangeRead } from "./ranges.ts";
import { alternativesOf } from "./tags.ts";

export class OptionWriter {
  private readonly draft: ImportDraft;
  private readonly book: ClassBook;
  private readonly ranges: readonly RangeRead[];
  private readonly hosts: ReadonlyMap<string, readonly HostInput[]>;

  constructor(
    draft: ImportDraft,
    book: ClassBook,
    ranges: readonly RangeRead[],
    hosts: ReadonlyMap<string, readonly HostInput[]>,
  ) {
    this.draft = draft;
    this.book = book;
    this.ranges = ranges;
    this.hosts = hosts;
  }

  /** @param answersNames whether dnsmasq is a name server too, so that clients are told of it */
  emit(groups: OptionGroups, { answersNames }: { readonly answersNames: boolean }): void {
    const all = groups.group([], undefined);
    const packed = groups.packed();
    this.emitForAll(all, answersNames);
    // The last line counts most for dnsmasq, the first class for Homeport
    const { groups: ordered, rest } = orderGroups(packed.filter((group) => group !== all));
    for (const group of ordered) this.emitTagged(group);
    if (rest?.boot === undefined) return;
    if (all.boot !== undefined)
      notCarriedOver(all.boot.line, "lines with a tag and without it are for all clients");
    this.draft.section.boot = rest.boot.input;
    this.draft.tie(rest.boot.line, this.draft.section, "boot");
  }

  private emitForAll({ options, boot }: OptionGroup, answersNames: boolean): undefined {
    const { section, assumed } = this.draft;
    this.emitRouters(options.get(OptionCode.routers));
    const servers = options.get(OptionCode.domainNameServers);
    if (servers !== undefined) {
      for (const line of servers.lines) line.detail = "dhcp.dnsServers";
      section.dnsServers = (servers.addresses ?? []).map(selfOf);
      for (const line of servers.lines) this.draft.tie(line, section, "dnsServers");
    } else if (answersNames && section.subnets.length > 0) {
      section.dnsServers = ["self"];
      assumed.add(
        "clients get this server as their name server, as from dnsmasq; for another write dhcp.dnsServers",
      );
    }
    const domain = options.get(OptionCode.domainName);
    const told = domain && domainText(Buffer.from(domain.octets).toString("utf8"));
    if (domain !== undefined && told !== undefined && this.draft.domain === undefined) {
      this.draft.domain = told;
      for (const line of domain.lines) line.detail = "the domain of the site's names";
      options.delete(OptionCode.domainName);
    }
    const rest = new Map(
      [...options].filter(([code]) => code !== OptionCode.routers && code !== OptionCode.domainNameServers),
    );
    section.options.push(...this.inputs(rest, "dhcp.options"));
    if (boot === undefined) return;
    section.boot = boot.input;
    this.draft.tie(boot.line, section, "boot");
  }

  /** dnsmasq calls itself the router where it is told of none. */
  private emitRouters(routers: SetOption | undefined): undefined {
    const { section, assumed } = this.draft;
    if (routers === undefined) {
      for (const subnet of section.subnets) subnet.gateway = "self";
      if (section.subnets.length > 0)
        assumed.add(
          "this server is the gateway, as dnsmasq says untold; for another write dhcp.subnets gateway",
        );
      return;
    }
    const addresses = routers.addresses ?? [];
    for (const line of routers.lines)
      line.detail = addresses.length === 0 ? "no gateway" : "dhcp.subnets gateway";
    for (const subnet of section.subnets) this.setRouters(subnet, routers);
  }

  private setRouters(subnet: SubnetDraft, routers: SetOption): undefined {
    const addresses = routers.addresses ?? [];
    const [only] = addresses;
    const before = subnet.options.findIndex(({ name }) => name === "routers");
    if (before !== -1) subnet.options.splice(before, 1);
    delete subnet.gateway;
    if (only === undefined) return;
    if (
      addresses.length === 1 &&
      (only === "0.0.0.0" || isInPrefix(parseIpv4(only), parseSubnet(subnet.subnet)!))
    ) {
      subnet.gateway = selfOf(only);
      for (const line of routers.lines) this.draft.tie(line, subnet, "gateway");
    } else {
      subnet.options.push(...this.inputs(new Map([[OptionCode.routers, routers]]), "dhcp.subnets options"));
    }
  }

  private emitTagged(group: OptionGroup): undefined {
    const { tags, vendor } = group;
    const range =
      tags.length === 1 && vendor === undefined
        ? this.ranges.filter(({ sets }) => sets.includes(tags[0]!))
        : [];
    const hosts = tags.length === 1 && vendor === undefined ? (this.hosts.get(tags[0]!) ?? []) : [];
    for (const one of range) this.emitForRange(group, one);
    for (const host of hosts) this.emitForHost(group, host);
    if (range.length + hosts.length > 0 && this.book.alternatives(tags[0]!) === undefined) return;
    const outcome =
      tags.length === 0 ? { alternatives: [[]] as Alternatives } : alternativesOf(this.book, tags);
    if ("why" in outcome) {
      const isRange = tags.some((tag) => this.ranges.some(({ sets }) => sets.includes(tag)));
      const why =
        isRange && tags.length > 1
          ? "site.yaml has no options for a class in one network alone"
          : outcome.why;
      for (const line of linesOf(group)) leaveOut(line, why);
      return;
    }
    this.emitClass(group, outcome.alternatives);
  }

  private emitClass(group: OptionGroup, alternatives: Alternatives): undefined {
    const { tags, vendor, options, boot } = group;
    const [first] = linesOf(group);
    if (first === undefined) return;
    const ofVendor: MatchInput[] =
      vendor === undefined || vendor === ""
        ? []
        : [{ option: "vendor-class-identifier", contains: textOrHex(new TextEncoder().encode(vendor)) }];
    const matches = combined(alternatives, [ofVendor]);
    if (matches.some((one) => one.length === 0)) {
      // vendor: without a class is for everybody
      this.draft.section.options.push(...this.inputs(options, "dhcp.options"));
      return;
    }
    const name = [...tags, ...(vendor === undefined ? [] : [vendor])].join("-");
    const labels = this.book.add(first, name, matches, {
      options: this.inputs(options, "dhcp.classes options"),
      ...(boot !== undefined && { boot: boot.input }),
    });
    for (const line of linesOf(group)) line.detail = `dhcp.classes ${labels.join(", ")}`;
    if (boot !== undefined) this.draft.tie(boot.line, boot.input);
  }

  /** Of the subnet where the range is its only one, else of the pool. */
  private emitForRange(group: OptionGroup, { made, pool }: RangeRead): undefined {
    const isOnly = this.ranges.filter((other) => other.made === made).length === 1;
    if (!isOnly && pool !== undefined) {
      pool.options = [...(pool.options ?? []), ...this.inputs(group.options, "dhcp.subnets pools options")];
      if (group.boot !== undefined) leaveOut(group.boot.line, "pools have no boot file of their own");
      return;
    }
    const others = new Map(group.options);
    const routers = others.get(OptionCode.routers);
    const servers = others.get(OptionCode.domainNameServers);
    if (routers !== undefined) {
      this.setRouters(made, routers);
      for (const line of routers.lines) line.detail = "dhcp.subnets gateway";
    }
    if (servers !== undefined) {
      made.dnsServers = (servers.addresses ?? []).map(selfOf);
      for (const line of servers.lines) line.detail = "dhcp.subnets dnsServers";
    }
    others.delete(OptionCode.routers);
    others.delete(OptionCode.domainNameServers);
    made.options.push(...this.inputs(others, "dhcp.subnets options"));
    if (group.boot === undefined) return;
    made.boot = group.boot.input;
    group.boot.line.detail = "dhcp.subnets boot";
  }

  private emitForHost(group: OptionGroup, host: HostInput): undefined {
    host.options = [...(host.options ?? []), ...this.inputs(group.options, "dhcp.hosts options")];
    if (group.boot === undefined) return;
    host.boot = group.boot.input;
    group.boot.line.detail = "dhcp.hosts boot";
  }

  private inputs(options: ReadonlyMap<number, SetOption>, detail: string): OptionInput[] {
    return [...options.values()].flatMap(({ input, lines, addresses, octets }) => {
      for (const line of lines) line.detail = detail;
      if (addresses?.includes("0.0.0.0") === true) {
        for (const line of lines)
          leaveOut(line, "site.yaml has self for gateway and dnsServers; write the address");
        return [];
      }
      if (octets.length === 0 && addresses !== undefined) {
        for (const line of lines) line.detail = "it is not sent unless something says so";
        return [];
      }
      const copy = { ...input };
      for (const line of lines) this.draft.tie(line, copy);
      return [copy];
    });
  }
}

function selfOf(address: string): string {
  return address === "0.0.0.0" ? "self" : address;
}
