/** Which interface each network of an import is at: other servers find that out when they start. */
import { networkInterfaces } from "node:os";
import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import { isInPrefix, parseSubnet } from "../network/range.ts";
import type { ImportDraft, SubnetDraft } from "./draft.ts";

/** An interface of this machine, with one of its addresses. */
export interface MachineInterface {
  readonly name: string;
  readonly address: number;
  readonly prefixLength: number;
}

export function machineInterfaces(): readonly MachineInterface[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses
      .filter(({ family, internal, cidr }) => family === "IPv4" && !internal && cidr !== null)
      .map(({ address, cidr }) => ({
        name,
        address: parseIpv4(address),
        prefixLength: Number(cidr!.split("/")[1]),
      })),
  );
}

export interface InterfaceKnowledge {
  /** What the operator says: `eth1`, or `192.168.9.0/24=eth1,10.0.0.0/8=eth2`. */
  readonly told: string | undefined;
  readonly machine: readonly MachineInterface[];
  /** Named in the config as those that are served. */
  readonly named: readonly string[];
}

/** Writes the interfaces into the section, and says what was taken for granted. */
export function placeSubnets(draft: ImportDraft, knowledge: InterfaceKnowledge): void {
  const { section, assumed } = draft;
  const told = toldInterfaces(knowledge.told);
  for (const subnet of section.subnets) {
    if (subnet.interface !== undefined || (subnet.relays ?? []).length > 0) continue;
    const name = told.bySubnet.get(subnet.subnet);
    const here = interfaceWithin(subnet, knowledge.machine);
    if (name !== undefined) {
      subnet.interface = name;
    } else if (here !== undefined) {
      subnet.interface = here;
      assumed.add(`${subnet.subnet} is at ${here}, where this machine has an address in it`);
    }
  }
  const bare = told.names.length > 0 ? told.names : knowledge.named;
  placeTheOnlyOne(draft, bare, told.names.length > 0);
  const unplaced = section.subnets.filter((subnet) => subnet.interface === undefined);
  const used = new Set(section.subnets.map((subnet) => subnet.interface));
  if (unplaced.length > 0) relayed(draft, unplaced, used, bare, knowledge.machine);
}

/** One network without an interface, or several that share a wire, and one interface without a network. */
function placeTheOnlyOne({ section, assumed }: ImportDraft, names: readonly string[], isTold: boolean): void {
  const used = new Set(section.subnets.map((subnet) => subnet.interface));
  const unplaced = section.subnets.filter(
    (subnet) => subnet.interface === undefined && (subnet.relays ?? []).length === 0,
  );
  const wires = new Set(unplaced.map(({ network, subnet }) => network ?? subnet));
  const [only, more] = names.filter((name) => !used.has(name));
  if (only === undefined || more !== undefined || wires.size !== 1) return;
  for (const subnet of unplaced) {
    subnet.interface = only;
    if (!isTold)
      assumed.add(`${subnet.subnet} is at ${only}, the one interface that is left of those in the config`);
  }
}

function relayed(
  { section, assumed }: ImportDraft,
  unplaced: readonly SubnetDraft[],
  used: ReadonlySet<string | undefined>,
  named: readonly string[],
  machine: readonly MachineInterface[],
): void {
  const list = unplaced.map(({ subnet }) => subnet).join(", ");
  const further = named.filter((name) => !used.has(name));
  if (further.length > 0) section.interfaces = further;
  if (used.size > 1 || further.length > 0) {
    assumed.add(`${list}: reached through relays; for one that is at an interface write its interface`);
    return;
  }
  const names = [...new Set(machine.map(({ name }) => name))];
  section.interfaces = names.length > 0 ? names : ["eth0"];
  assumed.add(
    `${list}: reached through relays, which speak to this server at ${section.interfaces.join(" and ")}; ` +
      "the config does not say, and for a network that is at an interface write its interface",
  );
}

function interfaceWithin({ subnet }: SubnetDraft, machine: readonly MachineInterface[]): string | undefined {
  const prefix = parseSubnet(subnet);
  return prefix && machine.find(({ address }) => isInPrefix(address, prefix))?.name;
}

function toldInterfaces(text: string | undefined): {
  readonly bySubnet: ReadonlyMap<string, string>;
  readonly names: readonly string[];
} {
  const entries = (text ?? "").split(",").map((one) => one.trim().split("="));
  return {
    bySubnet: new Map(
      entries.flatMap(([subnet, name]) => (name === undefined ? [] : [[subnet!, name] as const])),
    ),
    names: entries.flatMap(([name, more]) => (more === undefined && name !== "" ? [name!] : [])),
  };
}
