/** What named refuses when each statement by itself is well: things defined twice, and zones beside views. */
import { addressToText, parseAddress } from "./address.ts";
import { readInetControl } from "./controls.ts";
import { keyId, MatchListReader } from "./match-list.ts";
import { type Position, type Problem, Problems, shown } from "./problem.ts";
import { readAcls, readKey, readServerLists, readServers, readTlsBlocks } from "./read.ts";
import { readServerBlocks } from "./server-blocks.ts";
import { blockOf, type Statement, statementName, statementsNamed, wordAt } from "./tree.ts";
import { checkUpdatePolicy } from "./update-policy.ts";

/** Problems between the statements of a whole config. */
export function checkReferences(statements: readonly Statement[]): readonly Problem[] {
  const problems = new Problems();
  const views = statementsNamed(statements, "view");
  const zones = statementsNamed(statements, "zone");
  if (views.length > 0 && zones.length > 0) {
    problems.add(zones[0]!, {
      code: "value",
      what: "a zone outside of the views, in a config that has views",
      remedy: "move it into a view",
    });
  }
  once(statementsNamed(statements, "acl"), "acl", (name) => name.toLowerCase(), problems);
  once(views, "view", (name) => name, problems);
  const topKeys = statementsNamed(statements, "key");
  for (const scope of [statements, ...views.map((view) => blockOf(view)?.statements ?? [])]) {
    const own = statementsNamed(scope, "key");
    once(statementsNamed(scope, "zone"), "zone", zoneId, problems);
    once(scope === statements ? own : [...topKeys, ...own], "key", keyId, problems);
    once(statementsNamed(scope, "server"), "server", (name) => name, problems, prefixText);
    for (const key of statementsNamed(scope, "key")) {
      const read = readKey(key);
      if ("code" in read) problems.list.push(read);
    }
  }
  for (const acl of statementsNamed(statements, "acl")) {
    const name = wordAt(acl, 1)?.toLowerCase() ?? "";
    if (!/^(?:any|none|localhost|localnets)$/.test(name)) continue;
    problems.add(acl, {
      code: "twice",
      what: `the acl "${name}" is built in`,
      remedy: "call yours something else",
    });
  }
  for (const server of statementsNamed(statements, "server")) checkServer(server, problems);
  walk(statements, (statement) => {
    if (statementName(statement) === "zone") checkZoneUpdates(statement, problems);
  });
  return problems.list;
}

/**
 * What named looks up when it starts and does not find: acls, keys of servers and controls, and tls blocks.
 * And prefixes with bits behind them.
 */
export function checkDefinitions(statements: readonly Statement[]): readonly Problem[] {
  const keys = new Map<string, string>();
  walk(statements, (statement) => {
    const name = wordAt(statement, 1) ?? "";
    if (statementName(statement) === "key") keys.set(keyId(name), name);
  });
  const reader = new MatchListReader(readAcls(statements), keys);
  walk(statements, (statement) => {
    const block = blockOf(statement);
    if (block !== undefined && matchListNames.test(statementName(statement))) reader.read(block);
  });
  for (const name of readAcls(statements).keys()) reader.readAcl(name);
  return [...reader.found, ...undefinedKeys(statements, keys), ...undefinedServers(statements)];
}

function undefinedKeys(
  statements: readonly Statement[],
  keys: ReadonlyMap<string, string>,
): readonly Problem[] {
  const problems = new Problems();
  const look = (statement: Statement, key: string): void => {
    if (keys.has(keyId(key))) return;
    const what = `no key is called "${shown(key)}"`;
    problems.add(statement, { code: "undefined", what, remedy: "define it" });
  };
  walk(statements, (statement) => {
    if (statementName(statement) === "server") {
      for (const { key } of readServerBlocks([statement], [])) if (key !== undefined) look(statement, key);
    }
    if (statementName(statement) !== "controls") return;
    for (const inet of statementsNamed(blockOf(statement)?.statements ?? [], "inet")) {
      for (const key of readInetControl(inet).keys ?? []) look(inet, key);
    }
  });
  return problems.list;
}

