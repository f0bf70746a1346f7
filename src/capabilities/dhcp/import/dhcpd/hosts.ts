/** `host` statements of a dhcpd.conf. */
import { hexOctets } from "#protocols/dhcpdconf/expression.ts";
import {
  type DhcpdItem,
  type DhcpdStatement,
  itemsText,
  nameOf,
  octetsOf,
  textOf,
  wordAt,
} from "#protocols/dhcpdconf/tree.ts";
import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import { shown } from "#protocols/namedconf/problem.ts";
import { type DraftLine, type ImportDraft, leaveOut } from "../draft.ts";
import { textOrHex } from "../option-input.ts";
import { type HostRead, type Scope, scopeOf } from "../scope.ts";
import { constantIn } from "./parameters.ts";

interface HostContext {
  readonly draft: ImportDraft;
  read(statements: readonly DhcpdStatement[], scope: Scope): void;
}

export function readHost(context: HostContext, statement: DhcpdStatement, scope: Scope): HostRead {
  const declared = textOf(wordAt(statement, 1) ?? "");
  const label = `host ${shown(declared)}`;
  const line = context.draft.say(statement, label, "imported", "dhcp.hosts");
  const host: HostRead = {
    scope: scopeOf("host", label, scope, line),
    line,
    macs: [],
    clientIds: [],
    duids: [],
    circuitIds: [],
    name: undefined,
    declared,
    address: undefined,
    fields: [],
  };
  for (const inner of statement.block ?? []) {
    const what = nameOf(inner) === "option" ? `option ${wordAt(inner, 1)?.toLowerCase()}` : nameOf(inner);
    const reader = readers[what];
    if (reader === undefined) context.read([inner], host.scope);
    else reader(host, context.draft.say(inner, `${label} ${what}`, "imported", undefined, line), inner);
  }
  return host;
}

type HostReader = (host: HostRead, line: DraftLine, statement: DhcpdStatement) => undefined;

const readers: Readonly<Record<string, HostReader>> = {
  hardware: (host, line, statement) => {
    const [, type, address] = statement.items;
    if (type?.text.toLowerCase() !== "ethernet") return leaveOut(line, "site.yaml knows Ethernet addresses");
    const octets = hexOctets(address?.text.replaceAll("-", ":") ?? "");
    if (octets?.length !== 6) return leaveOut(line, "it is no hardware address");
    host.macs.push(octets.toHex().replaceAll(/..(?=.)/g, "$&:"));
    line.detail = "macs";
  },
  "fixed-address": (host, line, statement) => {
    const words = statement.items.slice(1).filter(({ kind }) => kind !== ",");
    const addresses = words.map(({ text }) => textOf(text));
    const name = addresses.find((address) => parseIpv4(address) === -1);
    if (name !== undefined) return leaveOut(line, `${shown(name)} is a name; write the address that it has`);
    const [first, ...others] = addresses;
    host.address = first;
    host.fields.push({ field: "address", line });
    line.detail = "address";
    if (others.length > 0)
      leaveOut(line, `a host has one address, ${first}; ${others.join(", ")} did not come over`);
  },
  "option dhcp-client-identifier": (host, line, statement) =>
    clientIdentifier(host, line, statement.items.slice(2)),
  uid: (host, line, statement) => clientIdentifier(host, line, statement.items.slice(1)),
  "host-identifier": (host, line, statement) => {
    const option = wordAt(statement, 2)?.toLowerCase();
    const value = statement.items.slice(3);
    if (option === "dhcp-client-identifier") return clientIdentifier(host, line, value);
    const octets = constantOctets(value);
    if (option !== "agent.circuit-id" || octets === undefined)
      return leaveOut(line, "hosts are recognised by macs, clientIds, duids and circuitIds");
    host.circuitIds.push(textOrHex(octets));
    line.detail = "circuitIds";
  },
  "option host-name": (host, line, statement) => {
    const text = constantIn({ ...statement, items: statement.items.slice(1) });
    if (text === undefined) return leaveOut(line, "its value is computed for each client");
    host.name ??= text;
    line.detail = "name";
  },
  "ddns-hostname": (host, line, statement) => {
    const text = constantIn(statement);
    if (text === undefined) return leaveOut(line, "its value is computed for each client");
    host.name = text;
    line.detail = "name";
  },
  dynamic: (_, line) => {
    line.detail = "homeport lease reserve does what OMAPI did";
  },
  deleted: (host, line) => {
    leaveOut(host.line, "it is deleted");
    host.line.outcome = "not carried over";
    line.outcome = "not carried over";
  },
};

/** dhcpd takes a text with and without an octet 0 before it for the same, and clients send either. */
function clientIdentifier(host: HostRead, line: DraftLine, items: readonly DhcpdItem[]): undefined {
  const octets = constantOctets(items);
  if (octets === undefined) return leaveOut(line, `${shown(itemsText(items))} is computed for each client`);
  const texts = [textOrHex(octets)];
  if (items[0]?.kind === "quoted" && octets[0] !== 0) texts.push(`0x00${octets.toHex()}`);
  host.clientIds.push(...texts);
  line.detail = "clientIds";
}

function constantOctets(items: readonly DhcpdItem[]): Uint8Array | undefined {
  const [item] = items[0]?.kind === "=" ? items.slice(1) : items;
  if (item === undefined || items.at(-1) !== item) return undefined;
  if (item.kind === "quoted") return item.text === "" ? undefined : octetsOf(item.text);
  return item.kind === "word" ? hexOctets(item.text) : undefined;
}
