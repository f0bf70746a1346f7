/** A message of a client, and all that the site file says of who sends it. */

import { parseClientIdentifier } from "#protocols/dhcp4/client-identifier.ts";
import { MessageType, OptionCode } from "#protocols/dhcp4/codes.ts";
import type { Dhcp4Message } from "#protocols/dhcp4/message.ts";
import { uint32Option } from "#protocols/dhcp4/option-numbers.ts";
import {
  parseRelayAgentInformation,
  type RelayAgentInformation,
} from "#protocols/dhcp4/relay-agent-information.ts";
import type { DhcpCounters } from "../counters.ts";
import { keyKind } from "../leases/lease.ts";
import type { LeaseTable } from "../leases/lease-table.ts";
import { limits } from "../limits.ts";
import type { ClientClass } from "../network/client-class.ts";
import type { Host } from "../network/host-index.ts";
import { type Link, type Plan, type Subnet, subnetOf, subnetOfRelay } from "../network/plan.ts";
import { isInPrefix } from "../network/range.ts";

/** An address of this machine at an interface. */
export interface LocalAddress {
  readonly address: number;
  readonly prefixLength: number;
}

/** How a message came. */
export interface Arrival {
  readonly interface: string;
  /** This machine's at that interface; never empty. */
  readonly local: readonly LocalAddress[];
  readonly from: number;
  readonly fromPort: number;
  /** Where it was sent to: one of ours, or a broadcast address. */
  readonly to: number;
}

export type IgnoreReason = keyof DhcpCounters["ignored"];

export interface Request {
  readonly message: Dhcp4Message;
  readonly type: MessageType;
  readonly arrival: Arrival;
  /** See `Lease.client`. */
  readonly client: string;
  readonly hardware: string;
  readonly link: Link;
  /** Where the client seems to be; one of the link's. */
  readonly subnet: Subnet;
  /** What this server calls itself to it. */
  readonly server: number;
  readonly host: Host | undefined;
  readonly classes: readonly ClientClass[];
  readonly classNames: ReadonlySet<string>;
  /** Option 50. */
  readonly requested: number | undefined;
  /** Option 54. */
  readonly serverIdentifier: number | undefined;
  readonly agent: RelayAgentInformation | undefined;
  /** Option 82 as it came, to be sent back as it is. RFC 3046 §2.2. */
  readonly agentOctets: Uint8Array | undefined;
  /** The port of the network that it came by, for the rate of new clients. */
  readonly port: string;
}

const none: ReadonlySet<string> = new Set();
const broadcast = 0xffff_ffff;

/** Reads what the site file says of a message, or why it is not answered. */
export function readRequest(
  message: Dhcp4Message,
  arrival: Arrival,
  table: LeaseTable,
): Request | IgnoreReason {
  const { plan } = table;
  const type = message.options.get(OptionCode.messageType)?.[0];
  if (message.operation !== 1 || type === undefined || !isForServers(type)) return "notForServers";
  // RFC 1542 §4.1.1: more hops are a circle.
  if (message.hops > limits.hopsMax) return "outOfBounds";
  const identifier = message.options.get(OptionCode.clientIdentifier);
  // Neither hardware address nor identifier: nobody to give anything to.
  if (message.hardwareAddress.length === 0 && (identifier === undefined || identifier.length === 0))
    return "malformed";
  if (identifier !== undefined && identifier.length > limits.clientIdentifierOctetsMax) return "outOfBounds";
  const agentOctets = message.options.get(OptionCode.relayAgentInformation);
  const agent = agentOctets === undefined ? undefined : parseRelayAgentInformation(agentOctets);
  const subnet = subnetOfMessage(message, type, agent, arrival, plan);
  if (subnet === undefined) return "unknownNetwork";
  const hardware = keyOf(message.hardwareType, message.hardwareAddress);
  const client = clientOf(message, identifier, subnet.identifyBy);
  const circuitId = (agent?.circuitId ?? circuitBefore(message, client, subnet.link, table))?.toHex();
  const classes =
    plan.classes.length === 0 ? [] : plan.classes.filter((one) => one.matches(message, arrival.interface));
  if (classes.some(({ ignore }) => ignore)) return "ignoredClass";
  return {
    message,
    type,
    arrival,
    client,
    hardware,
    link: subnet.link,
    subnet,
    server: serverOf(subnet, agent, arrival),
    host: plan.hosts.find({
      hardware,
      clientIdentifier: identifier?.toHex(),
      duid: identifier === undefined ? undefined : duidOf(identifier),
      circuitId,
    }),
    classes,
    classNames: classes.length === 0 ? none : new Set(classes.map(({ name }) => name)),
    requested: uint32Option(message.options, OptionCode.requestedAddress),
    serverIdentifier: uint32Option(message.options, OptionCode.serverIdentifier),
    agent,
    agentOctets,
    port: message.relayAddress === 0 ? arrival.interface : `${message.relayAddress}/${circuitId ?? ""}`,
  };
}

