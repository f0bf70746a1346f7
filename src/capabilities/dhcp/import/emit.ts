/** Makes the section of what has been noted of a config that has scopes. */
import { OptionCode } from "#protocols/dhcp4/codes.ts";
import { hostNameFrom } from "#protocols/dhcp4/host-name.ts";
import { ipv4ToText, parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import { shown } from "#protocols/namedconf/problem.ts";
import { limits } from "../limits.ts";
import { isInPrefix, maskOf, prefixText, rangeText } from "../network/range.ts";
import { ClassBook, type ClassSettings } from "./class-book.ts";
import { domainText } from "./domain-text.ts";
import type { DraftLine, ImportDraft, PoolInput, SubnetDraft } from "./draft.ts";
import { leaveOut, taken } from "./draft.ts";
import { leaseTimeText } from "./duration-text.ts";
import { HostEmitter } from "./emit-hosts.ts";
import { allOptions, PartWriter } from "./part-writer.ts";
import { insideOf } from "./pool-range.ts";
import {
  chainOf,
  optionsIn,
  type PoolRead,
  type Scope,
  type ScopedConfig,
  type SetOption,
  type SubnetRead,
  settingIn,
} from "./scope.ts";

/** Fills the section of the config's draft. */
export function emitSection(config: ScopedConfig): undefined {
  new Emitter(config).emit();
}

type Chain = readonly Scope[];

class Emitter {
  private readonly config: ScopedConfig;
  private readonly draft: ImportDraft;
  private readonly book: ClassBook;
  private readonly parts: PartWriter;
  private readonly hosts: HostEmitter;

  constructor(config: ScopedConfig) {
    this.config = config;
    this.draft = config.draft;
    this.book = new ClassBook(config.draft);
    this.parts = new PartWriter(config.draft);
    this.hosts = new HostEmitter(config.draft, this.book, config.leaseSecondsMax);
  }

  emit(): undefined {
    const { config } = this;
    this.global();
    for (const one of config.classes) {
      const chain = chainOf(one.scope, ({ kind }) => kind === "class");
      const settings = this.classSettings(chain);
      const labels = this.book.add(one.line, one.name, one.alternatives, settings);
      one.line.detail = `dhcp.classes ${labels.slice(0, 4).join(", ")}${labels.length > 4 ? ", …" : ""}`;
    }
    const subnets = config.subnets.map((one) => ({ one, made: this.subnet(one) }));
    this.sharedNetworks(subnets);
    for (const pool of config.pools) this.pool(pool, subnets);
    for (const host of config.hosts) this.hosts.write(host);
  }

  private global(): undefined {
    const { draft } = this;
    const { section } = draft;
    const chain = [this.config.global];
    const { ddnsDomain, leaseTime } = this.config.global;
    const options = optionsIn(chain);
    const domain = ddnsDomain ?? domainIn(options);
    draft.domain = domain && domainText(domain.value);
    if (domain !== undefined && draft.domain !== undefined) {
      taken(domain.line, "the domain of the site's names");
    }
    const longest = this.longestLease(chain);
    if (leaseTime !== undefined) this.parts.setLeaseTime(section, leaseTime, longest);
    else if (longest < limits.leaseSecondsDefault) section.leaseTime = leaseTimeText(longest);
    const servers = options.get(OptionCode.domainNameServers);
    if (servers !== undefined) {
      section.dnsServers = addressesOf(servers);
      draft.tie(servers.line, section, "dnsServers");
      taken(servers.line, "dhcp.dnsServers");
    }
    const others = this.parts.withVendorOption(options, chain, chain);
    section.options.push(...this.parts.optionInputs(others, ofSubnets, "dhcp.options"));
    this.parts.setBoot(section, chain, [], "dhcp.boot");
    this.bounds();
  }

  private longestLease(chain: Chain): number {
    return settingIn(chain, "leaseSecondsMax") ?? this.config.leaseSecondsMax ?? Number.POSITIVE_INFINITY;
  }

  /** What dhcpd bounds by one statement, Homeport bounds by two. */
  private bounds(): undefined {
    const { section } = this.draft;
    const [min, max] = [secondsOf(section.minLeaseTime), secondsOf(section.maxLeaseTime)];
    if (max !== undefined && min === undefined && max < 120) section.minLeaseTime = section.maxLeaseTime;
    if (min !== undefined && max === undefined && min > 86_400) section.maxLeaseTime = section.minLeaseTime;
  }

  private classSettings(chain: Chain): ClassSettings {
    const settings: ClassSettings = {};
    const options = this.parts.withVendorOption(optionsIn(chain), chain, [...chain, this.config.global]);
    settings.options = this.parts.optionInputs(options, allOptions, "dhcp.classes options");
    const leaseTime = settingIn(chain, "leaseTime");
    if (leaseTime !== undefined) this.parts.setLeaseTime(settings, leaseTime, this.longestLease(chain));
    this.parts.setBoot(settings, chain, [this.config.global], "dhcp.classes boot");
    const ignore = settingIn(chain, "ignore");
    if (ignore !== undefined) {
      settings.ignore = true;
      ignore.detail = "dhcp.classes ignore: true";
    }
    return settings;
  }

  private subnet(read: SubnetRead): SubnetDraft {
    const { draft } = this;
    const made: SubnetDraft = { subnet: prefixText(read), pools: [], options: [] };
    draft.section.subnets.push(made);
    draft.tie(read.line, made);
    const chain = chainOf(read.scope, ({ kind }) => kind !== "global");
    const options = optionsIn(chain);
    const all = optionsIn([...chain, this.config.global]);
    this.gateway(made, read, all.get(OptionCode.routers));
    const servers = options.get(OptionCode.domainNameServers);
    if (servers !== undefined) {
      made.dnsServers = addressesOf(servers);
      draft.tie(servers.line, made, "dnsServers");
      taken(servers.line, "dhcp.subnets dnsServers");
    }
    this.subnetDomain(made, chain, all);
    for (const field of ["interface", "serverAddress"] as const) {
      const set = settingIn(chain, field);
      if (set === undefined) continue;
      made[field] = set.value;
      draft.tie(set.line, made, field);
      taken(set.line, `dhcp.subnets ${field}`);
    }
    const identifyBy = settingIn(chain, "identifyBy");
    if (identifyBy !== undefined) {
      made.identifyBy = identifyBy.value;
      taken(identifyBy.line, `dhcp.subnets identifyBy: ${identifyBy.value}`);
    }
    if (read.relays !== undefined) made.relays = [...read.relays];
    this.followsFromSubnet(made, read, all);
    const leaseTime = settingIn(chain, "leaseTime");
    if (leaseTime !== undefined) this.parts.setLeaseTime(made, leaseTime, this.longestLease(chain));
    const others = this.parts.withVendorOption(options, chain, [...chain, this.config.global]);
    made.options.push(...this.parts.optionInputs(others, ofSubnets, "dhcp.subnets options"));
    this.parts.setBoot(made, chain, [this.config.global], "dhcp.subnets boot");
    return made;
  }

  private gateway(made: SubnetDraft, read: SubnetRead, routers: SetOption | undefined): undefined {
    if (routers === undefined) return;
    const [only, more] = addressesOf(routers);
    if (more === undefined && isInPrefix(parseIpv4(only!), read)) {
      made.gateway = only!;
      this.draft.tie(routers.line, made, "gateway");
      taken(routers.line, "dhcp.subnets gateway");
    } else {
      made.options.push(
        ...this.parts.optionInputs(
          new Map([[OptionCode.routers, routers]]),
          allOptions,
          "dhcp.subnets options",
        ),
      );
    }
  }

  /** Clients are told one domain, and their names are put into another, when ddns-domainname says so. */
  private subnetDomain(made: SubnetDraft, chain: Chain, all: ReadonlyMap<number, SetOption>): undefined {
    const told = domainIn(all);
    const names = settingIn([...chain, this.config.global], "ddnsDomain") ?? told;
    const domain = names && domainText(names.value);
    if (names !== undefined && domain !== undefined) {
      if (domain !== this.draft.domain) {
        made.domain = domain;
        this.draft.tie(names.line, made, "domain");
        taken(names.line, "dhcp.subnets domain");
      } else if (names.line.outcome !== "imported") {
        taken(names.line, "the domain of the site's names");
      }
    }
    const option = all.get(OptionCode.domainName);
    const isSaid = told !== undefined && told.value === names?.value && domain !== undefined;
    if (option === undefined || isSaid) return;
    made.options.push(
      ...this.parts.optionInputs(
        new Map([[OptionCode.domainName, option]]),
        allOptions,
        "dhcp.subnets options",
      ),
    );
  }

  /** Options that say what the subnet says anyhow. */
  private followsFromSubnet(
    made: SubnetDraft,
    { address, length }: SubnetRead,
    options: ReadonlyMap<number, SetOption>,
  ): undefined {
    const mask = options.get(OptionCode.subnetMask);
    if (mask !== undefined) {
      if (addressesOf(mask)[0] === ipv4ToText(maskOf(length)))
        taken(mask.line, "dhcp.subnets subnet says it");
      else leaveOut(mask.line, "dhcp.subnets subnet says the mask");
    }
    const broadcast = options.get(OptionCode.broadcastAddress);
    if (broadcast === undefined) return;
    if (parseIpv4(addressesOf(broadcast)[0]!) === (address | ~maskOf(length)) >>> 0)
      taken(broadcast.line, "clients that ask for it get it");
    else
      made.options.push(
        ...this.parts.optionInputs(
          new Map([[OptionCode.broadcastAddress, broadcast]]),
          allOptions,
          "dhcp.subnets options",
        ),
      );
  }

  private sharedNetworks(subnets: readonly { one: SubnetRead; made: SubnetDraft }[]): undefined {
    for (const [index, { scope, line }] of this.config.sharedNetworks.entries()) {
      const inside = subnets.filter(({ one }) => chainOf(one.scope, () => true).includes(scope));
      const name = hostNameFrom(scope.label.replace("shared-network ", "")) ?? "";
      const others = this.config.sharedNetworks.slice(0, index).map((other) => other.scope.label);
      const label = name === "" || others.includes(scope.label) ? `network-${index + 1}` : name;
      for (const { made } of inside) if (inside.length > 1) made.network = label;
      if (inside.length > 1) line.detail = `dhcp.subnets network: ${label}`;
      else line.detail = "it has no other subnet";
    }
  }

  private pool(read: PoolRead, subnets: readonly { one: SubnetRead; made: SubnetDraft }[]): undefined {
    const closed = chainOf(read.scope, () => true).some((scope) => this.config.closed.has(scope));
    const refused = read.refused ?? (closed ? "only hosts of the config got its addresses" : undefined);
    const options = this.parts.withVendorOption(
      optionsIn([read.scope]),
      [read.scope],
      chainOf(read.scope, () => true),
    );
    const labels = read.classes.flatMap(({ name, line }) => {
      const known = this.book.labels(name);
      if (known === undefined) leaveOut(line, `there is no class "${shown(name)}" that came over`);
      else line.detail = `dhcp.subnets pools classes ${known.join(", ")}`;
      return known ?? [];
    });
    for (const { first, last, line } of read.ranges) {
      const subnet = subnets.find(({ one }) => isInPrefix(first, one) && isInPrefix(last, one));
      if (refused !== undefined) leaveOut(line, refused);
      else if (subnet === undefined) leaveOut(line, "no subnet has it");
      else if (read.classes.length > 0 && labels.length === 0)
        leaveOut(line, "it is for a class that did not come over");
      else {
        const range = insideOf(subnet.one, { first, last });
        const made: PoolInput = { range: rangeText(range) };
        if (labels.length > 0) made.classes = [...labels];
        made.options = this.parts.optionInputs(options, allOptions, "dhcp.subnets pools options");
        subnet.made.pools.push(made);
        this.draft.tie(line, made);
        const isCut = range.first !== first || range.last !== last;
        taken(line, isCut ? `dhcp.subnets pools, ${rangeText(range)}` : "dhcp.subnets pools");
        this.poolTimes(read, subnet.made);
      }
    }
  }

  /** A pool has no lease time and no boot file of its own; the subnet of the only pool may have them. */
  private poolTimes({ scope }: PoolRead, made: SubnetDraft): undefined {
    if (scope.parent === undefined) return;
    const isOnly = this.config.pools.filter((other) => other.scope.parent === scope.parent).length === 1;
    if (scope.leaseTime !== undefined) {
      if (isOnly) this.parts.setLeaseTime(made, scope.leaseTime, this.longestLease([scope]));
      else leaveOut(scope.leaseTime.line, "pools have no lease time of their own");
    }
    if (scope.file === undefined) return;
    if (isOnly)
      this.parts.setBoot(
        made,
        [scope],
        chainOf(scope.parent, () => true),
        "dhcp.subnets boot",
      );
    else leaveOut(scope.file.line, "pools have no boot file of their own");
  }
}

/** What subnets have fields for, and what follows from them. */
const ofSubnets: ReadonlySet<number> = new Set([
  OptionCode.subnetMask,
  OptionCode.routers,
  OptionCode.domainNameServers,
  OptionCode.domainName,
  OptionCode.broadcastAddress,
]);

function addressesOf({ octets }: SetOption): string[] {
  const view = Buffer.from(octets);
  return Array.from({ length: Math.floor(view.length / 4) }, (_, i) => ipv4ToText(view.readUInt32BE(4 * i)));
}

function domainIn(options: ReadonlyMap<number, SetOption>): { value: string; line: DraftLine } | undefined {
  const option = options.get(OptionCode.domainName);
  return option && { value: Buffer.from(option.octets).toString("utf8"), line: option.line };
}

function secondsOf(text: string | undefined): number | undefined {
  const [, number, unit] = /^(\d+)([smhd])$/.exec(text ?? "") ?? [];
  return number === undefined ? undefined : Number(number) * { s: 1, m: 60, h: 3600, d: 86_400 }[unit as "s"];
}
