/**
 * Address match lists as plain entries: `any`, `192.0.2.0/24`, `!localhost`, `key NAME`, `acl NAME`.
 *
 * The first entry that matches decides. A list inside a list counts only when it matches positively; what
 * it negates falls through to the next entry. So an acl stays a list with a name, and a list without a name
 * is written out where that says the same, and gets a name where it does not.
 */
import { addressToText, hasHostBits, parseAddress } from "./address.ts";
import { namedConfLimits } from "./limits.ts";
import { type Problem, Problems, shown } from "./problem.ts";
import { type Block, type Item, itemText, type Statement } from "./tree.ts";

interface Entry {
  readonly negated: boolean;
  readonly text: string;
}

interface Resolved {
  readonly entries: readonly Entry[];
  /** An entry is missing because it could not be known. */
  readonly incomplete: boolean;
}

const builtIn = new Set(["any", "none", "localhost", "localnets"]);

/** Reads the lists of one config, and remembers which acls they use. Never throws. */
export class MatchListReader {
  private readonly definitions: ReadonlyMap<string, Block>;
  private readonly keys: ReadonlyMap<string, string>;
  private readonly elsewhere: ReadonlySet<string>;
  private readonly problems = new Problems();
  private readonly resolved = new Map<string, Resolved>();
  private readonly open: string[] = [];

  /**
   * @param acls blocks by name in lower case
   * @param keys what entries call each, by its `keyId`
   * @param elsewhere keys of other views: nothing is signed by them here, so that their entries say nothing
   */
  constructor(
    acls: ReadonlyMap<string, Block>,
    keys: ReadonlyMap<string, string>,
    elsewhere: ReadonlySet<string> = new Set(),
  ) {
    this.definitions = acls;
    this.keys = keys;
    this.elsewhere = elsewhere;
  }

  /** The entries of a list; `["none"]` when nobody matches. An entry that cannot be known matches nobody. */
  read(block: Block): readonly string[] {
    return listText(this.block(block).entries);
  }

  /** Reads an acl whether or not a list uses it, for its problems. */
  readAcl(name: string): void {
    const block = this.definitions.get(name);
    if (block !== undefined) this.acl(name, block);
  }

  /** The acls that the lists read so far refer to. */
  get acls(): ReadonlyMap<string, readonly string[]> {
    return new Map([...this.resolved].map(([name, { entries }]) => [name, listText(entries)]));
  }

  get found(): readonly Problem[] {
    return this.problems.list;
  }

  private block(block: Block): Resolved {
    const entries: Entry[] = [];
    let incomplete = false;
    for (const [i, statement] of block.statements.entries()) {
      const element = this.element(statement, i === block.statements.length - 1);
      incomplete ||= element.incomplete;
      for (const entry of element.entries) entries.push(entry);
      if (entries.at(-1) === nobody) break; // what stands behind it must let in nobody
      if (entries.length > namedConfLimits.matchListEntriesMax) {
        this.problems.add(statement, {
          code: "too-many",
          what: `the list has more than ${namedConfLimits.matchListEntriesMax} entries`,
          remedy: "use larger prefixes",
        });
        return { entries: [], incomplete: true };
      }
    }
    return { entries, incomplete };
  }

  private element(statement: Statement, isLast: boolean): Resolved {
    const { items } = statement;
    let at = 0;
    let negated = false;
    for (; items[at]?.kind === "mark" && itemText(items[at]!) === "!"; at++) negated = !negated;
    const item = items[at];
    if (item === undefined || item.kind === "mark") return { entries: [], incomplete: true };
    if (item.kind === "block") return this.nameless(item, negated, isLast);
    const word = item.text.toLowerCase();
    if (!item.quoted && word === "key") return this.key(statement, items[at + 1] ?? item, negated);
    if (!item.quoted && word === "geoip") {
      return this.unknown(statement, negated, "a geoip entry needs a database that Homeport does not have");
    }
    const length = items[at + 2];
    const network = this.network(statement, item.text, length && Number(itemText(length)));
    if (network !== undefined) return one(negated, network);
    if (word === "any" || word === "none") return one((word === "none") !== negated, "any");
    if (builtIn.has(word)) return one(negated, word);
    return this.named(statement, word, negated);
  }

