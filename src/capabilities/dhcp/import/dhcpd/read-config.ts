/** Goes through a dhcpd.conf and notes what stands where; emit.ts makes the section of it. */

import { type DhcpdStatement, isWord, itemsText, nameOf, textOf, wordAt } from "#protocols/dhcpdconf/tree.ts";
import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import { shown } from "#protocols/namedconf/problem.ts";
import { prefixText } from "../../network/range.ts";
import { type DraftLine, type ImportDraft, leaveOut } from "../draft.ts";
import {
  type ConditionalScope,
  type HostRead,
  type PoolRead,
  type Scope,
  type ScopedConfig,
  type SubnetRead,
  scopeOf,
} from "../scope.ts";
import { ClassReader } from "./classes.ts";
import { RemoteZones } from "./ddns.ts";
import { readHost } from "./hosts.ts";
import { OptionSpaces } from "./option-space.ts";
import { type ParameterContext, readParameter } from "./parameters.ts";
import { readPermit } from "./permits.ts";
import { reasonOf } from "./reasons.ts";

export class ConfigReader implements ParameterContext, ScopedConfig {
  readonly draft: ImportDraft;
  readonly spaces = new OptionSpaces();
  readonly siteSpaces: ReadonlySet<string>;
  readonly global = scopeOf("global", "", undefined);
  readonly subnets: SubnetRead[] = [];
  readonly sharedNetworks: { readonly scope: Scope; readonly line: DraftLine }[] = [];
  readonly pools: PoolRead[] = [];
  readonly hosts: HostRead[] = [];
  readonly remote: RemoteZones;
  readonly classReader: ClassReader;
  /** In these nobody gets an address who is no host of the config. */
  readonly closed = new Set<Scope>();

  constructor(draft: ImportDraft, statements: readonly DhcpdStatement[]) {
    this.draft = draft;
    this.remote = new RemoteZones(draft);
    this.siteSpaces = new Set(siteSpacesIn(statements));
    this.classReader = new ClassReader(this, countNetworks(statements));
    this.read(statements, this.global);
    this.remote.emit();
  }

  get leaseSecondsMax(): number {
    return this.global.leaseSecondsMax ?? leaseSecondsMaxDefault;
  }

  get classes(): readonly ConditionalScope[] {
    return this.classReader.inOrder;
  }

  read(statements: readonly DhcpdStatement[], scope: Scope): undefined {
    for (let at = 0; at < statements.length; at++) {
      const statement = statements[at]!;
      if (nameOf(statement) !== "if") {
        this.statement(statement, scope);
        continue;
      }
      const branches = [statement];
      while (/^(elsif|else)$/.test(nameOf(statements[at + 1] ?? emptyStatement)))
        branches.push(statements[++at]!);
      this.classReader.conditional(branches, scope);
    }
  }

  private statement(statement: DhcpdStatement, scope: Scope): undefined {
    const reader = blockReaders[nameOf(statement)];
    if (reader !== undefined) reader(this, statement, scope);
    else if (statement.block === undefined) readParameter(this, statement, scope);
    else this.otherBlock(statement, scope);
  }

  /** `on commit { … }`, `failover peer "x" { … }` and what is not known. */
  private otherBlock(statement: DhcpdStatement, scope: Scope): undefined {
    const label = `${scope.label} ${itemsText(statement.items)}`.trim();
    const why = reasonOf(nameOf(statement));
    if (why === undefined) this.draft.say(statement, label, "left out", "it is not known here");
    else this.draft.say(statement, label, "not carried over", why);
  }

  subnet(statement: DhcpdStatement, scope: Scope): undefined {
    const [address, mask] = [parseIpv4(wordAt(statement, 1) ?? ""), parseIpv4(wordAt(statement, 3) ?? "")];
    const length = address === -1 || mask === -1 ? -1 : lengthOf(mask);
    const text = itemsText(statement.items.slice(0, 4));
    if (length === -1) {
      this.draft.say(statement, shown(text), "left out", "it is no subnet ADDRESS netmask MASK");
      return;
    }
    const label = `subnet ${prefixText({ address, length })}`;
    const line = this.draft.say(statement, label, "imported", "dhcp.subnets");
    const inner = scopeOf("subnet", label, scope, line);
    this.subnets.push({ scope: inner, line, address, length });
    this.read(statement.block ?? [], inner);
  }

