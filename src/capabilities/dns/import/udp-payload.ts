/**
 * `max-udp-size`, the largest answer that named sends, and `edns-udp-size`, what the OPT of its answers says
 * that it takes (RFC 6891 §6.2.3). Homeport has one number for both, `dns.udpPayloadOctets`.
 */
import { type Statement, statementsNamed, wordAt } from "#protocols/namedconf/tree.ts";
import { limits } from "../limits.ts";
import type { Scopes, Setting } from "./settings.ts";

/** named's, for both. */
const defaultOctets = 1232;

export function udpPayload(name: "max-udp-size" | "edns-udp-size", scopes: Scopes): Setting {
  const sent = octetsOf("max-udp-size", scopes);
  const advertised = octetsOf("edns-udp-size", scopes);
  const both = `dns.udpPayloadOctets: ${sent}`;
  if (name === "edns-udp-size") {
    return sent === advertised
      ? { outcome: "imported", detail: `${both}, the most that Homeport sends, is what it advertises` }
      : { outcome: "not carried over", detail: `Homeport advertises the most that it sends, ${both}` };
  }
  const detail =
    sent === advertised ? both : `${both}; Homeport advertises that too, where BIND advertised ${advertised}`;
  return { outcome: "imported", detail, values: { udpPayloadOctets: sent } };
}

/** named takes what lies outside of its bounds for the nearest that does not. */
function octetsOf(name: string, scopes: Scopes): number {
  const found = scopes.map((scope) => statementsNamed(scope, name).at(0)).find((one) => one !== undefined);
  const octets = found === undefined ? defaultOctets : numberOf(found);
  return Math.min(Math.max(octets, limits.udpPayloadOctetsMin), limits.udpPayloadOctetsMax);
}

function numberOf(statement: Statement): number {
  return Number(wordAt(statement, 1));
}
