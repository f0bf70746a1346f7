/**
 * What editdns.sh says. It was published on a web page that made its quotation marks and its dashes round, so
 * those are read as well as straight ones.
 */

export interface ScriptLine {
  readonly line: number;
  readonly value: string;
}

export interface EditdnsScript {
  readonly password: ScriptLine | undefined;
  /** URL of the API, without its parameters. */
  readonly api: ScriptLine | undefined;
  /** Whom it asks for the address. */
  readonly asks: ScriptLine | undefined;
  /** All other lines that do something. */
  readonly rest: readonly ScriptLine[];
}

const roundQuoted = /^[\u2018-\u201F\u2032\u2033`][^\u2018-\u201F\u2032\u2033`]*/;
const passwordLine = /^\s*(?:export\s+)?EDITDNSPASS\s*=\s*(.*?)\s*$/;
const apiUrl = /(https?:\/\/[^\s"'\u2018-\u201F?]+\/[^\s"'\u2018-\u201F?]*)\?p=/i;
const askedUrl = /\b(?:curl|wget|lynx)\b[^|]*?(https?:\/\/[^\s|`"'\u2018-\u201F]+)/i;

export function readScript(text: string): EditdnsScript {
  let [password, api, asks]: (ScriptLine | undefined)[] = [];
  const rest: ScriptLine[] = [];
  for (const [index, whole] of text.split("\n").entries()) {
    const line = index + 1;
    const plain = whole.replace(/\r$/, "").trim();
    if (plain === "" || plain.startsWith("#")) continue;
    const assigned = passwordLine.exec(plain)?.[1];
    const called = apiUrl.exec(plain)?.[1];
    const asked = askedUrl.exec(plain)?.[1];
    if (assigned !== undefined) password = { line, value: unquoted(assigned) };
    else if (called !== undefined) api = { line, value: called };
    else if (asked !== undefined) asks = { line, value: asked };
    else rest.push({ line, value: plain });
  }
  return { password, api, asks, rest };
}

/** A value between quotes of one kind; a comment behind it is none of it. */
function unquoted(value: string): string {
  const closing = [/^'[^']*/, /^"[^"]*/, roundQuoted].map((pattern) => pattern.exec(value)?.[0]);
  const quoted = closing.find((text) => text !== undefined);
  return quoted === undefined ? value.replace(/[\s;#].*$/, "") : quoted.slice(1);
}
