/**
 * Messages of a simulated client behind a relay agent, written and read here and not with the server's own
 * codec: a fault of it must not hide itself.
 *
 *     op htype hlen hops | xid | secs flags | ciaddr | yiaddr | siaddr | giaddr | chaddr … | options at 240
 */

/** RFC 2132 §9.6. */
export const messageType = { discover: 1, offer: 2, request: 3, acknowledgement: 5, refusal: 6 } as const;

const option = { requestedAddress: 50, messageType: 53, serverIdentifier: 54, clientIdentifier: 61 } as const;
const optionsAt = 240;
/** RFC 951: what a BOOTP message has at least. */
const octetsMin = 300;

export interface ClientMessage {
  readonly type: number;
  readonly transaction: number;
  /** Each number is another client: it becomes the end of the hardware address. */
  readonly client: number;
  readonly relay: number;
  readonly requested?: number;
  readonly server?: number;
}

export interface ServerMessage {
  readonly type: number;
  readonly transaction: number;
  /** Undefined for a hardware address that is not of our clients. */
  readonly client: number | undefined;
  readonly address: number;
  readonly server: number;
}

export function writeClientMessage(message: ClientMessage): Buffer {
  const octets = Buffer.alloc(octetsMin);
  octets.set([1, 1, 6, 1], 0); // BOOTREQUEST from Ethernet, over one relay agent
  octets.writeUInt32BE(message.transaction, 4);
  octets.writeUInt32BE(message.relay, 24);
  writeHardwareAddress(octets, 28, message.client);
  octets.write("63825363", 236, "hex");
  let at = optionsAt;
  const put = (code: number, length: number, write: (at: number) => void): void => {
    octets[at] = code;
    octets[at + 1] = length;
    write(at + 2);
    at += 2 + length;
  };
  put(option.messageType, 1, (place) => octets.writeUInt8(message.type, place));
  put(option.clientIdentifier, 7, (place) => {
    octets[place] = 1;
    writeHardwareAddress(octets, place + 1, message.client);
  });
  const { requested, server } = message;
  if (requested !== undefined)
    put(option.requestedAddress, 4, (place) => octets.writeUInt32BE(requested, place));
  if (server !== undefined) put(option.serverIdentifier, 4, (place) => octets.writeUInt32BE(server, place));
  put(55, 5, (place) => octets.set([1, 3, 6, 15, 51], place));
  octets[at] = 255;
  return octets;
}

/** Undefined for what is no answer of a DHCP server. */
export function readServerMessage(octets: Buffer): ServerMessage | undefined {
  if (octets.length < optionsAt || octets[0] !== 2) return undefined;
  let [type, server] = [0, 0];
  for (let at = optionsAt; at + 1 < octets.length && octets[at] !== 255; ) {
    if (octets[at] === 0) {
      at++;
      continue;
    }
    if (octets[at] === option.messageType) type = octets[at + 2]!;
    if (octets[at] === option.serverIdentifier) server = octets.readUInt32BE(at + 2);
    at += 2 + octets[at + 1]!;
  }
  const isOurs = octets.readUInt16BE(28) === hardwarePrefix;
  return {
    type,
    server,
    transaction: octets.readUInt32BE(4),
    client: isOurs ? octets.readUInt32BE(30) : undefined,
    address: octets.readUInt32BE(16),
  };
}

/** `02:48:00:00:00:07` for client 7: locally administered. perfdhcp is told to count from client 0 too. */
export function hardwareAddressOf(client: number): string {
  const octets = Buffer.alloc(6);
  writeHardwareAddress(octets, 0, client);
  return octets.toString("hex").replace(/..(?!$)/g, "$&:");
}

/** The other way round; undefined for a machine that is none of our clients. */
export function clientOf(hardwareAddress: string): number | undefined {
  const client = Number.parseInt(hardwareAddress.replaceAll(":", "").slice(4), 16);
  return Number.isNaN(client) || hardwareAddressOf(client) !== hardwareAddress ? undefined : client;
}

const hardwarePrefix = 0x0248;

function writeHardwareAddress(octets: Buffer, at: number, client: number): void {
  octets.writeUInt16BE(hardwarePrefix, at);
  octets.writeUInt32BE(client, at + 2);
}