  sharedNetwork(statement: DhcpdStatement, scope: Scope): undefined {
    const label = `shared-network ${shown(textOf(wordAt(statement, 1) ?? ""))}`;
    const line = this.draft.say(statement, label, "imported");
    const inner = scopeOf("shared-network", label, scope, line);
    this.sharedNetworks.push({ scope: inner, line });
    this.read(statement.block ?? [], inner);
  }

  group(statement: DhcpdStatement, scope: Scope): undefined {
    const name = wordAt(statement, 1);
    const label =
      name === undefined || statement.block === undefined ? "group" : `group ${shown(textOf(name))}`;
    this.draft.say(statement, label, "imported", "what it says is written out in what is in it");
    this.read(statement.block ?? [], scopeOf("group", label, scope));
  }

  pool(statement: DhcpdStatement, scope: Scope): undefined {
    const label = `${scope.label} pool`;
    const line = this.draft.say(statement, label, "imported", "dhcp.subnets pools", scope.line);
    const pool: PoolRead = { scope: scopeOf("pool", label, scope, line), ranges: [], classes: [] };
    this.pools.push(pool);
    this.read(statement.block ?? [], pool.scope);
  }

  range(statement: DhcpdStatement, scope: Scope): undefined {
    const line = this.draft.say(
      statement,
      `${scope.label} range`,
      "left out",
      "no subnet has it",
      scope.line,
    );
    const words = statement.items.filter((item) => !isWord(item, "dynamic-bootp")).map(({ text }) => text);
    const [first, last] = [parseIpv4(words[1] ?? ""), parseIpv4(words[2] ?? words[1] ?? "")];
    if (first === -1 || last === -1 || words.length > 3) return leaveOut(line, "it is no range FIRST LAST");
    const range = { first: Math.min(first, last), last: Math.max(first, last), line };
    const pool = this.pools.find((one) => one.scope === scope);
    if (pool !== undefined) pool.ranges.push(range);
    else this.pools.push({ scope: scopeOf("pool", scope.label, scope), ranges: [range], classes: [] });
  }

  host(statement: DhcpdStatement, scope: Scope): undefined {
    this.hosts.push(readHost(this, statement, scope));
  }

  permit(statement: DhcpdStatement, scope: Scope): undefined {
    readPermit(this, statement, scope);
  }
}

/** dhcpd's own. */
const leaseSecondsMaxDefault = 86_400;

const emptyStatement: DhcpdStatement = { items: [], block: undefined, file: "", line: 1, column: 1 };

type BlockReader = (reader: ConfigReader, statement: DhcpdStatement, scope: Scope) => undefined;

const blockReaders: Readonly<Record<string, BlockReader>> = {
  subnet: (reader, statement, scope) => reader.subnet(statement, scope),
  "shared-network": (reader, statement, scope) => reader.sharedNetwork(statement, scope),
  group: (reader, statement, scope) => reader.group(statement, scope),
  pool: (reader, statement, scope) => reader.pool(statement, scope),
  range: (reader, statement, scope) => reader.range(statement, scope),
  host: (reader, statement, scope) => reader.host(statement, scope),
  class: (reader, statement, scope) => reader.classReader.block(statement, scope),
  subclass: (reader, statement) => reader.classReader.subclass(statement),
  key: (reader, statement) => reader.remote.key(statement),
  zone: (reader, statement) => reader.remote.zone(statement),
  allow: (reader, statement, scope) => reader.permit(statement, scope),
  deny: (reader, statement, scope) => reader.permit(statement, scope),
  ignore: (reader, statement, scope) => reader.permit(statement, scope),
};

/** -1: the ones are not all at its beginning. */
function lengthOf(mask: number): number {
  const bits = mask.toString(2).padStart(32, "0");
  return /^1*0*$/.test(bits) ? bits.replaceAll("0", "").length : -1;
}

function countNetworks(statements: readonly DhcpdStatement[]): number {
  let count = 0;
  for (const statement of statements) {
    if (nameOf(statement) === "subnet") count++;
    else count += countNetworks(statement.block ?? []);
  }
  return count;
}

function siteSpacesIn(statements: readonly DhcpdStatement[]): string[] {
  return statements.flatMap((statement) =>
    nameOf(statement) === "site-option-space"
      ? [(wordAt(statement, 1) ?? "").toLowerCase()]
      : siteSpacesIn(statement.block ?? []),
  );
}
