/** Goes through Kea's `Dhcp4` and notes what stands where; emit.ts makes the section of it. */
import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import type { KeaMap, KeaMember, KeaValue } from "#protocols/keaconf/json.ts";
import { shown } from "#protocols/namedconf/problem.ts";
import { parseRange, parseSubnet } from "../../network/range.ts";
import { type DraftLine, type ImportDraft, leaveOut, notCarriedOver } from "../draft.ts";
import { boundedNote, leaseTimeText } from "../duration-text.ts";
import { optionInput } from "../option-input.ts";
import {
  type ConditionalScope,
  type HostRead,
  type PoolRead,
  type Scope,
  type ScopedConfig,
  type SubnetRead,
  scopeOf,
} from "../scope.ts";
import { KeaClasses } from "./classes.ts";
import { globalReaders } from "./globals.ts";
import { flagIn, mapsOf, member, numberIn, textIn, textsOf } from "./member.ts";
import { OptionDefinitions } from "./option-data.ts";
import { reasonOf } from "./reasons.ts";
import { readReservation } from "./reservations.ts";

const unused = "nothing in the config takes it up";
/** Sub-options of option 43. */
const vendorSpace = "vendor-encapsulated-options-space";

export class ConfigReader implements ScopedConfig {
  readonly draft: ImportDraft;
  readonly definitions = new OptionDefinitions();
  readonly global = scopeOf("global", "", undefined);
  readonly subnets: SubnetRead[] = [];
  readonly sharedNetworks: { scope: Scope; line: DraftLine }[] = [];
  readonly pools: PoolRead[] = [];
  readonly hosts: HostRead[] = [];
  readonly closed = new Set<Scope>();
  /** Named by interfaces-config. */
  readonly interfaces: string[] = [];
  readonly keaClasses: KeaClasses;
  private readonly dhcp4: KeaMap;

  constructor(draft: ImportDraft, dhcp4: KeaMap) {
    this.draft = draft;
    this.dhcp4 = dhcp4;
    this.keaClasses = new KeaClasses(this);
    const line = draft.say(dhcp4, "Dhcp4", "imported", "dhcp");
    this.global.vendorSpace = { value: vendorSpace, line: { ...line } };
    for (const map of mapsOf(member(dhcp4, "option-def")?.value)) this.definition(map);
    for (const map of mapsOf(member(dhcp4, "client-classes")?.value)) this.keaClasses.read(map);
    for (const one of dhcp4.members) this.globalMember(one);
    this.keaClasses.finish();
  }

  get classes(): readonly ConditionalScope[] {
    return this.keaClasses.found;
  }

  private definition(map: KeaMap): undefined {
    const line = this.draft.say(map, `option-def ${shown(textIn(map, "name") ?? "")}`, "imported");
    const why = this.definitions.define(map);
    if (why === undefined) line.detail = "written with its code where it is set";
    else leaveOut(line, why);
  }

  private globalMember(one: KeaMember): undefined {
    const { name, value } = one;
    if (name === "option-def" || name === "client-classes") return;
    if (name === "subnet4") for (const map of mapsOf(value)) this.subnet(map, this.global);
    else if (name === "shared-networks") for (const map of mapsOf(value)) this.sharedNetwork(map);
    else if (name === "reservations")
      for (const map of mapsOf(value)) readReservation(this, map, this.global);
    else if (name === "interfaces-config") this.interfacesConfig(one);
    else if (globalReaders[name] !== undefined) {
      globalReaders[name](this.draft, this.draft.say(one, name, "imported"), value, this.dhcp4);
    } else this.setting(one, this.global);
  }

  private interfacesConfig({ value }: KeaMember): undefined {
    if (value.kind !== "map") return;
    for (const one of value.members) {
      const label = `interfaces-config ${one.name}`;
      if (one.name !== "interfaces") {
        this.draft.say(one, label, "not carried over", "of Kea's own workings");
        continue;
      }
      this.draft.say(one, label, "imported", "where networks are");
      const names = textsOf(one.value).map((text) => text.split("/")[0]!);
      this.interfaces.push(...names.filter((name) => name !== "*" && name !== ""));
    }
  }