/** By an identifier, when the client sends one and the site goes by it. RFC 2131 §4.2, RFC 4361 §6.1. */
function clientOf(
  message: Dhcp4Message,
  identifier: Uint8Array | undefined,
  identifyBy: Subnet["identifyBy"],
): string {
  const byIdentifier = identifyBy === "client-id" || message.hardwareAddress.length === 0;
  if (byIdentifier && identifier !== undefined && identifier.length > 0)
    return keyOf(keyKind.clientIdentifier, identifier);
  return `00${keyOf(message.hardwareType, message.hardwareAddress)}`;
}

const scratch = new Uint8Array(1 + limits.clientIdentifierOctetsMax);

function keyOf(kind: number, octets: Uint8Array): string {
  const { length } = octets;
  scratch[0] = kind;
  for (let at = 0; at < length; at++) scratch[at + 1] = octets[at]!;
  return scratch.subarray(0, length + 1).toHex();
}

function duidOf(identifier: Uint8Array): string | undefined {
  const parsed = parseClientIdentifier(identifier);
  return parsed.kind === "duid" ? parsed.duid.toHex() : undefined;
}

/**
 * A client renews without its relay, which then cannot say where it is plugged in: what it said before
 * counts.
 */
function circuitBefore(
  { clientAddress, relayAddress }: Dhcp4Message,
  client: string,
  link: Link,
  table: LeaseTable,
): Uint8Array | undefined {
  if (clientAddress === 0 || relayAddress !== 0) return undefined;
  const agent = table.of(client, link)?.agent;
  return agent === undefined ? undefined : parseRelayAgentInformation(Uint8Array.fromHex(agent))?.circuitId;
}

function subnetOfMessage(
  message: Dhcp4Message,
  type: number,
  agent: RelayAgentInformation | undefined,
  arrival: Arrival,
  plan: Plan,
): Subnet | undefined {
  // The relay may speak for another link than that of its own address: RFC 3527, and RFC 3011 by the client.
  const selected = agent?.linkSelection ?? uint32Option(message.options, OptionCode.subnetSelection);
  if (selected !== undefined) return subnetOfRelay(plan, selected);
  if (message.relayAddress !== 0) return subnetOfRelay(plan, message.relayAddress);
  const own = subnetAtInterface(arrival, message.clientAddress, plan);
  const { clientAddress } = message;
  if (clientAddress === 0 || arrival.to === broadcast) return own;
  // It renews by unicast, from wherever it is: through routers, not through relays. RFC 2131 §4.3.2
  return subnetOf(plan, clientAddress) ?? (type === MessageType.INFORM ? undefined : own);
}

/**
 * Of several subnets at one interface: the client's own, else the one that this machine has an address in.
 */
function subnetAtInterface(arrival: Arrival, clientAddress: number, plan: Plan): Subnet | undefined {
  const link = plan.linkAt.get(arrival.interface);
  if (link === undefined) return undefined;
  const { subnets } = link;
  return (
    subnets.find(({ prefix }) => clientAddress !== 0 && isInPrefix(clientAddress, prefix)) ??
    subnets.find(({ prefix }) => arrival.local.some(({ address }) => isInPrefix(address, prefix))) ??
    subnets[0]
  );
}

/** RFC 5107 §4: the relay may want to be taken for the server, so that renewals come through it. */
function serverOf(subnet: Subnet, agent: RelayAgentInformation | undefined, arrival: Arrival): number {
  if (agent?.serverIdentifierOverride !== undefined) return agent.serverIdentifierOverride;
  if (subnet.serverAddress !== undefined) return subnet.serverAddress;
  const { local, to } = arrival;
  const near = local.find(({ address }) => isInPrefix(address, subnet.prefix));
  return (near ?? local.find(({ address }) => address === to) ?? local[0]!).address;
}

/**
 * The same as to a subnet of the link that gives the address: this server may call itself differently there.
 */
export function asOf(request: Request, subnet: Subnet): Request {
  if (subnet === request.subnet) return request;
  return { ...request, subnet, server: serverOf(subnet, request.agent, request.arrival) };
}

function isForServers(type: number): type is MessageType {
  return (
    type === MessageType.DISCOVER ||
    type === MessageType.REQUEST ||
    type === MessageType.DECLINE ||
    type === MessageType.RELEASE ||
    type === MessageType.INFORM
  );
}
