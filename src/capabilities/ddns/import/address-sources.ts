/**
 * Where another program takes each host's address from. Homeport knows one address of a family for the
 * site, so what most hosts have counts; a host that has another one cannot come over.
 */
import type { AddressFamily } from "#contracts/public-address.ts";
import type { AddressInput, MethodInput } from "./draft.ts";

export interface AddressSource {
  /** Sources with the same one give the same address: `interface eth1`. */
  readonly key: string;
  /** Undefined: Homeport's own choice. */
  readonly methods: readonly MethodInput[] | undefined;
  /** For the report: what it becomes. */
  readonly detail: string;
}

/** By family; undefined: the host has no address of it. */
export type HostSources = Readonly<Partial<Record<AddressFamily, AddressSource>>>;

/** Of all who are asked from outside, whoever they are. */
export const publicKey = "services that see it";

const families = ["ipv4", "ipv6"] as const;

export const publicAddress: AddressSource = {
  key: publicKey,
  methods: undefined,
  detail: "Homeport asks several who can tell, and two of them must agree: ddns.address",
};

/** What the site has: for each family the source that most hosts have. */
export function siteSources(hosts: readonly HostSources[]): HostSources {
  const chosen: Partial<Record<AddressFamily, AddressSource>> = {};
  for (const family of families) {
    const byKey = Map.groupBy(
      hosts.flatMap((host) => host[family] ?? []),
      ({ key }) => key,
    );
    const [most] = [...byKey.values()].sort((one, other) => other.length - one.length);
    if (most !== undefined) chosen[family] = most[0]!;
  }
  return chosen;
}

/** `ddns.address`; a family that no host has is not looked at. */
export function addressInput(site: HostSources): AddressInput {
  const entries = families.flatMap((family): [AddressFamily, MethodInput[]][] => {
    const source = site[family];
    if (source === undefined) return [[family, []]];
    return source.methods === undefined ? [] : [[family, [...source.methods]]];
  });
  return Object.fromEntries(entries);
}

/** The types of a host's records; undefined: those of the families that are looked at. Or why it has none. */
export function hostTypes(
  host: HostSources,
  site: HostSources,
): { readonly types: readonly ("A" | "AAAA")[] | undefined } | { readonly why: string } {
  for (const family of families) {
    const own = host[family];
    if (own !== undefined && own.key !== site[family]?.key)
      return { why: `it takes its address from ${own.key}, and most others from ${site[family]?.key}` };
  }
  const types = families.filter((family) => host[family]).map((family) => (family === "ipv4" ? "A" : "AAAA"));
  if (types.length === 0) return { why: "it has neither an IPv4 nor an IPv6 address" };
  const watched = families.filter((family) => site[family]).length;
  return { types: types.length === watched ? undefined : types };
}

/** A program that a shell runs. */
export function commandSource(command: string): AddressSource {
  const isPlain = /^[\w./-]+$/.test(command);
  return {
    key: `the command ${command}`,
    methods: [{ method: "command", command: isPlain ? [command] : ["/bin/sh", "-c", command] }],
    detail: "the method command of ddns.address",
  };
}

export function interfaceSource(name: string): AddressSource {
  return {
    key: `interface ${name}`,
    methods: [{ method: "interface", interface: name }],
    detail: "the method interface of ddns.address",
  };
}

/** A page that tells the address. */
export function serviceSource(url: string): AddressSource {
  return {
    key: publicKey,
    methods: [{ method: "https", services: [url] }],
    detail: "the method https of ddns.address, with this service alone; https without services asks several",
  };
}