  /** What globals, networks, subnets, classes and reservations have in common. */
  setting(one: KeaMember, scope: Scope): undefined {
    const { name, value } = one;
    const label = `${scope.label} ${name}`.trim();
    if (name === "option-data") {
      for (const map of mapsOf(value)) this.optionData(map, scope);
      return;
    }
    const reader = scopeReaders[name];
    if (reader !== undefined) {
      return reader(scope, this.draft.say(one, label, "not carried over", unused, scope.line), value);
    }
    const why = reasonOf(name);
    if (why === undefined) this.draft.say(one, label, "left out", "it is not known here");
    else this.draft.say(one, label, "not carried over", why);
  }

  optionData(map: KeaMap, scope: Scope): undefined {
    const name = textIn(map, "name") ?? String(numberIn(map, "code") ?? "");
    const line = this.draft.say(
      map,
      `${scope.label} option-data ${shown(name)}`.trim(),
      "not carried over",
      unused,
      scope.line,
    );
    if (flagIn(map, "never-send") === true)
      return leaveOut(line, "site.yaml has no option that is never sent");
    if (textsOf(member(map, "client-classes")?.value).length > 0)
      return leaveOut(line, "options for some classes alone are options of those: dhcp.classes options");
    const read = this.definitions.read(map);
    if ("why" in read) return leaveOut(line, read.why);
    const { option, octets, type } = read;
    const force = flagIn(map, "always-send") === true ? { force: true } : {};
    const set = { input: { ...optionInput(option.code, octets, type), ...force }, octets, line };
    if (option.space === undefined) {
      scope.options.set(option.code, set);
    } else if (option.space === vendorSpace) {
      const inside = scope.spaces.get(vendorSpace) ?? new Map<number, typeof set>();
      inside.set(option.code, set);
      scope.spaces.set(vendorSpace, inside);
    } else {
      leaveOut(
        line,
        `options of the space ${shown(option.space)} are not known here; write the option that holds them`,
      );
    }
  }

  private sharedNetwork(map: KeaMap): undefined {
    const label = `shared-network ${shown(textIn(map, "name") ?? "")}`;
    const line = this.draft.say(map, label, "imported");
    const scope = scopeOf("shared-network", label, this.global, line);
    this.sharedNetworks.push({ scope, line });
    const guards = this.guardsOf(map, scope);
    const relays = this.relaysOf(map, scope);
    for (const one of map.members) {
      if (one.name === "subnet4")
        for (const inner of mapsOf(one.value)) this.subnet(inner, scope, guards, relays);
      else if (!readBefore.has(one.name)) this.setting(one, scope);
    }
  }

  private subnet(
    map: KeaMap,
    parent: Scope,
    around: readonly ClassGuard[] = [],
    aroundRelays: readonly string[] = [],
  ): undefined {
    const text = textIn(map, "subnet") ?? "";
    const label = `subnet ${shown(text)}`;
    const line = this.draft.say(map, label, "imported", "dhcp.subnets");
    const prefix = parseSubnet(text);
    if (prefix === undefined) return leaveOut(line, "it is no network of /8 to /30");
    const scope = scopeOf("subnet", label, parent, line);
    const own = this.relaysOf(map, scope);
    const relays = own.length > 0 ? own : aroundRelays;
    this.subnets.push({ scope, line, ...prefix, ...(relays.length > 0 && { relays }) });
    const guards = [...around, ...this.guardsOf(map, scope)];
    for (const one of map.members) {
      if (one.name === "pools") for (const inner of mapsOf(one.value)) this.pool(inner, scope, guards);
      else if (one.name === "reservations")
        for (const inner of mapsOf(one.value)) readReservation(this, inner, scope);
      else if (!readBefore.has(one.name)) this.setting(one, scope);
    }
  }

  private relaysOf(map: KeaMap, scope: Scope): readonly string[] {
    const relay = member(map, "relay");
    if (relay?.value.kind !== "map") return [];
    const { value } = relay;
    const single = textIn(value, "ip-address");
    const all = [...(single === undefined ? [] : [single]), ...textsOf(member(value, "ip-addresses")?.value)];
    if (all.length > 0)
      this.draft.say(relay, `${scope.label} relay`, "imported", "dhcp.subnets relays", scope.line);
    return all;
  }

