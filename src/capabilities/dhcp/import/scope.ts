/** Where a statement of a config stands, and what has been set there: dhcpd and Kea have the same scopes. */
import type { Alternatives } from "./client-class.ts";
import type { DraftLine, ImportDraft, OptionInput } from "./draft.ts";

export type ScopeKind = "global" | "shared-network" | "subnet" | "pool" | "group" | "class" | "host";

export interface SetOption {
  readonly input: OptionInput;
  readonly octets: Uint8Array;
  readonly line: DraftLine;
}

/** A value and the line that tells of it. */
export interface SetValue<Value> {
  readonly value: Value;
  readonly line: DraftLine;
}

export interface Scope {
  readonly kind: ScopeKind;
  /** As the report calls it, such as `subnet 192.168.9.0/24`; empty: all of the config. */
  readonly label: string;
  readonly parent: Scope | undefined;
  /** What tells of the scope itself. */
  readonly line: DraftLine | undefined;
  /** Of DHCP itself, by code. */
  readonly options: Map<number, SetOption>;
  /** Of option spaces, by space and then code. */
  readonly spaces: Map<string, Map<number, SetOption>>;
  vendorSpace?: SetValue<string>;
  leaseTime?: SetValue<string>;
  /** No lease is longer, whatever else is said. */
  leaseSecondsMax?: number;
  file?: SetValue<string>;
  nextServer?: SetValue<string>;
  serverName?: SetValue<string>;
  ddnsDomain?: SetValue<string>;
  serverAddress?: SetValue<string>;
  interface?: SetValue<string>;
  identifyBy?: SetValue<"client-id" | "mac">;
  /** Do not answer: `deny booting`. */
  ignore?: DraftLine;
}

export function scopeOf(kind: ScopeKind, label: string, parent: Scope | undefined, line?: DraftLine): Scope {
  return { kind, label, parent, line, options: new Map(), spaces: new Map() };
}

/** From the scope outwards, as long as `within` holds. */
export function chainOf(scope: Scope, within: (scope: Scope) => boolean): readonly Scope[] {
  const chain: Scope[] = [];
  for (let one: Scope | undefined = scope; one !== undefined && within(one); one = one.parent)
    chain.push(one);
  return chain;
}

/** What counts in a chain of scopes: the innermost setting. */
export function settingIn<Key extends keyof Scope>(
  chain: readonly Scope[],
  key: Key,
): Scope[Key] | undefined {
  return chain.find((scope) => scope[key] !== undefined)?.[key];
}

/** The options of a chain, the innermost of each code. */
export function optionsIn(chain: readonly Scope[]): ReadonlyMap<number, SetOption> {
  const options = new Map<number, SetOption>();
  for (const scope of chain.toReversed())
    for (const [code, option] of scope.options) options.set(code, option);
  return options;
}

/** A class of a condition, and what its clients get. */
export interface ConditionalScope {
  readonly scope: Scope;
  readonly name: string;
  readonly alternatives: Alternatives;
  readonly line: DraftLine;
}

export interface SubnetRead {
  readonly scope: Scope;
  readonly line: DraftLine;
  readonly address: number;
  readonly length: number;
  /** Addresses of relays that speak for it. */
  readonly relays?: readonly string[];
}

export interface PoolRead {
  readonly scope: Scope;
  readonly ranges: { readonly first: number; readonly last: number; readonly line: DraftLine }[];
  /** Only clients of one of these. */
  readonly classes: { readonly name: string; readonly line: DraftLine }[];
  /** Why its addresses must not be for everybody. */
  refused?: string;
}

export interface HostRead {
  readonly scope: Scope;
  readonly line: DraftLine;
  readonly macs: string[];
  readonly clientIds: string[];
  readonly duids: string[];
  readonly circuitIds: string[];
  /** What the config calls it, or undefined. */
  name: string | undefined;
  /** What it is declared as, where that is a name. */
  readonly declared: string;
  address: string | undefined;
  /** What each field was said by. */
  readonly fields: { readonly field: string; readonly line: DraftLine }[];
}

/** A whole config, as emit.ts makes a section of it. */
export interface ScopedConfig {
  readonly draft: ImportDraft;
  readonly global: Scope;
  readonly subnets: readonly SubnetRead[];
  readonly sharedNetworks: readonly { readonly scope: Scope; readonly line: DraftLine }[];
  readonly pools: readonly PoolRead[];
  readonly hosts: readonly HostRead[];
  /** The first that a client is of counts most. */
  readonly classes: readonly ConditionalScope[];
  /** Where no scope says otherwise; undefined: the config has no such bound. */
  readonly leaseSecondsMax?: number | undefined;
  /** In these nobody gets an address who is no host of the config. */
  readonly closed: ReadonlySet<Scope>;
}
