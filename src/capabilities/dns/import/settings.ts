/** Options that site.yaml has too. */
import type { Statement } from "#protocols/namedconf/tree.ts";
import { statementName, wordAt } from "#protocols/namedconf/tree.ts";
import { limits } from "../limits.ts";
import type { Outcome } from "./report.ts";

export interface Setting {
  readonly outcome: Outcome;
  readonly detail?: string;
  /** Below `dns`; undefined: nothing to write. */
  readonly key?: string;
  readonly value: string | boolean | number;
}

const yes = /^(?:yes|true|1)$/i;
const no = /^(?:no|false|0)$/i;

/** Undefined: not one of them. */
export function readSetting(statement: Statement): Setting | undefined {
  const word = wordAt(statement, 1) ?? "";
  const lower = word.toLowerCase();
  switch (statementName(statement)) {
    case "directory":
      return { outcome: "imported", detail: "used to find files", value: "" };
    case "listen-on":
    case "listen-on-v6":
      return {
        outcome: "not carried over",
        detail: "for a first trial the site listens on loopback; dns.listen in site.yaml says what to write",
        value: "",
      };
    case "minimal-responses":
      return imported("minimalResponses", yes.test(word) ? "yes" : no.test(word) ? "no" : lower);
    case "minimal-any":
      return imported("minimalAny", yes.test(word));
    case "answer-cookie":
      return imported("cookies", yes.test(word));
    case "check-names":
      return checkNames(lower, wordAt(statement, 2)?.toLowerCase() ?? "");
    case "max-udp-size":
      return udpPayload(Number(word));
    case "version":
    case "hostname":
    case "server-id":
      return identity(statement, word);
    default:
      return undefined;
  }
}

function imported(key: string, value: string | boolean | number): Setting {
  return { outcome: "imported", detail: `dns.${key}: ${value}`, key, value };
}

function checkNames(zones: string, severity: string): Setting {
  if (zones === "primary" || zones === "master") return imported("checkNames", severity);
  return {
    outcome: "not carried over",
    detail: "names are checked in the zone files of this server",
    value: "",
  };
}

function udpPayload(octets: number): Setting {
  if (octets >= limits.udpPayloadOctetsMin && octets <= limits.udpPayloadOctetsMax) return imported("udpPayloadOctets", octets);
  return {
    outcome: "not carried over",
    detail: `Homeport takes ${limits.udpPayloadOctetsMin} to ${limits.udpPayloadOctetsMax}; its default is ${limits.udpPayloadOctetsDefault}`,
    value: "",
  };
}

function identity(statement: Statement, word: string): Setting {
  const first = statement.items[1];
  const quoted = first?.kind === "word" && first.quoted;
  const key = { version: "version", hostname: "hostname", "server-id": "serverId" }[
    statementName(statement)
  ]!;
  if (quoted && word.length > 0 && word.length <= 255) return imported(key, word);
  if (!quoted && word.toLowerCase() === "none") {
    return { outcome: "imported", detail: "refused, as is the default", value: "" };
  }
  return { outcome: "not carried over", detail: `write dns.${key}: with the text to answer`, value: "" };
}