function undefinedServers(statements: readonly Statement[]): readonly Problem[] {
  const found: Problem[] = [];
  const problems = new Problems();
  const lists = readServerLists(statements);
  const blocks = readTlsBlocks(statements);
  walk(statements, (statement) => {
    const name = statementName(statement);
    if (name === "zone" && needsPrimaries(statement)) {
      const what = `zone "${shown(wordAt(statement, 1) ?? "")}" has no primaries`;
      problems.add(statement, { code: "value", what, remedy: "write primaries { … };" });
    }
    if (!["primaries", "masters", "also-notify"].includes(name)) return;
    const read = readServers(statement, lists);
    found.push(...read.problems);
    for (const { tls } of read.servers) {
      if (tls === undefined || tls.toLowerCase() === "ephemeral" || blocks.has(tls.toLowerCase())) continue;
      const what = `no tls block is called "${shown(tls)}"`;
      problems.add(statement, { code: "undefined", what, remedy: "define it" });
    }
  });
  return [...found, ...problems.list];
}

function needsPrimaries(zone: Statement): boolean {
  const inner = blockOf(zone)?.statements ?? [];
  const type = statementsNamed(inner, "type").at(0);
  const isSecondary = type !== undefined && /^(?:secondary|slave|stub)$/i.test(wordAt(type, 1) ?? "");
  return isSecondary && statementsNamed(inner, "primaries", "masters").length === 0;
}

function checkZoneUpdates(zone: Statement, problems: Problems): void {
  const inner = blockOf(zone)?.statements ?? [];
  const policy = statementsNamed(inner, "update-policy").at(0);
  if (policy === undefined) return;
  checkUpdatePolicy(policy, problems);
  const allowUpdate = statementsNamed(inner, "allow-update").at(0);
  if (allowUpdate === undefined) return;
  problems.add(allowUpdate, {
    code: "value",
    what: "allow-update says nothing where update-policy is present",
    remedy: "remove one of them",
  });
}

const matchListNames = new RegExp(
  "^(?:allow-(?!new-zones).*|listen-on(?:-v6)?|blackhole|match-clients|match-destinations|" +
    "no-case-compress|keep-response-order)$",
);

function walk(statements: readonly Statement[], visit: (statement: Statement) => void): void {
  for (const statement of statements) {
    visit(statement);
    const inner = /^(?:options|view|zone)$/.test(statementName(statement)) ? blockOf(statement) : undefined;
    if (inner !== undefined) walk(inner.statements, visit);
  }
}

function once(
  statements: readonly Statement[],
  kind: string,
  id: (name: string) => string,
  problems: Problems,
  nameOf: (statement: Statement) => string | undefined = (statement) => wordAt(statement, 1),
): void {
  const seen = new Map<string, Position>();
  for (const statement of statements) {
    const name = nameOf(statement);
    if (name === undefined) continue;
    const earlier = seen.get(id(name));
    if (earlier === undefined) {
      seen.set(id(name), statement);
      continue;
    }
    problems.add(statement, {
      code: "twice",
      what: `${kind} "${shown(name)}" is defined a second time`,
      remedy: `keep one; the first is at ${earlier.file}:${earlier.line}`,
    });
  }
}

/** The network of a `server` statement, whichever way it is written. */
function prefixText(server: Statement): string | undefined {
  const address = parseAddress(wordAt(server, 1) ?? "", true);
  if (address === undefined) return undefined;
  return `${addressToText(address)}/${wordAt(server, 3) ?? address.octets.length * 8}`;
}

/** The form in which names of zones are compared. */
export function zoneId(name: string): string {
  return name === "." ? name : name.toLowerCase().replace(/\.$/, "");
}

function checkServer(server: Statement, problems: Problems): void {
  const address = parseAddress(wordAt(server, 1) ?? "", true);
  const length = wordAt(server, 3);
  if (address === undefined || length === undefined) return;
  const reader = new MatchListReader(new Map(), new Map());
  const prefix = { ...server, items: server.items.slice(1, 4) };
  reader.read({ kind: "block", ...server, statements: [prefix], closed: server });
  for (const problem of reader.found) problems.list.push(problem);
}
