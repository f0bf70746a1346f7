/**
 * What the server says of itself in class CHAOS: version.bind, version.server, hostname.bind, id.server. RFC
 * 4892. Nothing, until the site wants it: an attacker has more use for it than anybody else.
 */
import { lowerName, type Name, nameFromOctets, parseName } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import type { Request } from "./request.ts";

export interface ChaosTexts {
  readonly version?: string | undefined;
  readonly hostname?: string | undefined;
  readonly id?: string | undefined;
}

export class Chaos {
  /** RDATA of the TXT record. */
  private readonly answers = new Map<Name, Uint8Array>();

  constructor(texts: ChaosTexts) {
    for (const [name, text] of [
      ["version.bind", texts.version],
      ["version.server", texts.version],
      ["hostname.bind", texts.hostname],
      ["id.server", texts.id],
    ] as const) {
      if (text === undefined) continue;
      const octets = Buffer.from(text).subarray(0, 255);
      this.answers.set(parseName(name), Uint8Array.of(octets.length, ...octets));
    }
  }

  /** RDATA of the answer, or undefined when the site does not want to say. */
  answer(request: Request): Uint8Array | undefined {
    if (request.qtype !== RRType.TXT && request.qtype !== RRType.ANY) return undefined;
    return this.answers.get(lowerName(nameFromOctets(request.octets, request.name.at)));
  }
}
