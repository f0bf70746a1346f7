/** The services of WKS: one bit for each port, the first octet holding ports 0 to 7. RFC 1035 §3.4.2. */
import type { Field } from "../record.ts";
import { parseDecimal, takeWord } from "./words.ts";

/** The services that zone files of that time name; the port is the same for TCP and UDP. RFC 1700. */
const portsOfServices = new Map<string, number>([
  ["ECHO", 7],
  ["DISCARD", 9],
  ["SYSTAT", 11],
  ["DAYTIME", 13],
  ["FTP-DATA", 20],
  ["FTP", 21],
  ["SSH", 22],
  ["TELNET", 23],
  ["SMTP", 25],
  ["TIME", 37],
  ["NAMESERVER", 42],
  ["DOMAIN", 53],
  ["TFTP", 69],
  ["GOPHER", 70],
  ["FINGER", 79],
  ["HTTP", 80],
  ["POP3", 110],
  ["SUNRPC", 111],
  ["NNTP", 119],
  ["NTP", 123],
  ["IMAP", 143],
  ["IMAP2", 143],
  ["SNMP", 161],
  ["LDAP", 389],
  ["HTTPS", 443],
]);

const bitmapOctetsMax = 8192;

export const ports: Field<readonly number[]> = {
  decode(reader, label) {
    const length = reader.remaining;
    if (length > bitmapOctetsMax) reader.fail("too-long", label);
    const at = reader.take(length, label);
    if (length > 0 && reader.octets[at + length - 1] === 0) reader.fail("bad-value", label);
    const found: number[] = [];
    for (let port = 0; port < length * 8; port++) {
      if ((reader.octets[at + (port >>> 3)]! & (0x80 >>> (port & 7))) !== 0) found.push(port);
    }
    return found;
  },
  encode(list, writer) {
    const bitmap = new Uint8Array(list.length === 0 ? 0 : (list.at(-1)! >>> 3) + 1);
    for (const port of list) bitmap[port >>> 3]! |= 0x80 >>> (port & 7);
    writer.bytes(bitmap);
  },
  parse(text, label) {
    const list = new Set<number>();
    while (text.peek() !== undefined) {
      const word = takeWord(text, label, "ports, such as 25");
      const port = portsOfServices.get(word.toUpperCase()) ?? parseDecimal(word, 0xffff);
      if (port === -1) text.fail(`"${word}" is not a port`, "its number, from 0 to 65535");
      list.add(port);
    }
    return [...list].sort((a, b) => a - b);
  },
  print: (list) => list.join(" "),
};
