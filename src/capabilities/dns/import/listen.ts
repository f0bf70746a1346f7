/** Where BIND answered, as `dns.listen` would say it. */
import { parseAddress } from "#protocols/namedconf/address.ts";
import { blockOf, type Statement, statementsNamed, wordAfter, wordAt } from "#protocols/namedconf/tree.ts";

/** Lists with prefixes or exceptions become all addresses: `listen` has no such lists. */
export function listenAsBind(options: readonly Statement[]): readonly string[] {
  const portStatement = statementsNamed(options, "port").at(0);
  const port = (portStatement && wordAt(portStatement, 1)) ?? "53";
  const families = [
    { name: "listen-on", all: "0.0.0.0" },
    { name: "listen-on-v6", all: "[::]" },
  ];
  const listen = families.flatMap(({ name, all }) => {
    const statements = statementsNamed(options, name);
    // named answers on all addresses of both families when it is told nothing
    if (statements.length === 0) return [`${all}:${port}`];
    return statements.flatMap((statement) => addressesOf(statement, all, port));
  });
  return [...new Set(listen)];
}

function addressesOf(statement: Statement, all: string, port: string): string[] {
  if (["tls", "http"].some((word) => (wordAfter(statement, word) ?? "none") !== "none")) return [];
  const own = Number(wordAfter(statement, "port") ?? port);
  const entries = blockOf(statement)?.statements ?? [];
  const words = entries.map((entry) => (entry.items.length === 1 ? wordAt(entry, 0) : undefined));
  if (entries.length === 0 || (words.length === 1 && words[0] === "none")) return [];
  const addresses = words.map((word) => (word === undefined ? undefined : parseAddress(word, false)));
  if (addresses.includes(undefined)) return [`${all}:${own}`];
  return words.map((word) => (word!.includes(":") ? `[${word}]:${own}` : `${word}:${own}`));
}
