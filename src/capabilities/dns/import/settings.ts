/** Options that site.yaml has too. */

import type { Outcome } from "#platform/import/report.ts";
import { shown } from "#protocols/namedconf/problem.ts";
import {
  type Statement,
  statementName,
  statementsNamed,
  wordAfter,
  wordAt,
} from "#protocols/namedconf/tree.ts";
import { limits } from "../limits.ts";
import { outcomeOf } from "./outcomes.ts";
import { udpPayload } from "./udp-payload.ts";

export interface Setting {
  readonly outcome: Outcome;
  readonly detail?: string;
  /** What to write below `dns`. */
  readonly values?: SettingValues;
}

export type SettingValues = Readonly<Record<string, SettingValue | Readonly<Record<string, SettingValue>>>>;
type SettingValue = string | boolean | number | readonly string[];

/** Statements that may say the same thing, those that win first: of the view, then of `options`. */
export type Scopes = readonly (readonly Statement[])[];

/** What named does when it is told nothing, and Homeport does only when it is told. */
export const bindDefaults: SettingValues = { minimalAny: false };

const yes = /^(?:yes|true|1)$/i;
const no = /^(?:no|false|0)$/i;

/** Undefined: not one of them. */
export function readSetting(statement: Statement, scopes: Scopes): Setting | undefined {
  const word = wordAt(statement, 1) ?? "";
  const lower = word.toLowerCase();
  const name = statementName(statement);
  switch (name) {
    case "directory":
      return { outcome: "imported", detail: "used to find files" };
    case "listen-on":
    case "listen-on-v6":
    case "port":
      if ((wordAfter(statement, "http") ?? "none") !== "none") {
        return { outcome: "not carried over", detail: outcomeOf("http").detail };
      }
      return {
        outcome: "not carried over",
        detail: "for a first trial the site listens on loopback; dns.listen in site.yaml says what to write",
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
    case "edns-udp-size":
      return udpPayload(name, scopes);
    case "version":
    case "hostname":
    case "server-id":
      return identity(statement, name, word);
    default:
      return undefined;
  }
}

/** What the server says of itself when it is asked, and named says without being told to. */
export function untoldIdentity(options: readonly Statement[]): string | undefined {
  const untold = (["version", "hostname"] as const).filter(
    (name) => statementsNamed(options, name).length === 0,
  );
  if (untold.length === 0) return undefined;
  const questions = untold.map((name) => `${name}.bind`).join(" and ");
  const told = untold.map((name) => toldByNamed[name]).join(" and ");
  const keys = untold.map((name) => `dns.${name}`).join(" and ");
  const missing = `${untold.join(" and ")} ${untold.length === 1 ? "is" : "are"} missing`;
  return `nobody is told ${questions}, as ${missing}; BIND tells ${told}, and for that write ${keys}`;
}

const toldByNamed = { version: "its version", hostname: "the host's name" } as const;

function imported(key: string, value: string | boolean | number): Setting {
  return { outcome: "imported", detail: `dns.${key}: ${shown(String(value))}`, values: { [key]: value } };
}

function checkNames(zones: string, severity: string): Setting {
  if (zones === "primary" || zones === "master") return imported("checkNames", severity);
  return { outcome: "not carried over", detail: "names are checked in the zone files of this server" };
}

/** Class CHAOS (RFC 4892), and for `server-id` the NSID option (RFC 5001) too. */
function identity(statement: Statement, name: "version" | "hostname" | "server-id", word: string): Setting {
  const first = statement.items[1];
  const quoted = first?.kind === "word" && first.quoted;
  const key = { version: "version", hostname: "hostname", "server-id": "serverId" }[name];
  if (quoted && word.length > 0 && word.length <= 255) {
    return name === "server-id" ? serverId(word) : imported(key, word);
  }
  if (!quoted && word.toLowerCase() === "none") {
    return {
      outcome: "imported",
      detail: "not told; Homeport refuses the question, BIND answers without data",
    };
  }
  const keys = name === "server-id" ? "dns.serverId and dns.nsid" : `dns.${key}`;
  const isHost = !quoted && word.toLowerCase() === "hostname";
  const detail = isHost
    ? `BIND tells the host's name; for that write it as ${keys}`
    : `Homeport takes 1 to 255 characters; write ${keys}`;
  return { outcome: "not carried over", detail };
}

function serverId(word: string): Setting {
  const most = limits.nsidOctetsMax;
  if (Buffer.byteLength(word) <= most) {
    const detail = `dns.serverId and dns.nsid: ${shown(word)}`;
    return { outcome: "imported", detail, values: { serverId: word, nsid: word } };
  }
  const detail = `dns.serverId: ${shown(word)}; not dns.nsid, which takes ${most} octets`;
  return { outcome: "imported", detail, values: { serverId: word } };
}
