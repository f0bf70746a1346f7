/** Readers of the statements that an import uses: keys, lists of servers, addresses to listen on. */
import { addressToText, parseAddress } from "./address.ts";
import { type Problem, Problems, shown } from "./problem.ts";
import {
  type Block,
  blockOf,
  type Statement,
  statementName,
  statementsNamed,
  wordAfter,
  wordAt,
} from "./tree.ts";

/** A TSIG key (RFC 8945). Its secret belongs into a file of mode 0600 and nowhere else. */
export interface KeyStatement {
  readonly name: string;
  readonly algorithm: string;
  /** Base64. */
  readonly secret: string;
  readonly statement: Statement;
}

const algorithms = /^(?:hmac-md5(?:\.sig-alg\.reg\.int\.?)?|hmac-sha(?:1|224|256|384|512))(?:-\d{2,3})?$/i;

/** Reads `key NAME { algorithm …; secret …; };`. What is wrong never quotes the secret. */
export function readKey(statement: Statement): KeyStatement | Problem {
  const name = wordAt(statement, 1) ?? "";
  const inner = blockOf(statement)?.statements ?? [];
  const algorithm = wordAt(statementsNamed(inner, "algorithm").at(0) ?? statement, 1) ?? "";
  const secretStatement = statementsNamed(inner, "secret").at(0);
  const secret = (secretStatement && wordAt(secretStatement, 1)) ?? "";
  const problems = new Problems();
  if (secretStatement === undefined || statementsNamed(inner, "algorithm").length === 0) {
    problems.add(statement, {
      code: "value",
      what: `key "${shown(name)}" lacks its algorithm or its secret`,
      remedy: 'write both: algorithm hmac-sha256; secret "…";',
    });
  } else if (!algorithms.test(algorithm)) {
    problems.add(statement, {
      code: "value",
      what: `key "${shown(name)}" has the unknown algorithm ${shown(algorithm)}`,
      remedy: "write hmac-sha256 (or -sha1, -sha224, -sha384, -sha512, hmac-md5)",
    });
  } else if (
    !/^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/.test(secret.replace(/\s/g, ""))
  ) {
    problems.add(secretStatement, {
      code: "value",
      what: `the secret of key "${shown(name)}" is not base64`,
      remedy: "make a new one: tsig-keygen NAME",
    });
  }
  const plain = algorithm.toLowerCase().replace(/\.sig-alg\.reg\.int\.?$/, "");
  return problems.list[0] ?? { name, algorithm: plain, secret: secret.replace(/\s/g, ""), statement };
}

export interface ServerAddress {
  /** Without port. */
  readonly address: string;
  readonly port?: number;
  readonly key?: string;
  readonly tls?: string;
}

/** Lists that `primaries NAME { … };` and `parental-agents NAME` define, by name in lower case. */
export type ServerLists = ReadonlyMap<string, Statement>;

/**
 * Addresses of `primaries`, `also-notify`, `forwarders` and their like; lists by name are followed, each
 * once.
 */
export function readServers(
  statement: Statement,
  lists: ServerLists = new Map(),
): { readonly servers: readonly ServerAddress[]; readonly problems: readonly Problem[] } {
  const problems = new Problems();
  const servers: ServerAddress[] = [];
  const seen = new Set<Statement>();
  const follow = (list: Statement): void => {
    if (seen.has(list)) return;
    seen.add(list);
    const port = wordAfter(list, "port");
    for (const entry of blockOf(list)?.statements ?? []) {
      const word = wordAt(entry, 0) ?? "";
      const address = parseAddress(word, false);
      const named = lists.get(word.toLowerCase());
      if (address !== undefined) servers.push(readServer(entry, addressToText(address), port));
      else if (named !== undefined) follow(named);
      else {
        problems.add(entry, {
          code: "undefined",
          what: `"${shown(word)}" is neither an address nor the name of a primaries list`,
          remedy: `write primaries "${shown(word)}" { … };`,
        });
      }
    }
  };
  follow(statement);
  return { servers, problems: problems.list };
}

function readServer(entry: Statement, address: string, listPort: string | undefined): ServerAddress {
  const port = wordAfter(entry, "port") ?? listPort;
  const key = wordAfter(entry, "key");
  const tls = wordAfter(entry, "tls");
  return {
    address,
    ...(port !== undefined && { port: Number(port) }),
    ...(key !== undefined && { key }),
    ...(tls !== undefined && { tls }),
  };
}

/** `192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1`, `[2001:db8::1]:5353`. */
export function serverToText({ address, port }: ServerAddress): string {
  if (port === undefined) return address;
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

/** The acls that a list of statements defines, by name in lower case. */
export function readAcls(statements: readonly Statement[]): Map<string, Block> {
  const acls = new Map<string, Block>();
  for (const statement of statementsNamed(statements, "acl")) {
    const name = wordAt(statement, 1)?.toLowerCase();
    const block = blockOf(statement);
    if (name !== undefined && block !== undefined && !acls.has(name)) acls.set(name, block);
  }
  return acls;
}

/** What `tls NAME { … };` says of the servers that are spoken to. */
export interface TlsBlock {
  /** The name that the server's certificate must have. */
  readonly remoteHostname?: string;
  readonly caFile?: string;
  /** Of this server's own certificate, and its key. */
  readonly certFile?: string;
  readonly keyFile?: string;
}

/** By name in lower case. */
export function readTlsBlocks(statements: readonly Statement[]): ReadonlyMap<string, TlsBlock> {
  return new Map(
    statementsNamed(statements, "tls").map((statement): [string, TlsBlock] => {
      const word = (name: string): string | undefined => {
        const found = statementsNamed(blockOf(statement)?.statements ?? [], name).at(0);
        return found && wordAt(found, 1);
      };
      const [remoteHostname, caFile] = [word("remote-hostname"), word("ca-file")];
      const [certFile, keyFile] = [word("cert-file"), word("key-file")];
      return [
        wordAt(statement, 1)?.toLowerCase() ?? "",
        {
          ...(remoteHostname !== undefined && { remoteHostname }),
          ...(caFile !== undefined && { caFile }),
          ...(certFile !== undefined && { certFile }),
          ...(keyFile !== undefined && { keyFile }),
        },
      ];
    }),
  );
}

export function readServerLists(statements: readonly Statement[]): Map<string, Statement> {
  const lists = new Map<string, Statement>();
  for (const statement of statements) {
    if (!["primaries", "masters", "parental-agents"].includes(statementName(statement))) continue;
    const name = wordAt(statement, 1)?.toLowerCase();
    if (name !== undefined && !lists.has(name)) lists.set(name, statement);
  }
  return lists;
}
