/**
 * What stands in EDNS options. Each codec reads the option's data and throws `WireError` when it is not
 * that.
 */
import { ipv4ToText, ipv6ToText } from "./fields/addresses.ts";
import type { EdnsOptionValue } from "./message.ts";
import { EdnsOption, extendedErrorTexts, mnemonicOfOption } from "./registry.ts";
import { WireError, WireReader, WireWriter } from "./wire.ts";

/** RFC 7873 §4: eight octets of the client, then none or 8 to 32 of the server. */
export interface Cookie {
  readonly client: Uint8Array;
  readonly server?: Uint8Array;
}

export const Cookie = {
  decode(value: Uint8Array): Cookie {
    const reader = new WireReader(value);
    const serverOctets = value.length - 8;
    if (serverOctets !== 0 && (serverOctets < 8 || serverOctets > 32)) reader.fail("bad-value", "COOKIE", 0);
    const client = reader.copy(8, "COOKIE.client");
    return serverOctets === 0 ? { client } : { client, server: reader.rest() };
  },
  encode({ client, server }: Cookie): EdnsOptionValue {
    const value = new Uint8Array(client.length + (server?.length ?? 0));
    value.set(client);
    if (server !== undefined) value.set(server, client.length);
    return { code: EdnsOption.COOKIE, value };
  },
};

/** RFC 8914 §2: a 16-bit code, then UTF-8 for people. */
export interface ExtendedDnsError {
  readonly infoCode: number;
  readonly extraText: string;
}

export const ExtendedDnsError = {
  decode(value: Uint8Array): ExtendedDnsError {
    const reader = new WireReader(value);
    const infoCode = reader.u16("EDE.info-code");
    // RFC 8914 §2: a final zero octet is not part of the text
    return { infoCode, extraText: new TextDecoder().decode(reader.rest()).replace(/\0$/, "") };
  },
  encode({ infoCode, extraText }: ExtendedDnsError): EdnsOptionValue {
    const writer = new WireWriter();
    writer.u16(infoCode);
    writer.bytes(new TextEncoder().encode(extraText));
    return { code: EdnsOption.EDE, value: writer.finish() };
  },
};

/** RFC 7871 §6. */
export interface ClientSubnet {
  readonly family: 1 | 2;
  readonly sourcePrefixLength: number;
  readonly scopePrefixLength: number;
  /** 4 or 16 octets. */
  readonly address: Uint8Array;
}

export const ClientSubnet = {
  decode(value: Uint8Array): ClientSubnet {
    const reader: WireReader = new WireReader(value);
    const family = reader.u16("ECS.family");
    const sourcePrefixLength = reader.u8("ECS.source-prefix-length");
    const scopePrefixLength = reader.u8("ECS.scope-prefix-length");
    if (family !== 1 && family !== 2) reader.fail("bad-value", "ECS.family", 0);
    const octets = family === 1 ? 4 : 16;
    const given = reader.rest();
    // RFC 7871 §6: exactly as many octets as the prefix needs, the bits beyond it zero
    const isExact = given.length === Math.ceil(sourcePrefixLength / 8) && given.length <= octets;
    const spare = (8 - (sourcePrefixLength % 8)) % 8;
    if (!isExact || scopePrefixLength > octets * 8 || ((given.at(-1) ?? 0) & ((1 << spare) - 1)) !== 0) {
      reader.fail("bad-value", "ECS.address", 4);
    }
    const address = new Uint8Array(octets);
    address.set(given);
    return { family, sourcePrefixLength, scopePrefixLength, address };
  },
};

/** RFC 7828 §3.1: how long an idle connection is kept, in units of 100 ms; a client leaves it out. */
export const TcpKeepalive = {
  decode(value: Uint8Array): number | undefined {
    const reader = new WireReader(value);
    const timeout = value.length === 0 ? undefined : reader.u16("TCP-KEEPALIVE.timeout");
    if (reader.remaining > 0) reader.fail("trailing-octets", "TCP-KEEPALIVE");
    return timeout;
  },
  encode(timeout?: number): EdnsOptionValue {
    const value = timeout === undefined ? new Uint8Array() : Uint8Array.of(timeout >>> 8, timeout);
    return { code: EdnsOption["TCP-KEEPALIVE"], value };
  },
};

/** RFC 5001 §2.3: asks for the server's name, or is that name. */
export function nsid(name = new Uint8Array()): EdnsOptionValue {
  return { code: EdnsOption.NSID, value: name };
}

/** RFC 7830 §3: octets of zero that hide the length of the message. */
export function padding(octets: number): EdnsOptionValue {
  return { code: EdnsOption.PADDING, value: new Uint8Array(octets) };
}

/** The option for a person to read, such as `EDE 18 (Prohibited): not from your network`. */
export function ednsOptionToText(option: EdnsOptionValue): string {
  const mnemonic = mnemonicOfOption(option.code);
  try {
    const text = valueToText(option);
    return text === "" ? mnemonic : `${mnemonic} ${text}`;
  } catch (error) {
    if (error instanceof WireError) return `${mnemonic} ${option.value.toHex()} (malformed)`;
    throw error;
  }
}

function valueToText({ code, value }: EdnsOptionValue): string {
  switch (code) {
    case EdnsOption.NSID:
      return value.length === 0 ? "" : `${value.toHex()} ("${printable(value)}")`;
    case EdnsOption.COOKIE: {
      const { client, server } = Cookie.decode(value);
      return server === undefined ? client.toHex() : `${client.toHex()} ${server.toHex()}`;
    }
    case EdnsOption.EDE: {
      const { infoCode, extraText } = ExtendedDnsError.decode(value);
      const meaning = extendedErrorTexts[infoCode] ?? "unknown";
      // Control characters of a stranger must not reach a terminal
      const extra = extraText.replace(/\p{Cc}/gu, "\u{fffd}");
      return extra === "" ? `${infoCode} (${meaning})` : `${infoCode} (${meaning}): ${extra}`;
    }
    case EdnsOption["CLIENT-SUBNET"]: {
      const { family, address, sourcePrefixLength, scopePrefixLength } = ClientSubnet.decode(value);
      const network =
        family === 1 ? ipv4ToText(new DataView(address.buffer).getUint32(0)) : ipv6ToText(address);
      return `${network}/${sourcePrefixLength}/${scopePrefixLength}`;
    }
    case EdnsOption["TCP-KEEPALIVE"]: {
      const timeout = TcpKeepalive.decode(value);
      return timeout === undefined ? "" : `${(timeout / 10).toFixed(1)} s`;
    }
    case EdnsOption.PADDING:
      return `${value.length} octets`;
    default:
      return value.toHex();
  }
}

function printable(octets: Uint8Array): string {
  return Array.from(octets, (octet) =>
    octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : ".",
  ).join("");
}