  /** `client-class` and `client-classes`: who may use a network or a pool. */
  private guardsOf(map: KeaMap, scope: Scope): readonly ClassGuard[] {
    const members = map.members.filter(({ name }) => name === "client-class" || name === "client-classes");
    return members.flatMap((one) => {
      const all = one.value.kind === "text" ? [one.value.value] : textsOf(one.value);
      const names = all.filter((name) => name !== "");
      return names.map((name) => {
        const label = `${scope.label} ${one.name} ${shown(name)}`;
        const line = this.draft.say(one, label, "imported", undefined, scope.line);
        this.keaClasses.define(name, line);
        return { name, line };
      });
    });
  }

  private pool(map: KeaMap, subnet: Scope, guards: readonly ClassGuard[]): undefined {
    const text = textIn(map, "pool") ?? "";
    const label = `${subnet.label} pool ${shown(text)}`;
    const line = this.draft.say(map, label, "left out", "no subnet has it", subnet.line);
    const scope = scopeOf("pool", label, subnet, line);
    const range = parseRange(text.replaceAll(/\s/g, ""));
    if (range === undefined) return leaveOut(line, "it is no range FIRST - LAST");
    const own = this.guardsOf(map, scope);
    if (guards.length > 0 && own.length > 0)
      for (const guard of guards)
        leaveOut(guard.line, "its pool names classes of its own; write those with both");
    const classes = own.length > 0 ? own : [...guards];
    const pool: PoolRead = {
      scope,
      ranges: [{ ...range, line }],
      classes: classes.filter(({ name }) => !/^(ALL|KNOWN)$/.test(name)),
    };
    const known = classes.find(({ name }) => name === "KNOWN");
    if (known !== undefined) {
      pool.refused = "site.yaml has no pool for its hosts alone; give them addresses: dhcp.hosts address";
      leaveOut(known.line, pool.refused);
    }
    const unknown = pool.classes.filter(({ name }) => name === "UNKNOWN");
    for (const guard of unknown) guard.line.detail = "pools without classes are for everybody";
    this.pools.push({ ...pool, classes: pool.classes.filter((guard) => !unknown.includes(guard)) });
    for (const one of map.members)
      if (one.name !== "pool" && !readBefore.has(one.name)) this.setting(one, scope);
  }
}

interface ClassGuard {
  readonly name: string;
  readonly line: DraftLine;
}

const readBefore: ReadonlySet<string> = new Set([
  "subnet",
  "name",
  "relay",
  "client-class",
  "client-classes",
]);

type ScopeReader = (scope: Scope, line: DraftLine, value: KeaValue) => undefined;

const scopeReaders: Readonly<Record<string, ScopeReader>> = {
  "valid-lifetime": (scope, line, value) => {
    if (value.kind !== "number") return leaveOut(line, "it is no number of seconds");
    scope.leaseTime = { value: leaseTimeText(value.value), line };
    line.detail = `${unused}${boundedNote(value.value)}`;
  },
  "next-server": (scope, line, value) => {
    if (value.kind !== "text" || parseIpv4(value.value) === -1)
      return leaveOut(line, "it is no IPv4 address");
    if (value.value === "0.0.0.0") return notCarriedOver(line, "it says nothing");
    leaveOut(line, "no boot-file-name goes with it");
    scope.nextServer = { value: value.value, line };
  },
  "match-client-id": (scope, line, value) => {
    scope.identifyBy = { value: value.kind === "boolean" && !value.value ? "mac" : "client-id", line };
  },
  "server-hostname": textReader("serverName"),
  "boot-file-name": textReader("file"),
  interface: textReader("interface"),
  "ddns-qualifying-suffix": textReader("ddnsDomain"),
  "require-client-classes": requiredClasses,
  "evaluate-additional-classes": requiredClasses,
};

function requiredClasses(_: Scope, line: DraftLine, value: KeaValue): undefined {
  if (textsOf(value).length === 0) return notCarriedOver(line, "it names none");
  leaveOut(line, "classes of site.yaml count in all networks");
}

function textReader(field: "serverName" | "file" | "interface" | "ddnsDomain"): ScopeReader {
  return (scope, line, value) => {
    if (value.kind !== "text") return leaveOut(line, "it is no text");
    if (value.value === "") return notCarriedOver(line, "it says nothing");
    scope[field] = { value: value.value, line };
  };
}
