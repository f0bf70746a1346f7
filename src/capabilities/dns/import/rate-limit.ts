/** `rate-limit { … }`, which says what `dns.rateLimit` says. */
import { type Block, blockOf, statementName, wordAt } from "#protocols/namedconf/tree.ts";
import { limits } from "../limits.ts";
import type { Setting } from "./settings.ts";

/** What Homeport does without the statement, and BIND does not. */
export const assumedRateLimit =
  "responses over UDP to other networks than the site's are limited, as rate-limit is missing; " +
  "BIND limits none, and for that write dns.rateLimit: off";

const yes = /^(?:yes|true|1)$/i;

/** Statements that Homeport has no word for. */
const unknownHere = [
  "max-table-size",
  "min-table-size",
  "nodata-per-second",
  "qps-scale",
  "referrals-per-second",
] as const;

/** `exempt`: the entries of a list of clients. */
export function rateLimit(block: Block, exempt: (clients: Block) => readonly string[]): Setting {
  const numbers = new Map<string, number>();
  let clients: readonly string[] = [];
  for (const statement of block.statements) {
    const name = statementName(statement);
    if (name === "log-only" && yes.test(wordAt(statement, 1) ?? "")) {
      const detail = "dns.rateLimit: off, as log-only limits nothing";
      return { outcome: "imported", detail, values: { rateLimit: "off" } };
    }
    const list = blockOf(statement);
    if (name === "exempt-clients" && list !== undefined) clients = exempt(list);
    else numbers.set(name, Number(wordAt(statement, 1)));
  }
  const responsesPerSecond = atMost(numbers.get("responses-per-second") ?? 0, limits.rateLimitPerSecondMax);
  const perSecond = (name: string, otherwise: number) =>
    atMost(numbers.get(name) ?? otherwise, limits.rateLimitPerSecondMax);
  const values = {
    responsesPerSecond,
    nxdomainsPerSecond: perSecond("nxdomains-per-second", responsesPerSecond),
    errorsPerSecond: perSecond("errors-per-second", responsesPerSecond),
    allPerSecond: perSecond("all-per-second", 0),
    windowSeconds: atMost(
      numbers.get("window") ?? limits.rateLimitWindowSecondsDefault,
      limits.rateLimitWindowSecondsMax,
    ),
    slip: numbers.get("slip") ?? limits.rateLimitSlipDefault,
    ipv4PrefixLength: numbers.get("ipv4-prefix-length") ?? limits.rateLimitIpv4PrefixLengthDefault,
    ipv6PrefixLength: numbers.get("ipv6-prefix-length") ?? limits.rateLimitIpv6PrefixLengthDefault,
    exempt: clients,
  };
  const left = unknownHere.filter((name) => numbers.has(name));
  const detail = left.length === 0 ? "dns.rateLimit" : `dns.rateLimit; without ${left.join(", ")}`;
  return { outcome: "imported", detail, values: { rateLimit: values } };
}

function atMost(number: number, most: number): number {
  return Math.min(number, most);
}
