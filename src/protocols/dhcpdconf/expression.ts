/** Conditions of a dhcpd.conf, such as `substring (option vendor-class-identifier, 0, 9) = "PXEClient"`. */
import type { ClientTest, TestValue } from "./client-test.ts";
import { dhcpConfLimits } from "./limits.ts";
import { type DhcpdItem, isWord, itemsText, octetsOf } from "./tree.ts";

/** Why items are no condition. */
class NotUnderstood extends Error {
  override readonly name = "NotUnderstood";
}

/** What a condition says. Never throws: what is not understood is `other`, or inside of the answer. */
export function readCondition(items: readonly DhcpdItem[]): ClientTest {
  return attempt(items, (reader) => reader.or(0)) ?? { test: "other", text: itemsText(items) };
}

/** What a value says, such as `option agent.circuit-id` or `01:02:03`. Never throws, likewise. */
export function readValue(items: readonly DhcpdItem[]): TestValue {
  return attempt(items, (reader) => reader.value(0)) ?? { is: "other", text: itemsText(items) };
}

function attempt<Result>(
  items: readonly DhcpdItem[],
  read: (reader: ExpressionReader) => Result,
): Result | undefined {
  const reader = new ExpressionReader(items);
  try {
    const result = read(reader);
    return reader.isAtEnd ? result : undefined;
  } catch (error) {
    if (error instanceof NotUnderstood) return undefined;
    throw error;
  }
}

class ExpressionReader {
  private readonly items: readonly DhcpdItem[];
  private at = 0;

  constructor(items: readonly DhcpdItem[]) {
    this.items = items;
  }

  get isAtEnd(): boolean {
    return this.at === this.items.length;
  }

  or(depth: number): ClientTest {
    return this.chain("or", () => this.and(depth));
  }

  private and(depth: number): ClientTest {
    return this.chain("and", () => this.not(depth));
  }

  private chain(word: "and" | "or", next: () => ClientTest): ClientTest {
    const of = [next()];
    while (this.takeWord(word)) of.push(next());
    return of.length === 1 ? of[0]! : { test: word, of };
  }

  private not(depth: number): ClientTest {
    if (depth > dhcpConfLimits.expressionDepthMax) throw new NotUnderstood();
    if (this.takeWord("not")) return { test: "not", of: this.not(depth + 1) };
    if (this.take("(")) {
      const inner = this.or(depth + 1);
      this.expect(")");
      return inner;
    }
    if (this.takeWord("exists")) {
      if (!isWord(this.items[this.at], "option")) this.at--; // the word may be missing here
      return { test: "exists", value: this.option() };
    }
    if (this.takeWord("known")) return { test: "other", text: "known" };
    return this.comparison(depth);
  }

  private comparison(depth: number): ClientTest {
    const start = this.at;
    const one = this.value(depth + 1);
    const comparison = this.items[this.at]?.kind;
    if (comparison === undefined || !["=", "!=", "~=", "~~"].includes(comparison)) throw new NotUnderstood();
    this.at++;
    const other = this.value(depth + 1);
    if (comparison === "=") return { test: "equals", one, other };
    if (comparison === "!=") return { test: "not", of: { test: "equals", one, other } };
    return { test: "other", text: itemsText(this.items.slice(start, this.at)) };
  }

  value(depth: number): TestValue {
    if (depth > dhcpConfLimits.expressionDepthMax) throw new NotUnderstood();
    const start = this.at;
    const item = this.items[this.at++];
    if (item?.kind === "quoted") return { is: "octets", octets: octetsOf(item.text) };
    if (item?.kind !== "word") throw new NotUnderstood();
    const word = item.text.toLowerCase();
    if (word === "option") {
      this.at--;
      return this.option();
    }
    if (word === "hardware") return { is: "hardware" };
    if (word === "substring") return this.substring(depth);
    if (word === "pick-first-value" || word === "pick") return this.first(depth);
    if (word === "binary-to-ascii") return this.hexText(start, depth);
    if (this.take("(")) return this.otherCall(start);
    const octets = hexOctets(item.text);
    return octets === undefined ? { is: "other", text: item.text } : { is: "octets", octets };
  }

  /** Behind the word `option`, or what stands in its place. */
  private option(): TestValue {
    this.at++;
    const item = this.items[this.at++];
    if (item?.kind !== "word") throw new NotUnderstood();
    const name = item.text.toLowerCase();
    const subOption = { "agent.circuit-id": 1, "agent.remote-id": 2 }[name];
    return subOption === undefined ? { is: "option", option: name } : { is: "sub-option", code: subOption };
  }

  private substring(depth: number): TestValue {
    this.expect("(");
    const of = this.value(depth + 1);
    this.expect(",");
    const offset = this.number();
    this.expect(",");
    const length = this.number();
    this.expect(")");
    return { is: "substring", of, offset, length };
  }

  private first(depth: number): TestValue {
    const of: TestValue[] = [];
    this.expect("(");
    do of.push(this.value(depth + 1));
    while (this.take(","));
    this.expect(")");
    return { is: "first", of };
  }

  /** `binary-to-ascii (16, 8, ":", value)`: of another base or width it is not known. */
  private hexText(start: number, depth: number): TestValue {
    this.expect("(");
    const base = this.number();
    this.expect(",");
    const width = this.number();
    this.expect(",");
    const separator = this.value(depth + 1);
    this.expect(",");
    const of = this.value(depth + 1);
    this.expect(")");
    if (base !== 16 || width !== 8 || separator.is !== "octets")
      return { is: "other", text: itemsText(this.items.slice(start, this.at)) };
    return { is: "hex", of, separator: String.fromCharCode(...separator.octets) };
  }

  /** A function that is not known, with all that stands in its parentheses. */
  private otherCall(start: number): TestValue {
    for (let open = 1; open > 0; this.at++) {
      const kind = this.items[this.at]?.kind;
      if (kind === undefined) throw new NotUnderstood();
      if (kind === "(") open++;
      if (kind === ")") open--;
    }
    return { is: "other", text: itemsText(this.items.slice(start, this.at)) };
  }

  private number(): number {
    const item = this.items[this.at++];
    if (item?.kind !== "word" || !/^\d{1,9}$/.test(item.text)) throw new NotUnderstood();
    return Number(item.text);
  }

  private take(kind: DhcpdItem["kind"]): boolean {
    if (this.items[this.at]?.kind !== kind) return false;
    this.at++;
    return true;
  }

  private takeWord(word: string): boolean {
    if (!isWord(this.items[this.at], word)) return false;
    this.at++;
    return true;
  }

  private expect(kind: DhcpdItem["kind"]): void {
    if (!this.take(kind)) throw new NotUnderstood();
  }
}

/** `0:1:2a`, as dhcpd has octets; undefined when it is something else. */
export function hexOctets(text: string): Uint8Array | undefined {
  if (!/^[0-9a-f]{1,2}(:[0-9a-f]{1,2})*$/i.test(text)) return undefined;
  return Uint8Array.from(text.split(":"), (part) => Number.parseInt(part, 16));
}
