/**
 * What a statement takes, in a short notation, and its comparison with what was written.
 *
 *     port             this keyword                 <int>       a value of this kind (value.ts)
 *     [port <int>]     may be left out              [a|b]*      any of these, in any order
 *     (yes|<int>)      one of these                 { <text> }  a block whose statements have this form
 *     @key             a block with the statements of grammar.ts's "key"
 *     $match           a form that has a name, below
 */
import type { Position } from "./problem.ts";
import type { Block, Item, Statement } from "./tree.ts";
import { isValueKind, matchValue, type ValueKind } from "./value.ts";

export type Form = readonly Part[];

type Part =
  | { readonly kind: "keyword"; readonly word: string }
  | { readonly kind: "value"; readonly value: ValueKind }
  | { readonly kind: "optional"; readonly forms: readonly Form[]; readonly repeated: boolean }
  | { readonly kind: "choice"; readonly forms: readonly Form[] }
  | { readonly kind: "block"; readonly each: Form }
  | { readonly kind: "context"; readonly context: string };

/**
 * Forms that many statements share. `$list` is an address match list in a block: see matchElement in
 * check.ts.
 */
const named: Readonly<Record<string, string>> = {
  match: "{ <match> }",
  anything: "{ <anything> }",
  texts: "{ <text> }",
  servers: "{ <text> [port <port>] [key <text>] [tls <text>] }",
  forwarders: "{ <ip> [port <port>] }",
  ports: "{ (range <port> <port>|<port>) }",
  severity: "(fail|warn|ignore)",
  limit: "(default|unlimited|<size>)",
  source4: "(<ip4>|*) [port (<port>|*)|dscp <int>]*",
  source6: "(<ip6>|*) [port (<port>|*)|dscp <int>]*",
  query4: "[address (<ip4>|*)|port (<port>|*)|dscp <int>|<ip4>|*]*",
  query6: "[address (<ip6>|*)|port (<port>|*)|dscp <int>|<ip6>|*]*",
  zone: "<text> [<class>] @zone",
  anchors: "{ <text> (static-key|initial-key|static-ds|initial-ds) <int> <int> <int> <quoted> }",
  signingKeys: "{ (csk|ksk|zsk) [key-directory] lifetime (unlimited|<duration>) algorithm <text> [<int>] }",
  tapOutput:
    "(file|unix) <quoted> [size (unlimited|<size>)|versions (unlimited|<int>)|suffix (increment|timestamp)]*",
  catalogs:
    "{ zone <text> [default-primaries [port <port>] $servers|default-masters [port <port>] $servers|" +
    "zone-directory <quoted>|in-memory <bool>|min-update-interval <duration>]* }",
  policyNames: "(cname|disabled|drop|given|no-op|nodata|nxdomain|passthru|tcp-only <text>)",
  policies:
    "{ zone <text> [add-soa <bool>|log <bool>|max-policy-ttl <duration>|min-update-interval <duration>|" +
    "policy $policyNames|recursive-only <bool>|nsip-enable <bool>|nsdname-enable <bool>]* } " +
    "[add-soa <bool>|break-dnssec <bool>|max-policy-ttl <duration>|min-update-interval <duration>|" +
    "min-ns-dots <int>|nsip-wait-recurse <bool>|nsdname-wait-recurse <bool>|qname-wait-recurse <bool>|" +
    "recursive-only <bool>|nsip-enable <bool>|nsdname-enable <bool>|dnsrps-enable <bool>|" +
    "dnsrps-options $anything]*",
  updateRules:
    "(6to4-self|external|krb5-self|krb5-selfsub|krb5-subdomain|krb5-subdomain-self-rhs|ms-self|ms-selfsub|" +
    "ms-subdomain|ms-subdomain-self-rhs|name|self|selfsub|selfwild|subdomain|tcp-self|wildcard|zonesub)",
  updatePolicy: "(local|{ (deny|grant) <text> $updateRules <texts> })",
};

