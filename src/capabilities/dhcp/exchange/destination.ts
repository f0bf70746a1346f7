/** Where an answer goes. RFC 2131 §4.1. */
import { Dhcp4Flag, Dhcp4Port, MessageType } from "#protocols/dhcp4/codes.ts";
import type { Request } from "./request.ts";

export type Destination =
  | { readonly to: "address"; readonly address: number; readonly port: number }
  /** A client that has no address yet, by its hardware address. */
  | {
      readonly to: "hardware";
      readonly hardwareAddress: Uint8Array;
      readonly address: number;
      readonly port: number;
    };

const broadcast: Destination = { to: "address", address: 0xffff_ffff, port: Dhcp4Port.client };
const ethernetOctets = 6;

/** @param yourAddress what an OFFER or ACK gives, 0 of other messages */
export function destinationOf(request: Request, type: MessageType, yourAddress: number): Destination {
  const { message, arrival } = request;
  if (message.relayAddress !== 0) {
    const port = request.agent?.hasSourcePort ? arrival.fromPort : Dhcp4Port.server; // RFC 8357 §5.2
    return { to: "address", address: message.relayAddress, port };
  }
  if (type === MessageType.NAK) return broadcast;
  if (message.clientAddress !== 0)
    return { to: "address", address: message.clientAddress, port: Dhcp4Port.client };
  if (yourAddress === 0) {
    // An INFORM that does not say its address has it in the packet.
    return arrival.from === 0 ? broadcast : { to: "address", address: arrival.from, port: Dhcp4Port.client };
  }
  const { hardwareAddress } = message;
  if ((message.flags & Dhcp4Flag.broadcast) !== 0 || hardwareAddress.length !== ethernetOctets)
    return broadcast;
  return { to: "hardware", hardwareAddress, address: yourAddress, port: Dhcp4Port.client };
}
