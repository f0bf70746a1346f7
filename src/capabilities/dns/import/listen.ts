/** Where BIND answered, as `dns.listen` and `dns.tls` would say it. */
import { parseAddress } from "#protocols/namedconf/address.ts";
import { shown } from "#protocols/namedconf/problem.ts";
import type { TlsBlock } from "#protocols/namedconf/read.ts";
import {
  blockOf,
  type Statement,
  statementName,
  statementsNamed,
  wordAfter,
  wordAt,
} from "#protocols/namedconf/tree.ts";

const families = [
  { name: "listen-on", all: "0.0.0.0" },
  { name: "listen-on-v6", all: "[::]" },
] as const;

/** Lines of site.yaml. Lists with prefixes or exceptions become all addresses: `listen` has no such lists. */
export function listenAsBind(
  options: readonly Statement[],
  tls: ReadonlyMap<string, TlsBlock>,
): readonly string[] {
  const portStatement = statementsNamed(options, "port").at(0);
  const port = (portStatement && wordAt(portStatement, 1)) ?? "53";
  const plain = families.flatMap(({ name, all }) => {
    const statements = statementsNamed(options, name);
    // named answers on all addresses of both families when it is told nothing
    if (statements.length === 0) return [`${all}:${port}`];
    return statements.filter((one) => tlsOf(one) === undefined).flatMap((one) => addressesOf(one, all, port));
  });
  return [`listen: ${listText(plain)}`, ...tlsAsBind(options, tls)];
}

/** `dns.tls` has one certificate: that of the first `listen-on` that has one in a file. */
function tlsAsBind(options: readonly Statement[], tls: ReadonlyMap<string, TlsBlock>): string[] {
  const statements = families.flatMap(({ name, all }) =>
    statementsNamed(options, name).map((statement) => ({ statement, all, tls: tlsOf(statement) })),
  );
  const first = statements
    .map((one) => one.tls)
    .find((name) => name !== undefined && tls.get(name)?.certFile);
  const files = first === undefined ? undefined : tls.get(first);
  if (files?.certFile === undefined || files.keyFile === undefined) return [];
  const listen = statements.flatMap((one) =>
    one.tls === first ? addressesOf(one.statement, one.all, "853") : [],
  );
  const [certificate, key] = [pathText(files.certFile), pathText(files.keyFile)];
  return [`tls: {listen: ${listText(listen)}, certificateFile: ${certificate}, keyFile: ${key}}`];
}

function pathText(path: string): string {
  return JSON.stringify(shown(path, 300));
}

/** The name of its tls block; undefined where it answers without TLS. */
function tlsOf(statement: Statement): string | undefined {
  const name = (wordAfter(statement, "tls") ?? "none").toLowerCase();
  const isHttp = (wordAfter(statement, "http") ?? "none") !== "none";
  return isHttp ? "http" : name === "none" ? undefined : name;
}

function listText(entries: readonly string[]): string {
  return `[${[...new Set(entries)].map((one) => JSON.stringify(one)).join(", ")}]`;
}

function addressesOf(statement: Statement, all: string, port: string): string[] {
  const own = Number(wordAfter(statement, "port") ?? port);
  const entries = blockOf(statement)?.statements ?? [];
  const words = entries.map((entry) => (entry.items.length === 1 ? wordAt(entry, 0) : undefined));
  if (entries.length === 0 || (words.length === 1 && words[0] === "none")) return [];
  const addresses = words.map((word) => (word === undefined ? undefined : parseAddress(word, false)));
  if (addresses.includes(undefined)) return [`${all}:${own}`];
  return words.map((word) => (word!.includes(":") ? `[${word}]:${own}` : `${word}:${own}`));
}

/** What became of a `tls` block. */
export function tlsDetail(statement: Statement): string {
  const names = (blockOf(statement)?.statements ?? []).map(statementName);
  const became = names.includes("cert-file")
    ? "a comment at dns.listen says what to write as dns.tls"
    : "tls:// in each list of servers that uses it";
  const left = names.filter(
    (name) => !["cert-file", "key-file", "remote-hostname", "ca-file"].includes(name),
  );
  return left.length === 0 ? became : `${became}; without ${left.join(", ")}`;
}
