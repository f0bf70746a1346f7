/**
 * DNS cookies: RFC 7873, with the server cookie of RFC 9018, so that several servers with one secret
 * understand each other.
 *
 *     | version 1 | reserved 3 x 0 | seconds since 1970, u32 |
 *     | SipHash-2-4 of all that, the client cookie and the client's address: 8 octets |
 */
import { limits } from "../limits.ts";
import { readU32, writeU32 } from "../zones/image.ts";
import { sipHash24 } from "./siphash.ts";

export const clientCookieOctets = 8;
export const serverCookieOctets = 16;

export class ServerCookies {
  private readonly secret: Uint8Array;
  private readonly input = new Uint8Array(clientCookieOctets + 8 + 16);
  private readonly hash = new Uint8Array(8);

  /** `secret`: 16 octets. */
  constructor(secret: Uint8Array) {
    this.secret = secret;
  }

  /** Writes the server cookie for a client cookie and the client's address (4 or 16 octets). */
  make(
    client: Uint8Array,
    clientAt: number,
    address: Uint8Array,
    seconds: number,
    to: Uint8Array,
    at: number,
  ): void {
    this.digest(client, clientAt, address, 1, seconds);
    writeU32(to, at, 0x01000000);
    writeU32(to, at + 4, seconds);
    to.set(this.hash, at + 8);
  }

  /** True when the cookie behind the client's is one that this server gave that client. RFC 9018 §4.3. */
  isGood(cookie: Uint8Array, at: number, octets: number, address: Uint8Array, seconds: number): boolean {
    if (octets !== clientCookieOctets + serverCookieOctets) return false;
    const serverAt = at + clientCookieOctets;
    if (readU32(cookie, serverAt) !== 0x01000000) return false;
    const given = readU32(cookie, serverAt + 4);
    const age = (seconds - given) | 0; // serial number arithmetic
    if (age > limits.cookieAgeSecondsMax || age < -limits.cookieFutureSecondsMax) return false;
    this.digest(cookie, at, address, 1, given);
    let differences = 0;
    for (let i = 0; i < 8; i++) differences |= this.hash[i]! ^ cookie[serverAt + 8 + i]!;
    return differences === 0;
  }

  private digest(
    client: Uint8Array,
    at: number,
    address: Uint8Array,
    version: number,
    seconds: number,
  ): void {
    const { input } = this;
    for (let i = 0; i < clientCookieOctets; i++) input[i] = client[at + i]!;
    writeU32(input, 8, version << 24);
    writeU32(input, 12, seconds);
    input.set(address, 16);
    sipHash24(this.secret, input, 16 + address.length, this.hash);
  }
}