  private network(statement: Statement, text: string, prefixLength: number | undefined): string | undefined {
    const whole = /^([^/]*)\/(\d{1,3})$/.exec(text); // in quotes the slash is a part of the word
    if (whole !== null && Number(whole[2]) <= (text.includes(":") ? 128 : 32))
      return this.network(statement, whole[1]!, Number(whole[2]));
    const address = parseAddress(text, prefixLength !== undefined);
    if (address === undefined) return undefined;
    if (prefixLength === undefined) return addressToText(address);
    if (hasHostBits(address, prefixLength)) {
      this.problems.add(statement, {
        code: "value",
        what: `${text}/${prefixLength} has bits set behind its prefix`,
        remedy: "write the network's own address, or a longer prefix",
      });
    }
    return `${addressToText(address)}/${prefixLength}`;
  }

  private key(statement: Statement, item: Item, negated: boolean): Resolved {
    const name = item.kind === "word" ? item.text : "";
    const known = this.keys.get(keyId(name));
    if (known !== undefined) return one(negated, `key ${known}`);
    if (this.elsewhere.has(keyId(name))) return { entries: [], incomplete: false };
    return this.unknown(statement, negated, `no key is called "${shown(name)}"`);
  }

  private nameless(block: Block, negated: boolean, isLast: boolean): Resolved {
    const inner = this.block(block);
    if (inner.incomplete && negated) return { entries: [nobody], incomplete: true };
    const plain = withoutFinalNone(inner.entries);
    const hasNegated = plain.some((entry) => entry.negated);
    if (!hasNegated || (isLast && !negated)) {
      const entries = plain.map((entry) => ({ ...entry, negated: entry.negated !== negated }));
      return { entries, incomplete: inner.incomplete };
    }
    let name = `list-${block.line}`;
    for (let i = 2; this.resolved.has(name) || this.definitions.has(name); i++)
      name = `list-${block.line}-${i}`;
    this.resolved.set(name, inner);
    return { entries: [{ negated, text: `acl ${name}` }], incomplete: inner.incomplete };
  }

  private named(statement: Statement, name: string, negated: boolean): Resolved {
    const block = this.definitions.get(name);
    if (block === undefined) return this.unknown(statement, negated, `no acl is called "${shown(name)}"`);
    if (this.open.includes(name)) {
      const loop = [...this.open.slice(this.open.indexOf(name)), name].map((link) => shown(link)).join(" > ");
      return this.unknown(statement, negated, `the acl "${shown(name)}" contains itself (${loop})`);
    }
    if (this.open.length >= namedConfLimits.aclDepthMax) {
      const what = `more than ${namedConfLimits.aclDepthMax} acls stand inside each other`;
      return this.unknown(statement, negated, what);
    }
    const { incomplete } = this.acl(name, block);
    if (incomplete && negated) return { entries: [nobody], incomplete };
    return { entries: [{ negated, text: `acl ${name}` }], incomplete };
  }

  private acl(name: string, block: Block): Resolved {
    const known = this.resolved.get(name);
    if (known !== undefined) return known;
    this.open.push(name);
    const resolved = this.block(block);
    this.open.pop();
    this.resolved.set(name, resolved);
    return resolved;
  }

  /** Matches nobody. Negated, it might have meant anybody, so nothing behind it is let in. */
  private unknown(statement: Statement, negated: boolean, what: string): Resolved {
    this.problems.add(statement, {
      code: "undefined",
      what: `${what}, so this entry lets in nobody${negated ? ", nor do those behind it" : ""}`,
      remedy: "define it, or write the addresses",
    });
    return { entries: negated ? [nobody] : [], incomplete: true };
  }
}

const nobody: Entry = { negated: true, text: "any" };

function one(negated: boolean, text: string): Resolved {
  return { entries: [{ negated, text }], incomplete: false };
}

/** At its end `none`, which is `!any`, says nothing. */
function withoutFinalNone(entries: readonly Entry[]): readonly Entry[] {
  const last = entries.at(-1);
  return last?.negated && last.text === "any" ? entries.slice(0, -1) : entries;
}

function listText(entries: readonly Entry[]): readonly string[] {
  if (withoutFinalNone(entries).length === 0) return ["none"];
  return entries.map(({ negated, text }) => `${negated ? "!" : ""}${text}`);
}

/** The form in which names of keys are compared. */
export function keyId(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}