/** Reads the notation. Throws for one that is wrong: the table is ours. */
export function compileForm(text: string): Form {
  const tokens = expand(text).match(/<[^>]+>|[[\](){}|]|[^\s[\](){}|<]+/g) ?? [];
  let at = 0;
  const sequence = (): Form => {
    const parts: Part[] = [];
    while (at < tokens.length && !"])}|".includes(tokens[at]!)) parts.push(part(tokens[at++]!));
    return parts;
  };
  const alternatives = (close: string): Form[] => {
    const forms = [sequence()];
    while (tokens[at] === "|") {
      at++;
      forms.push(sequence());
    }
    if (tokens[at++] !== close) throw new Error(`the form "${text}" lacks a ${close}`);
    return forms;
  };
  const part = (token: string): Part => {
    if (token === "[") {
      const forms = alternatives("]");
      const repeated = tokens[at] === "*";
      if (repeated) at++;
      return { kind: "optional", forms, repeated };
    }
    if (token === "(") return { kind: "choice", forms: alternatives(")") };
    if (token === "{") return { kind: "block", each: alternatives("}")[0]! };
    if (token.startsWith("@")) return { kind: "context", context: token.slice(1) };
    if (!token.startsWith("<")) return { kind: "keyword", word: token };
    const value = token.slice(1, -1);
    if (!isValueKind(value)) throw new Error(`the form "${text}" has an unknown value ${token}`);
    return { kind: "value", value };
  };
  return sequence();
}

function expand(text: string): string {
  return text.replace(/\$(\w+)/g, (_, name: string) => expand(named[name]!));
}

export interface Mismatch extends Position {
  readonly what: string;
  readonly remedy: string;
}

/** What the comparison meets on its way, for the checker to look into. */
export interface Visitor {
  /** Each statement of a block whose statements have one form. */
  each(statement: Statement, form: Form): void;
  /** A block that has statements of its own. */
  context(block: Block, context: string): void;
  /** An element of an address match list: it has its own grammar. */
  matchElement(statement: Statement): void;
}

/** Compares items from `at` on. Gives the index behind the last one that fits, or what does not. */
export function matchForm(
  form: Form,
  items: readonly Item[],
  at: number,
  end: Position,
  visitor: Visitor,
): number | Mismatch {
  let next = at;
  for (const part of form) {
    const result = matchPart(part, items, next, end, visitor);
    if (typeof result !== "number") return result;
    next = result;
  }
  return next;
}

function matchPart(
  part: Part,
  items: readonly Item[],
  at: number,
  end: Position,
  visitor: Visitor,
): number | Mismatch {
  const item = items[at];
  switch (part.kind) {
    case "keyword":
      if (item?.kind === "word" && !item.quoted && item.text.toLowerCase() === part.word) return at + 1;
      return mismatch(item, end, part.word);
    case "value": {
      const result = matchValue(part.value, items, at);
      return typeof result === "number"
        ? result
        : mismatch(items[result.at], end, result.expected, result.wrong);
    }
    case "optional":
      return matchOptional(part, items, at, end, visitor);
    case "choice":
      return matchChoice(part.forms, items, at, end, visitor);
    case "block":
      if (item?.kind !== "block") return mismatch(item, end, "{");
      for (const statement of item.statements) visitor.each(statement, part.each);
      return at + 1;
    case "context":
      if (item?.kind !== "block") return mismatch(item, end, "{");
      visitor.context(item, part.context);
      return at + 1;
  }
}

function matchOptional(
  part: { readonly forms: readonly Form[]; readonly repeated: boolean },
  items: readonly Item[],
  at: number,
  end: Position,
  visitor: Visitor,
): number | Mismatch {
  let next = at;
  for (;;) {
    const result = next < items.length ? matchChoice(part.forms, items, next, end, visitor) : next;
    if (typeof result === "number") {
      if (result === next || !part.repeated) return result;
      next = result;
    } else {
      // Begun and then wrong is a mistake; not begun is left out.
      const item = items[next]!;
      return result.line === item.line && result.column === item.column ? next : result;
    }
  }
}

function matchChoice(
  forms: readonly Form[],
  items: readonly Item[],
  at: number,
  end: Position,
  visitor: Visitor,
): number | Mismatch {
  const expected: string[] = [];
  const item = items[at];
  for (const form of forms) {
    const result = matchForm(form, items, at, end, visitor);
    if (typeof result === "number") return result;
    // A form whose first word fits is the one that was meant.
    if (item !== undefined && (result.line !== item.line || result.column !== item.column)) return result;
    expected.push(result.remedy.replace(/^write /, ""));
  }
  const last = expected.pop()!;
  return mismatch(item, end, expected.length === 0 ? last : `${expected.join(", ")} or ${last}`);
}

function mismatch(item: Item | undefined, end: Position, expected: string, wrong?: string): Mismatch {
  const { file, line, column } = item ?? end;
  const found = item === undefined ? "a value is missing here" : undefined;
  return {
    file,
    line,
    column,
    what: wrong ?? found ?? `${describe(item!)} does not fit here`,
    remedy: `write ${expected}`,
  };
}

function describe(item: Item): string {
  if (item.kind === "block") return "a block";
  const text = item.text.length > 40 ? `${item.text.slice(0, 40)}…` : item.text;
  return item.kind === "word" && item.quoted ? `"${text}"` : text;
}
