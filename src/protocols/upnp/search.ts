/**
 * SSDP's search for routers: one datagram to all, and an answer from each that is one. UPnP Device
 * Architecture 1.1 §1.3.
 */
import { WireError } from "../dns/wire.ts";
import { limits } from "./limits.ts";

/** UPnP Device Architecture 1.1 §1.3.2. */
export const searchAddress = "239.255.255.250";
export const searchPort = 1900;

/** Routers, and those that answer for the service alone. */
export const searchTargets = [
  "urn:schemas-upnp-org:device:InternetGatewayDevice:1",
  "urn:schemas-upnp-org:device:InternetGatewayDevice:2",
] as const;

/** A search for devices of the kind that answer within `seconds`. */
export function searchMessage(target: string, seconds: number): string {
  return [
    "M-SEARCH * HTTP/1.1",
    `HOST: ${searchAddress}:${searchPort}`,
    'MAN: "ssdp:discover"',
    `MX: ${seconds}`,
    `ST: ${target}`,
    "",
    "",
  ].join("\r\n");
}

export interface SearchAnswer {
  /** What it is. */
  readonly target: string;
  /** URL of its description. */
  readonly location: string;
}

/** Reads a datagram. Throws WireError when it is no answer to a search. */
export function readSearchAnswer(octets: Uint8Array): SearchAnswer {
  if (octets.length > limits.searchAnswerOctetsMax)
    throw new WireError("too-long", "SSDP", limits.searchAnswerOctetsMax);
  const [status = "", ...lines] = String.fromCharCode(...octets).split(/\r?\n/);
  if (!/^HTTP\/1\.[01] 200\b/.test(status)) throw new WireError("bad-value", "SSDP.status", 0);
  const headers = new Map<string, string>();
  for (const line of lines) {
    if (line === "") break;
    // Blanks are cut off afterwards: a pattern for them too would take its time for a line of nothing else
    const [, name, value] = /^([!-9;-~]+)[ \t]*:([^\r]*)$/.exec(line) ?? [];
    if (name === undefined) throw new WireError("bad-value", "SSDP.header", 0);
    if (!headers.has(name.toLowerCase())) headers.set(name.toLowerCase(), value!.trim());
  }
  const target = headers.get("st") ?? "";
  const location = headers.get("location") ?? "";
  if (!/^http:\/\/[^\s/]/i.test(location) || !URL.canParse(location))
    throw new WireError("bad-value", "SSDP.LOCATION", 0);
  if (target === "") throw new WireError("bad-value", "SSDP.ST", 0);
  return { target, location };
}
