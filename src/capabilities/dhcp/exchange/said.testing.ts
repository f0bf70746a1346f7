/** For tests: messages of clients in words. */
import { MessageType, Operation, OptionCode } from "#protocols/dhcp4/codes.ts";
import { type Dhcp4Option, writeDhcp4 } from "#protocols/dhcp4/message.ts";
import { octetsOfUint32 } from "#protocols/dhcp4/option-numbers.ts";
import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import type { Arrival } from "./request.ts";

/** What a client says, and how it came. Addresses in text; default: none. */
export interface Said {
  readonly type: keyof typeof MessageType;
  /** `01` for 52:54:00:00:00:01, or all of it in hexadecimal. */
  readonly mac: string;
  /** Option 61 in hexadecimal. */
  readonly clientId?: string;
  readonly hostName?: string;
  /** Option 50. */
  readonly requested?: string;
  /** Option 54. */
  readonly server?: string;
  readonly ciaddr?: string;
  readonly giaddr?: string;
  readonly hops?: number;
  readonly isBroadcast?: boolean;
  /** More of them, in hexadecimal. */
  readonly options?: Readonly<Record<number, string>>;
  /** Default: broadcast of nobody, or what `ciaddr` and `giaddr` imply. */
  readonly from?: string;
  readonly fromPort?: number;
  readonly to?: string;
  readonly interface?: string;
}

/** This machine's at eth1. */
export const serverAddress = "192.0.2.1";
const nothing = new Uint8Array(0);

export function hardwareOf(mac: string): Uint8Array {
  return Uint8Array.fromHex(mac.length === 2 ? `5254000000${mac}` : mac);
}

/** The client's key when it sends no option 61. */
export function clientKey(mac: string): string {
  return `0001${hardwareOf(mac).toHex()}`;
}

export function octetsOf(said: Said): Uint8Array {
  const { ciaddr, giaddr, hops = 0, isBroadcast = false } = said;
  const into = new Uint8Array(1_500);
  const { octets } = writeDhcp4(
    {
      operation: Operation.request,
      hardwareType: 1,
      hops,
      transactionId: 0x1234_5678,
      seconds: 0,
      flags: isBroadcast ? 0x8000 : 0,
      clientAddress: numberOf(ciaddr),
      yourAddress: 0,
      serverAddress: 0,
      relayAddress: numberOf(giaddr),
      hardwareAddress: hardwareOf(said.mac),
      serverName: nothing,
      file: nothing,
      octetsMax: 1_472,
      options: optionsOf(said),
    },
    into,
  );
  return into.slice(0, octets);
}

function optionsOf({ type, clientId, hostName, requested, server, options = {} }: Said): Dhcp4Option[] {
  const list: Dhcp4Option[] = [{ code: OptionCode.messageType, data: Uint8Array.of(MessageType[type]) }];
  const add = (code: number, data: Uint8Array | undefined) => data && list.push({ code, data });
  add(OptionCode.clientIdentifier, clientId === undefined ? undefined : Uint8Array.fromHex(clientId));
  add(OptionCode.hostName, hostName === undefined ? undefined : new TextEncoder().encode(hostName));
  add(OptionCode.requestedAddress, requested === undefined ? undefined : octetsOfUint32(numberOf(requested)));
  add(OptionCode.serverIdentifier, server === undefined ? undefined : octetsOfUint32(numberOf(server)));
  for (const [code, data] of Object.entries(options)) add(Number(code), Uint8Array.fromHex(data));
  return list;
}

export function arrivalOf({ ciaddr, giaddr, from, fromPort, to, interface: name = "eth1" }: Said): Arrival {
  const isUnicast = giaddr !== undefined;
  return {
    interface: name,
    local: [{ address: parseIpv4(serverAddress), prefixLength: 24 }],
    from: numberOf(from ?? giaddr ?? ciaddr),
    fromPort: fromPort ?? (isUnicast ? 67 : 68),
    to: parseIpv4(to ?? (isUnicast ? serverAddress : "255.255.255.255")),
  };
}

function numberOf(address: string | undefined): number {
  return address === undefined ? 0 : parseIpv4(address);
}
