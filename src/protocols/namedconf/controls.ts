/** `controls { inet ADDRESS port PORT allow { … } keys { … } read-only yes; }`: where rndc may connect. */
import { type Block, type Statement, wordAfter, wordAt } from "./tree.ts";

export interface InetControl {
  readonly statement: Statement;
  /** `*` and `::` are all addresses of their family. */
  readonly address: string;
  readonly port: number;
  readonly allow: Block | undefined;
  /** Undefined: named takes the key of rndc.key. */
  readonly keys: readonly string[] | undefined;
  readonly readOnly: boolean;
}

/** named's, and rndc's. */
const usualPort = 953;

export function readInetControl(statement: Statement): InetControl {
  const port = wordAfter(statement, "port");
  const keys = blockAfter(statement, "keys")?.statements.map((key) => wordAt(key, 0) ?? "");
  return {
    statement,
    address: wordAt(statement, 1) ?? "",
    port: port === undefined || port === "*" ? usualPort : Number(port),
    allow: blockAfter(statement, "allow"),
    keys,
    readOnly: /^(?:yes|true|1)$/i.test(wordAfter(statement, "read-only") ?? ""),
  };
}

/** The block right behind the keyword `name`. */
export function blockAfter(statement: Statement, name: string): Block | undefined {
  const at = statement.items.findIndex(
    (item, i) => i > 0 && item.kind === "word" && !item.quoted && item.text.toLowerCase() === name,
  );
  const next = at === -1 ? undefined : statement.items[at + 1];
  return next?.kind === "block" ? next : undefined;
}
