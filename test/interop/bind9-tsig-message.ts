/** Signed requests with one thing or another wrong, written without Homeport's own code. RFC 8945 §4. */
import { createHmac } from "node:crypto";

export interface SignedDraft {
  readonly opcode?: number;
  /** Header bits besides the opcode. */
  readonly flags?: number;
  readonly edns?: boolean;
  readonly questions?: number;
  readonly keyName?: string;
  readonly algorithm?: string;
  readonly hash?: string;
  /** Added to the time of now. */
  readonly clockSeconds?: number;
  readonly fudgeSeconds?: number;
  /** Octets of the MAC: it is cut, or filled up with zeros. */
  readonly macOctets?: number;
  readonly wrongMac?: boolean;
  readonly originalId?: number;
  readonly other?: string;
  readonly class?: number;
  readonly ttl?: number;
  /** Octets behind the record's data, and behind the message, in hex. */
  readonly dataTail?: string;
  readonly tail?: string;
  readonly copies?: number;
  /** Another record behind the TSIG. */
  readonly followed?: boolean;
  /** Where the record is counted: 6, 8 or 10. */
  readonly countAt?: number;
  readonly macSizeSaid?: number;
}

export const draftSecret = Buffer.from("0123456789abcdef0123456789abcdef");
const id = 0x1234;

export function signedRequest(draft: SignedDraft): Uint8Array {
  const { opcode = 0, flags = 0, edns = false, questions = 1, copies = 1, followed = false } = draft;
  const { keyName = "k.", algorithm = "hmac-sha256.", hash = "sha256", originalId = id } = draft;
  const question = Buffer.concat([name("example."), number(2, 6), number(2, 1)]);
  const isUpdate = opcode === 5;
  const parts = [
    ...Array<Buffer>(questions).fill(question),
    ...(isUpdate ? [name("a.example."), Buffer.from("000100010000003c0004c0000209", "hex")] : []),
    ...(edns ? [Buffer.from("00002904d0000000000000", "hex")] : []),
  ];
  const body = Buffer.concat([
    number(2, originalId),
    number(2, (opcode << 11) | flags),
    number(2, questions),
    number(2, 0),
    number(2, isUpdate ? 1 : 0),
    number(2, edns ? 1 : 0),
    ...parts,
  ]);
  const owner = name(keyName);
  const [rrClass, ttl] = [number(2, draft.class ?? 255), number(4, draft.ttl ?? 0)];
  const time = Math.floor(Date.now() / 1000) + (draft.clockSeconds ?? 0);
  const timers = Buffer.concat([number(6, time), number(2, draft.fudgeSeconds ?? 300)]);
  const other = Buffer.from(draft.other ?? "", "hex");
  const end = Buffer.concat([number(2, 0), number(2, other.length), other]);
  const digested = [body, lower(owner), rrClass, ttl, lower(name(algorithm)), timers, end];
  const whole = createHmac(hash, draftSecret).update(Buffer.concat(digested)).digest();
  if (draft.wrongMac === true) whole[0]! ^= 1;
  const mac = Buffer.alloc(draft.macOctets ?? whole.length);
  whole.copy(mac);
  const macSize = number(2, draft.macSizeSaid ?? mac.length);
  const tail = Buffer.from(draft.dataTail ?? "", "hex");
  const data = Buffer.concat([name(algorithm), timers, macSize, mac, number(2, originalId), end, tail]);
  const record = Buffer.concat([owner, number(2, 250), rrClass, ttl, number(2, data.length), data]);
  const stranger = Buffer.from("00000100010000000000047f000001", "hex");
  const message = Buffer.concat([
    body,
    ...Array<Buffer>(copies).fill(record),
    ...(followed ? [stranger] : []),
    Buffer.from(draft.tail ?? "", "hex"),
  ]);
  message.writeUInt16BE(id, 0);
  const countAt = draft.countAt ?? 10;
  message.writeUInt16BE(message.readUInt16BE(countAt) + copies + (followed ? 1 : 0), countAt);
  return new Uint8Array(message);
}

function name(text: string): Buffer {
  const labels = text.split(".").filter((label) => label !== "");
  const octets = labels.map((label) => Buffer.concat([number(1, label.length), Buffer.from(label)]));
  return Buffer.concat([...octets, number(1, 0)]);
}

function lower(octets: Buffer): Buffer {
  return Buffer.from(octets.toString("latin1").toLowerCase(), "latin1");
}

function number(octets: number, value: number): Buffer {
  const buffer = Buffer.alloc(octets);
  buffer.writeUIntBE(value, 0, octets);
  return buffer;
}
