/** Who may change what of a zone, worked out once. BIND's allow-update and update-policy. */
import {
  isWithin,
  lowerName,
  type Name,
  nameLabels,
  namesEqual,
  parseName,
  rootName,
} from "#protocols/dns/name.ts";
import { RRType, typeFromMnemonic } from "#protocols/dns/registry.ts";
import type { AddressMatch } from "../address-match.ts";
import type { Client } from "../client.ts";
import type { UpdateRule } from "../zone-config.ts";
import type { MayChange } from "./prescan.ts";
import { isWildcardName } from "./working-zone.ts";

export interface UpdatePolicy {
  /** False: the client may change nothing at all. */
  admits(client: Client): boolean;
  /** What a client that is admitted may change; undefined: everything. */
  mayChange(client: Client): MayChange | undefined;
}

export interface UpdatePolicySource {
  readonly origin: Name;
  readonly allowUpdate?: AddressMatch | undefined;
  readonly grant?: readonly UpdateRule[] | undefined;
}

/** Without either, nobody may change the zone. */
export function updatePolicy({ origin, allowUpdate, grant }: UpdatePolicySource): UpdatePolicy {
  if (grant !== undefined) return policyOfRules(grant.map((rule) => compile(rule, origin)));
  return {
    admits: ({ address, key }) => allowUpdate?.allows(address, key) ?? false,
    mayChange: () => undefined,
  };
}

interface CompiledRule {
  readonly isOf: (key: Name) => boolean;
  readonly names: (owner: Name, key: Name) => boolean;
  readonly types: (type: number) => boolean;
  readonly deny: boolean;
}

/** Rules are about keys: a message without a signature is nobody's. */
function policyOfRules(rules: readonly CompiledRule[]): UpdatePolicy {
  return {
    admits: ({ key }) => key !== undefined && rules.some((rule) => !rule.deny && rule.isOf(key)),
    mayChange: ({ key }) => {
      if (key === undefined) return () => false;
      const own = rules.filter((rule) => rule.isOf(key));
      return (owner, type) => {
        const rule = own.find(({ names, types }) => types(type) && names(owner, key));
        return rule !== undefined && !rule.deny; // the first that fits decides
      };
    },
  };
}

function compile(rule: UpdateRule, origin: Name): CompiledRule {
  const identity = absolute(rule.key);
  return {
    isOf: isWildcardName(identity) ? (key) => isBelow(key, identity) : (key) => namesEqual(key, identity),
    names: namesOf(rule, origin),
    types: typesOf(rule.types),
    deny: rule.deny,
  };
}

function namesOf(rule: UpdateRule, origin: Name): CompiledRule["names"] {
  const name = rule.name === undefined ? rootName : absolute(rule.name);
  switch (rule.names) {
    case "name":
      return (owner) => namesEqual(owner, name);
    case "subdomain":
      return (owner) => isWithin(owner, name);
    case "wildcard":
      return (owner) => isBelow(owner, name);
    case "self":
      return namesEqual;
    case "selfsub":
      return isWithin;
    case "selfwild":
      return (owner, key) => owner.length > key.length && isWithin(owner, key);
    case "zonesub":
      return (owner) => isWithin(owner, origin);
  }
}

/** True when a name is one that the wildcard stands for, however many labels it has more. */
function isBelow(name: Name, wildcard: Name): boolean {
  if (!isWildcardName(wildcard)) return false;
  const above = wildcard.slice(2) as Name;
  return nameLabels(name).length > nameLabels(above).length && isWithin(name, above);
}

/** What the zone and its signer live by is not for everyone who may change it. BIND's default. */
const reserved: ReadonlySet<number> = new Set([
  RRType.NS,
  RRType.SOA,
  RRType.RRSIG,
  RRType.NSEC,
  RRType.NSEC3,
]);

function typesOf(mnemonics: readonly string[] | undefined): CompiledRule["types"] {
  if (mnemonics === undefined) return (type) => !reserved.has(type);
  const types = new Set(mnemonics.map((mnemonic) => typeFromMnemonic(mnemonic)));
  return types.has(RRType.ANY) ? () => true : (type) => types.has(type);
}

function absolute(text: string): Name {
  return lowerName(parseName(text.endsWith(".") ? text : `${text}.`));
}
