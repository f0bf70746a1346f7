/** The OPT record of a response: what options asked for, and what more there is to say. RFC 6891 §6.1. */
import { EdnsOption, RRType } from "#protocols/dns/registry.ts";
import { limits } from "../limits.ts";
import { writeU16 } from "../zones/image.ts";
import { clientCookieOctets, ServerCookies, serverCookieOctets } from "./cookies.ts";
import type { EngineSettings } from "./engine-settings.ts";
import type { Request } from "./request.ts";
import { type ResponseWriter, Section } from "./response-writer.ts";
import { Transport } from "./transport.ts";

export const noExtendedError = -1;
/** Owner, type, class, TTL and length. */
const headOctets = 11;

export class ResponseEdns {
  private readonly request: Request;
  private readonly writer: ResponseWriter;
  private readonly seconds: () => number;
  private settings!: EngineSettings;
  private cookies: ServerCookies | undefined;
  private readonly cookie = new Uint8Array(clientCookieOctets + serverCookieOctets);

  /** `seconds` since 1970, for cookies. */
  constructor(request: Request, writer: ResponseWriter, seconds: () => number) {
    this.request = request;
    this.writer = writer;
    this.seconds = seconds;
  }

  configure(settings: EngineSettings): void {
    this.settings = settings;
    this.cookies = settings.cookieSecret === undefined ? undefined : new ServerCookies(settings.cookieSecret);
  }

  get hasCookies(): boolean {
    return this.cookies !== undefined;
  }

  /**
   * A good cookie shows that the query came from where it says, so that a long answer hurts nobody else. RFC
   * 7873 §4.
   */
  clientIsKnown(client: Uint8Array): boolean {
    const { request, cookies } = this;
    if (cookies === undefined || request.cookieOctets <= clientCookieOctets) return false;
    return cookies.isGood(request.octets, request.cookieAt, request.cookieOctets, client, this.seconds());
  }

  /** The most that `write` may write, to be kept free. Extended errors come without sections. */
  octets(transport: Transport): number {
    const { request, settings } = this;
    let octets = headOctets;
    if (request.wantsNsid && settings.nsid !== undefined) octets += 4 + settings.nsid.length;
    if (request.cookieAt !== 0 && this.cookies !== undefined) octets += 4 + this.cookie.length;
    if (request.wantsKeepalive && transport === Transport.tcp) octets += 6;
    return octets;
  }

  write(rcode: number, extendedError: number, client: Uint8Array, transport: Transport): void {
    const { writer, request, settings } = this;
    const limit = Math.max(settings.udpPayloadOctets, limits.udpPayloadOctetsMin);
    writer.u8(0);
    writer.u16(RRType.OPT);
    writer.u16(limit);
    writer.u8(rcode >>> 4);
    writer.u8(0);
    writer.u16(request.dnssecOk ? 0x8000 : 0); // RFC 3225 §3: DO is handed back
    const lengthAt = writer.at;
    writer.u16(0);
    if (request.ednsVersion === 0) this.writeOptions(extendedError, client, transport);
    if (writer.full) writer.rollback(lengthAt + 2);
    writeU16(writer.octets, lengthAt, writer.at - lengthAt - 2);
    writer.count(Section.additional, 1);
  }

  private writeOptions(extendedError: number, client: Uint8Array, transport: Transport): void {
    const { writer, request, settings, cookies } = this;
    if (request.wantsNsid && settings.nsid !== undefined) this.option(EdnsOption.NSID, settings.nsid);
    if (request.cookieAt !== 0 && !request.badCookie && cookies !== undefined)
      this.writeCookie(cookies, client);
    if (request.wantsKeepalive && transport === Transport.tcp) {
      writer.u16(EdnsOption["TCP-KEEPALIVE"]);
      writer.u16(2);
      writer.u16(settings.tcpKeepaliveTenths);
    }
    if (extendedError !== noExtendedError) {
      writer.u16(EdnsOption.EDE);
      writer.u16(2);
      writer.u16(extendedError);
    }
  }

  private writeCookie(cookies: ServerCookies, client: Uint8Array): void {
    const { request, cookie } = this;
    for (let i = 0; i < clientCookieOctets; i++) cookie[i] = request.octets[request.cookieAt + i]!;
    cookies.make(cookie, 0, client, this.seconds(), cookie, clientCookieOctets);
    this.option(EdnsOption.COOKIE, cookie);
  }

  private option(code: number, data: Uint8Array): void {
    this.writer.u16(code);
    this.writer.u16(data.length);
    this.writer.copy(data, 0, data.length);
  }
}
