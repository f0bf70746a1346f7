/** Tests of Kea's client classes, such as `substring(option[60].hex, 0, 9) == 'PXEClient'`. */
import type { ClientTest, TestValue } from "../dhcpdconf/client-test.ts";
import { keaConfLimits } from "./limits.ts";

/** Why a text is no test. */
class NotUnderstood extends Error {
  override readonly name = "NotUnderstood";
}

/** What a test says. Never throws: what is not understood is `other`, or inside of the answer. */
export function readKeaTest(text: string): ClientTest {
  try {
    const reader = new TestReader(tokensOf(text));
    const test = reader.or(0);
    if (reader.isAtEnd) return test;
  } catch (error) {
    if (!(error instanceof NotUnderstood)) throw error;
  }
  return { test: "other", text };
}

interface Token {
  readonly kind: "text" | "word" | "mark";
  readonly text: string;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const pattern = /\s+|'([^']*)'|([a-z0-9_.:/+-]+(?:\*[a-z0-9]*)?)|(==|[()[\],*])/gi;
  let at = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index !== at) throw new NotUnderstood();
    at += match[0].length;
    const [, quoted, word, mark] = match;
    if (quoted !== undefined) tokens.push({ kind: "text", text: quoted });
    else if (word !== undefined) tokens.push({ kind: "word", text: word });
    else if (mark !== undefined) tokens.push({ kind: "mark", text: mark });
  }
  if (at !== text.length) throw new NotUnderstood();
  return tokens;
}

class TestReader {
  private readonly tokens: readonly Token[];
  private at = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  get isAtEnd(): boolean {
    return this.at === this.tokens.length;
  }

  or(depth: number): ClientTest {
    return this.chain("or", () => this.chain("and", () => this.not(depth)));
  }

  private chain(word: "and" | "or", next: () => ClientTest): ClientTest {
    const of = [next()];
    while (this.takeWord(word)) of.push(next());
    return of.length === 1 ? of[0]! : { test: word, of };
  }

  private not(depth: number): ClientTest {
    if (depth > keaConfLimits.expressionDepthMax) throw new NotUnderstood();
    if (this.takeWord("not")) return { test: "not", of: this.not(depth + 1) };
    if (this.takeWord("member")) return this.member();
    if (this.take("(")) {
      const inner = this.or(depth + 1);
      this.expect(")");
      return inner;
    }
    return this.comparison(depth);
  }

  private member(): ClientTest {
    this.expect("(");
    const name = this.tokens[this.at++];
    if (name?.kind !== "text") throw new NotUnderstood();
    this.expect(")");
    return name.text === "ALL" ? { test: "always" } : { test: "member", name: name.text };
  }

  private comparison(depth: number): ClientTest {
    const one = this.value(depth + 1);
    if (this.takeWord(".exists")) return { test: "exists", value: one };
    this.expect("==");
    return { test: "equals", one, other: this.value(depth + 1) };
  }

  private value(depth: number): TestValue {
    if (depth > keaConfLimits.expressionDepthMax) throw new NotUnderstood();
    const start = this.at;
    const token = this.tokens[this.at++];
    if (token?.kind === "text") return { is: "octets", octets: new TextEncoder().encode(token.text) };
    if (token?.kind !== "word") throw new NotUnderstood();
    const word = token.text.toLowerCase();
    if (/^0x([0-9a-f]{2})*$/.test(word)) return { is: "octets", octets: Uint8Array.fromHex(word.slice(2)) };
    if (/^0x[0-9a-f]+$/.test(word)) return { is: "octets", octets: Uint8Array.fromHex(`0${word.slice(2)}`) };
    if (word === "pkt4.mac") return { is: "mac" };
    if (word === "pkt.iface") return { is: "interface" };
    if (word === "option") return this.option((code) => ({ is: "option", option: code }));
    if (word === "relay4") return this.option((code) => ({ is: "sub-option", code: Number(code) }));
    if (word === "substring") return this.substring(depth);
    if (word === "hexstring") return this.hexText(depth);
    if (this.take("(")) return this.otherCall(start);
    return { is: "other", text: token.text };
  }

  /** `[60].hex`, or `[60]` with `.exists` behind, which stays. */
  private option(make: (option: string) => TestValue): TestValue {
    this.expect("[");
    const name = this.tokens[this.at++];
    if (name?.kind !== "word") throw new NotUnderstood();
    this.expect("]");
    const form = this.tokens[this.at];
    if (form?.kind === "word" && /^\.(hex|text)$/i.test(form.text)) this.at++;
    else if (form?.kind !== "word" || form.text.toLowerCase() !== ".exists") throw new NotUnderstood();
    return make(name.text);
  }

  private substring(depth: number): TestValue {
    this.expect("(");
    const of = this.value(depth + 1);
    this.expect(",");
    const offset = this.tokens[this.at++]?.text ?? "";
    this.expect(",");
    const length = this.tokens[this.at++]?.text ?? "";
    this.expect(")");
    if (!/^\d{1,9}$/.test(offset)) throw new NotUnderstood();
    if (length === "all") return { is: "substring", of, offset: Number(offset), length: undefined };
    if (!/^\d{1,9}$/.test(length)) throw new NotUnderstood();
    return { is: "substring", of, offset: Number(offset), length: Number(length) };
  }

  private hexText(depth: number): TestValue {
    this.expect("(");
    const of = this.value(depth + 1);
    this.expect(",");
    const separator = this.tokens[this.at++];
    if (separator?.kind !== "text") throw new NotUnderstood();
    this.expect(")");
    return { is: "hex", of, separator: separator.text };
  }

  private otherCall(start: number): TestValue {
    for (let open = 1; open > 0; this.at++) {
      const token = this.tokens[this.at];
      if (token === undefined) throw new NotUnderstood();
      if (token.text === "(" && token.kind === "mark") open++;
      if (token.text === ")" && token.kind === "mark") open--;
    }
    const text = this.tokens.slice(start, this.at).map((token) => token.text);
    return { is: "other", text: text.join(" ") };
  }

  private take(mark: string): boolean {
    const token = this.tokens[this.at];
    if (token?.kind !== "mark" || token.text !== mark) return false;
    this.at++;
    return true;
  }

  private takeWord(word: string): boolean {
    const token = this.tokens[this.at];
    if (token?.kind !== "word" || token.text.toLowerCase() !== word) return false;
    this.at++;
    return true;
  }

  private expect(mark: string): void {
    if (!this.take(mark)) throw new NotUnderstood();
  }
}
