/** Asks on an interface who else gives addresses there. */
import { randomBytes } from "node:crypto";
import type { NetworkInterface } from "#platform/datagram/interfaces.ts";
import type { Libc } from "#platform/datagram/libc.ts";
import { searchUdpAnswers, type UdpAnswer } from "#platform/datagram/server-search.ts";
import { Dhcp4Flag, Dhcp4Port, MessageType, Operation, OptionCode } from "#protocols/dhcp4/codes.ts";
import { readDhcp4, writeDhcp4 } from "#protocols/dhcp4/message.ts";
import { addressesOf, uint32Option } from "#protocols/dhcp4/option-numbers.ts";
import { ipv4ToText } from "#protocols/dns/fields/addresses.ts";
import { WireError } from "#protocols/dns/wire.ts";
import type { FoundServer } from "./control.ts";
import { limits } from "./limits.ts";

/** Rejects with ConfigError when the interface cannot be used so. */
export async function searchServers(
  libc: Libc,
  link: NetworkInterface,
  signal?: AbortSignal,
): Promise<readonly FoundServer[]> {
  const transactionId = randomBytes(4).readUInt32BE();
  const answers = await searchUdpAnswers({
    libc,
    interface: link,
    payload: discover(link.hardwareAddress, link.hardwareType, transactionId),
    toPort: Dhcp4Port.server,
    fromPort: Dhcp4Port.client,
    waitMs: limits.serverSearchMs,
    ...(signal && { signal }),
  });
  const found = new Map<string, FoundServer>();
  for (const answer of answers) {
    const server = serverIn(answer, link, transactionId);
    if (server !== undefined) found.set(server.server, server);
  }
  return [...found.values()];
}

function discover(hardwareAddress: Uint8Array, hardwareType: number, transactionId: number): Uint8Array {
  const wanted = [
    OptionCode.subnetMask,
    OptionCode.routers,
    OptionCode.domainNameServers,
    OptionCode.leaseTime,
  ];
  const nothing = new Uint8Array(0);
  const message = new Uint8Array(limits.messageOctetsMin);
  const { octets } = writeDhcp4(
    {
      operation: Operation.request,
      hardwareType,
      hops: 0,
      transactionId,
      seconds: 0,
      flags: Dhcp4Flag.broadcast,
      clientAddress: 0,
      yourAddress: 0,
      serverAddress: 0,
      relayAddress: 0,
      hardwareAddress,
      serverName: nothing,
      file: nothing,
      octetsMax: limits.messageOctetsMin,
      options: [
        { code: OptionCode.messageType, data: Uint8Array.of(MessageType.DISCOVER) },
        { code: OptionCode.parameterRequestList, data: Uint8Array.from(wanted) },
      ],
    },
    message,
  );
  return message.subarray(0, octets);
}

function serverIn(answer: UdpAnswer, link: NetworkInterface, transactionId: number): FoundServer | undefined {
  try {
    const message = readDhcp4(answer.octets);
    const type = message.options.get(OptionCode.messageType)?.[0];
    if (message.transactionId !== transactionId || type !== MessageType.OFFER) return undefined;
    const server = uint32Option(message.options, OptionCode.serverIdentifier) ?? answer.from;
    const routers = message.options.get(OptionCode.routers);
    const dnsServers = message.options.get(OptionCode.domainNameServers);
    return {
      interface: link.name,
      server: ipv4ToText(server),
      hardwareAddress: answer.hardwareAddress.toHex().replaceAll(/..(?=.)/g, "$&:"),
      isUs: link.addresses.some(({ address }) => address === server),
      offered: ipv4ToText(message.yourAddress),
      gateway: routers === undefined ? undefined : addressesOf(routers).map(ipv4ToText)[0],
      dnsServers: dnsServers === undefined ? [] : addressesOf(dnsServers).map(ipv4ToText),
    };
  } catch (error) {
    if (error instanceof WireError) return undefined; // whoever sent it is no server to reckon with
    throw error;
  }
}
