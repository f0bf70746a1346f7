/** The messages that answer a request. RFC 2131 §4.3, table 3. */
import { MessageType, Operation, OptionCode } from "#protocols/dhcp4/codes.ts";
import { dhcp4Limits } from "#protocols/dhcp4/limits.ts";
import type { Dhcp4Option, Dhcp4Reply } from "#protocols/dhcp4/message.ts";
import { octetsOfUint32, uint16Option, uint32Option } from "#protocols/dhcp4/option-numbers.ts";
import { ipv4ToText } from "#protocols/dns/fields/addresses.ts";
import { limits } from "../limits.ts";
import type { LeaseTimes, Plan, Subnet } from "../network/plan.ts";
import type { Boot } from "./boot.ts";
import { optionsFor } from "./reply-options.ts";
import type { Request } from "./request.ts";

export interface LeaseTerms {
  readonly address: number;
  readonly subnet: Subnet;
  readonly leaseSeconds: number;
  /** Option 81 of the answer. RFC 4702 §4. */
  readonly fqdn: Uint8Array | undefined;
  readonly boot: Boot | undefined;
  readonly rapid: boolean;
}

const nothing = new Uint8Array(0);

/** OFFER or ACK. */
export function leaseReply(
  type: typeof MessageType.OFFER | typeof MessageType.ACK,
  request: Request,
  terms: LeaseTerms,
  plan: Plan,
): Dhcp4Reply {
  const { message } = request;
  const { leaseSeconds, boot } = terms;
  const options: Dhcp4Option[] = [
    ...heading(type, request),
    { code: OptionCode.leaseTime, data: octetsOfUint32(leaseSeconds) },
    // RFC 2131 §4.4.5.
    { code: OptionCode.renewalTime, data: octetsOfUint32(Math.floor(leaseSeconds / 2)) },
    { code: OptionCode.rebindingTime, data: octetsOfUint32(Math.floor((leaseSeconds * 7) / 8)) },
  ];
  if (terms.rapid) options.push({ code: OptionCode.rapidCommit, data: nothing }); // RFC 4039 §3.1
  addRest(options, request, terms, plan);
  return {
    ...header(request),
    clientAddress: type === MessageType.ACK ? message.clientAddress : 0,
    yourAddress: terms.address,
    ...bootFields(boot),
    options: closed(options, request),
  };
}

/** The ACK of an INFORM: no address, no times. RFC 2131 §4.3.5. */
export function informReply(request: Request, terms: Pick<LeaseTerms, "boot">, plan: Plan): Dhcp4Reply {
  const options = heading(MessageType.ACK, request);
  const { subnet, message } = request;
  addRest(options, request, { ...terms, subnet, address: message.clientAddress, fqdn: undefined }, plan);
  return {
    ...header(request),
    clientAddress: message.clientAddress,
    yourAddress: 0,
    ...bootFields(terms.boot),
    options: closed(options, request),
  };
}

/** NAK. Through a relay it is broadcast, since the client's address is wrong. RFC 2131 §4.3.2. */
export function refusal(request: Request, sentence: string): Dhcp4Reply {
  const { message } = request;
  const text = { code: OptionCode.message, data: new TextEncoder().encode(sentence) };
  return {
    ...header(request),
    flags: message.relayAddress === 0 ? message.flags : message.flags | 0x8000,
    clientAddress: 0,
    yourAddress: 0,
    ...bootFields(undefined),
    options: closed([...heading(MessageType.NAK, request), text], request),
  };
}

/** What a client asks for, within the bounds of its network; of a host or class what is set there. */
export function leaseSecondsFor(request: Request, times: LeaseTimes): number {
  const set =
    request.host?.leaseSeconds ?? request.classes.find((one) => one.leaseSeconds !== undefined)?.leaseSeconds;
  if (set !== undefined) return set;
  const asked = uint32Option(request.message.options, OptionCode.leaseTime);
  return asked === undefined ? times.default : Math.min(Math.max(asked, times.min), times.max);
}

/** How long a message the client takes. RFC 2132 §9.10 counts IP and UDP headers in. */
function octetsMaxOf(request: Request): number {
  const packetOctets = uint16Option(request.message.options, OptionCode.maximumMessageSize) ?? 0;
  return Math.min(
    Math.max(packetOctets - limits.ipHeaderOctets, limits.messageOctetsMin),
    limits.messageOctetsMax,
  );
}

function header(request: Request) {
  const { message } = request;
  return {
    operation: Operation.reply,
    hardwareType: message.hardwareType,
    hops: 0,
    transactionId: message.transactionId,
    seconds: 0,
    flags: message.flags,
    relayAddress: message.relayAddress,
    hardwareAddress: message.hardwareAddress,
    octetsMax: octetsMaxOf(request),
  };
}

function heading(type: MessageType, request: Request): Dhcp4Option[] {
  return [
    { code: OptionCode.messageType, data: Uint8Array.of(type) },
    { code: OptionCode.serverIdentifier, data: octetsOfUint32(request.server) },
  ];
}

function addRest(
  options: Dhcp4Option[],
  request: Request,
  terms: Omit<LeaseTerms, "leaseSeconds" | "rapid">,
  plan: Plan,
): void {
  if (terms.fqdn !== undefined) options.push({ code: OptionCode.clientFqdn, data: terms.fqdn });
  const { boot } = terms;
  const set = optionsFor(request, terms.subnet, terms.address, plan, boot && bootOptions(boot));
  options.push(...set);
  // UEFI firmware that boots by HTTP takes only answers that say so too. UEFI 2.10 §24.7.3.1
  const vendorClass = request.message.options.get(OptionCode.vendorClass);
  const isSet = set.some(({ code }) => code === OptionCode.vendorClass);
  if (boot !== undefined && !isSet && vendorClass !== undefined && isHttpClient(vendorClass))
    options.push({ code: OptionCode.vendorClass, data: httpClient });
}

/** Beside the fields: some boot loaders read those, others the options. */
function bootOptions({ serverName, nextServer, file }: Boot): readonly Dhcp4Option[] {
  const encoder = new TextEncoder();
  return [
    { code: OptionCode.tftpServerName, data: encoder.encode(serverName ?? ipv4ToText(nextServer)) },
    { code: OptionCode.bootFile, data: encoder.encode(file) },
  ];
}

const httpClient = new TextEncoder().encode("HTTPClient");

function isHttpClient(vendorClass: Uint8Array): boolean {
  return httpClient.every((octet, at) => vendorClass[at] === octet);
}

function bootFields(boot: Boot | undefined) {
  if (boot === undefined) return { serverAddress: 0, serverName: nothing, file: nothing };
  return {
    serverAddress: boot.nextServer,
    serverName: fieldOf(boot.serverName ?? "", dhcp4Limits.serverNameOctets),
    file: fieldOf(boot.file, dhcp4Limits.fileOctets),
  };
}

/** What is too long for a field, its final zero included, stands in the option alone. */
function fieldOf(text: string, octetsMax: number): Uint8Array {
  const octets = new TextEncoder().encode(text);
  return octets.length < octetsMax ? octets : nothing;
}

/** What the client and the relay said comes back: RFC 6842 §3, RFC 3011 §2, RFC 3046 §2.2. */
function closed(options: Dhcp4Option[], { message, agentOctets }: Request): readonly Dhcp4Option[] {
  for (const code of [OptionCode.clientIdentifier, OptionCode.subnetSelection]) {
    const data = message.options.get(code);
    if (data !== undefined) options.push({ code, data });
  }
  if (agentOctets !== undefined) options.push({ code: OptionCode.relayAgentInformation, data: agentOctets });
  return options;
}
