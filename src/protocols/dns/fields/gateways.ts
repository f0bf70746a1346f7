/** Who stands between: the gateway of IPSECKEY and the relay of AMTRELAY, which share their address forms. */
import type { Name } from "../name.ts";
import type { Field, TextReader } from "../record.ts";
import type { WireReader, WireWriter } from "../wire.ts";
import { ipv4, ipv6 } from "./addresses.ts";
import { plainName } from "./names.ts";
import { u8 } from "./numbers.ts";
import { parseDecimal, takeWord } from "./words.ts";

/** By its type: 0 none, 1 IPv4, 2 IPv6, 3 a name. RFC 4025 §2.3, RFC 8777 §4.2.3. */
export type Gateway =
  | { readonly type: 0 }
  | { readonly type: 1; readonly address: number }
  | { readonly type: 2; readonly address: Uint8Array }
  | { readonly type: 3; readonly name: Name };

export interface IpsecGateway {
  readonly algorithm: number;
  readonly gateway: Gateway;
}

/** Gateway type, algorithm, gateway: the same order in both forms. RFC 4025 §2.1, §3.1. */
export const ipsecGateway: Field<IpsecGateway> = {
  decode(reader, label) {
    const type = reader.u8(label);
    if (type > 3) reader.fail("bad-value", label, reader.at - 1);
    const algorithm = reader.u8(label);
    return { algorithm, gateway: readGateway(type, reader, label) };
  },
  encode({ algorithm, gateway }, writer) {
    writer.u8(gateway.type);
    writer.u8(algorithm);
    writeGateway(gateway, writer);
  },
  parse(text, label) {
    const type = parseGatewayType(text, label);
    return { algorithm: u8.parse(text, label), gateway: parseGateway(type, text, label) };
  },
  print: ({ algorithm, gateway }) => `${gateway.type} ${algorithm} ${gatewayToText(gateway)}`,
};

export interface AmtRelay {
  /** The relay may be asked without discovery. RFC 8777 §4.2.2. */
  readonly isDiscoveryOptional: boolean;
  readonly relay: Gateway;
}

/** One octet of D bit and type, then the relay; in text D, type, relay. RFC 8777 §4.2, §4.3. */
export const amtRelay: Field<AmtRelay> = {
  decode(reader, label) {
    const octet = reader.u8(label);
    const type = octet & 0x7f;
    if (type > 3) reader.fail("unknown-form", label, reader.at - 1);
    return { isDiscoveryOptional: octet >= 0x80, relay: readGateway(type, reader, label) };
  },
  encode({ isDiscoveryOptional, relay }, writer) {
    writer.u8((isDiscoveryOptional ? 0x80 : 0) | relay.type);
    writeGateway(relay, writer);
  },
  parse(text, label) {
    const bit = takeWord(text, label, "0 or 1");
    if (bit !== "0" && bit !== "1") text.fail(`"${bit}" is not a bit`, "0 or 1");
    const type = parseGatewayType(text, label);
    return { isDiscoveryOptional: bit === "1", relay: parseGateway(type, text, label) };
  },
  print: ({ isDiscoveryOptional, relay }) =>
    `${isDiscoveryOptional ? 1 : 0} ${relay.type} ${gatewayToText(relay)}`,
};

function readGateway(type: number, reader: WireReader, label: string): Gateway {
  if (type === 1) return { type, address: ipv4.decode(reader, label) };
  if (type === 2) return { type, address: ipv6.decode(reader, label) };
  if (type === 3) return { type, name: plainName.decode(reader, label) };
  return { type: 0 };
}

function writeGateway(gateway: Gateway, writer: WireWriter): void {
  if (gateway.type === 1) ipv4.encode(gateway.address, writer);
  else if (gateway.type === 2) ipv6.encode(gateway.address, writer);
  else if (gateway.type === 3) plainName.encode(gateway.name, writer);
}

function parseGatewayType(text: TextReader, label: string): number {
  const word = takeWord(text, label, "0, 1, 2 or 3");
  const type = parseDecimal(word, 3);
  if (type === -1) text.fail(`"${word}" is not a kind of gateway`, "0 none, 1 IPv4, 2 IPv6 or 3 name");
  return type;
}

function parseGateway(type: number, text: TextReader, label: string): Gateway {
  if (type === 1) return { type, address: ipv4.parse(text, label) };
  if (type === 2) return { type, address: ipv6.parse(text, label) };
  if (type === 3) return { type, name: plainName.parse(text, label) };
  const word = takeWord(text, label, "a dot");
  if (word !== ".") text.fail(`"${word}" stands where no gateway is`, "a dot for gateway type 0");
  return { type: 0 };
}

function gatewayToText(gateway: Gateway): string {
  if (gateway.type === 1) return ipv4.print(gateway.address);
  if (gateway.type === 2) return ipv6.print(gateway.address);
  return gateway.type === 3 ? plainName.print(gateway.name) : ".";
}
