/** Classes, subclasses and conditions of a dhcpd.conf. */

import type { TestValue } from "#protocols/dhcpdconf/client-test.ts";
import { readCondition, readValue } from "#protocols/dhcpdconf/expression.ts";
import {
  type DhcpdItem,
  type DhcpdStatement,
  isWord,
  itemsText,
  nameOf,
  textOf,
  wordAt,
} from "#protocols/dhcpdconf/tree.ts";
import { shown } from "#protocols/namedconf/problem.ts";
import {
  type Alternatives,
  combined,
  type MatchOutcome,
  matchesOf,
  type TestContext,
} from "../client-class.ts";
import { type DraftLine, type ImportDraft, leaveOut } from "../draft.ts";
import { type ConditionalScope, type Scope, type SetValue, scopeOf } from "../scope.ts";
import type { OptionSpaces } from "./option-space.ts";

interface ClassRead {
  readonly name: string;
  readonly scope: Scope;
  readonly line: DraftLine;
  /** What subclasses compare. */
  subject: TestValue | undefined;
  alternatives: Alternatives | undefined;
}

interface ClassContext {
  readonly draft: ImportDraft;
  readonly spaces: OptionSpaces;
  read(statements: readonly DhcpdStatement[], scope: Scope): void;
}

const noHost = "site.yaml has conditions for classes, not inside of hosts, groups and pools";
const manyNetworks = "classes count in all networks, and there is more than one";

export class ClassReader {
  private readonly found: ConditionalScope[] = [];
  /** Outside of classes: what they say counts less than what classes say. */
  private readonly conditions: ConditionalScope[] = [];
  private readonly byScope = new Map<Scope, Alternatives>();
  private readonly context: ClassContext;
  private readonly networks: number;
  private readonly classes = new Map<string, ClassRead>();
  private readonly tests: TestContext;

  /** @param networks subnets in all of the config */
  constructor(context: ClassContext, networks: number) {
    this.context = context;
    this.networks = networks;
    this.tests = {
      optionCode: (name) => {
        const option = context.spaces.find(name);
        return option?.space === undefined ? option?.code : undefined;
      },
      classNamed: (name) => this.classes.get(name)?.alternatives,
    };
  }

  /** In the order in which site.yaml has them: the first that a client is of counts most. */
  get inOrder(): readonly ConditionalScope[] {
    return [...this.found, ...this.conditions];
  }

  block(statement: DhcpdStatement, scope: Scope): undefined {
    const name = textOf(wordAt(statement, 1) ?? "");
    const label = `class "${shown(name)}"`;
    const line = this.context.draft.say(statement, label, "imported", "dhcp.classes");
    const one: ClassRead = this.classes.get(name) ?? {
      name,
      scope: scopeOf("class", label, scope, line),
      line,
      subject: undefined,
      alternatives: undefined,
    };
    this.classes.set(name, one);
    const block = statement.block ?? [];
    const isMatch = (inner: DhcpdStatement): boolean => /^(match|spawn|lease)$/.test(nameOf(inner));
    for (const inner of block.filter(isMatch)) this.matchStatement(inner, one, label);
    const { alternatives } = one;
    if (alternatives !== undefined) this.byScope.set(one.scope, alternatives);
    this.context.read(
      block.filter((inner) => !isMatch(inner)),
      one.scope,
    );
    if (alternatives === undefined) {
      if (one.subject === undefined) leaveOut(line, "no condition that came over says who is of it");
    } else if (!this.found.some((known) => known.scope === one.scope)) {
      this.found.push({ scope: one.scope, name, line, alternatives });
    }
  }

  private matchStatement(statement: DhcpdStatement, one: ClassRead, label: string): undefined {
    const what = nameOf(statement);
    const line = this.context.draft.say(
      statement,
      `${label} ${itemsText(statement.items)}`,
      "imported",
      undefined,
      one.line,
    );
    if (what === "spawn") return leaveOut(line, "site.yaml makes no classes while it runs");
    if (what === "lease") return leaveOut(line, "site.yaml bounds no leases by class; see dhcp.newClients");
    if (!isWord(statement.items[1], "if")) {
      one.subject = readValue(statement.items.slice(1));
      line.detail = "the values are those of its subclasses";
      return;
    }
    const outcome = matchesOf(readCondition(statement.items.slice(2)), this.tests);
    const why = whyNone(outcome);
    if ("alternatives" in outcome && why === undefined) {
      one.alternatives = outcome.alternatives;
      line.detail = "dhcp.classes match";
    } else {
      leaveOut(line, why ?? "");
    }
  }

  subclass(statement: DhcpdStatement): undefined {
    const name = textOf(wordAt(statement, 1) ?? "");
    const value = statement.items.slice(2);
    const label = `subclass "${name}" ${itemsText(value)}`;
    const line = this.context.draft.say(statement, label, "imported", "dhcp.classes");
    const parent = this.classes.get(name);
    if (parent?.subject === undefined)
      return leaveOut(line, `there is no class "${shown(name)}" with a match`);
    const outcome = matchesOf({ test: "equals", one: parent.subject, other: readValue(value) }, this.tests);
    const why = whyNone(outcome);
    if (!("alternatives" in outcome) || why !== undefined) return leaveOut(line, why ?? "");
    const scope = scopeOf("class", label, parent.scope, line);
    this.byScope.set(scope, outcome.alternatives);
    this.context.read(statement.block ?? [], scope);
    this.found.push({ scope, name, alternatives: outcome.alternatives, line });
  }

  /** `if`, with the `elsif` and `else` behind it. */
  conditional(branches: readonly DhcpdStatement[], scope: Scope): undefined {
    const place = this.placeOf(scope);
    const read: Scope[] = [];
    const made: ConditionalScope[] = [];
    let isWhole = "alternatives" in place;
    for (const branch of branches) {
      if (nameOf(branch) === "else" && !isWord(branch.items[1], "if")) {
        this.otherwise(branch, scope, read, isWhole);
        continue;
      }
      const items = conditionOf(branch);
      const label = `${scope.label} ${nameOf(branch)} ${itemsText(items)}`.trim();
      const line = this.context.draft.say(branch, label, "imported", "dhcp.classes");
      const outcome = "why" in place ? place : matchesOf(readCondition(items), this.tests);
      const why = whyNone(outcome);
      if (!("alternatives" in outcome) || why !== undefined) {
        isWhole = false;
        leaveOut(line, why ?? "");
        this.leaveOutAll(branch.block ?? [], `${scope.label} if`.trim());
        continue;
      }
      const inner = scopeOf("class", `${scope.label} if`.trim(), scope, line);
      const alternatives = combined(
        "alternatives" in place ? place.alternatives : [[]],
        outcome.alternatives,
      );
      this.byScope.set(inner, alternatives);
      const before = this.found.length;
      this.context.read(branch.block ?? [], inner);
      const name = nameFor(outcome.alternatives, branch);
      made.push(...this.found.splice(before), { scope: inner, name, alternatives, line });
      read.push(inner);
    }
    (scope.kind === "class" ? this.found : this.conditions).push(...made);
  }

  /** Clients that statements of a scope are for, as far as a class can say it. */
  private placeOf(scope: Scope): MatchOutcome {
    if (scope.kind === "global") return { alternatives: [[]] };
    if (scope.kind === "subnet" || scope.kind === "shared-network")
      return this.networks === 1 ? { alternatives: [[]] } : { why: manyNetworks };
    const alternatives = this.byScope.get(scope);
    return alternatives === undefined ? { why: noHost } : { alternatives };
  }

  /** What is for the clients that no branch is for: of the scope, where each branch says otherwise. */
  private otherwise(
    branch: DhcpdStatement,
    scope: Scope,
    branches: readonly Scope[],
    isWhole: boolean,
  ): undefined {
    const line = this.context.draft.say(branch, `${scope.label} else`.trim(), "imported", "for all others");
    if (!isWhole) {
      leaveOut(line, "a condition before it did not come over");
      this.leaveOutAll(branch.block ?? [], `${scope.label} else`.trim());
      return;
    }
    const other = scopeOf(scope.kind, `${scope.label} else`.trim(), scope.parent, line);
    this.context.read(branch.block ?? [], other);
    const alone = "all branches of the condition would have to set it too";
    for (const [code, option] of other.options) {
      if (branches.every(({ options }) => options.has(code))) scope.options.set(code, option);
      else leaveOut(option.line, alone);
    }
    for (const field of ["file", "nextServer", "serverName", "leaseTime"] as const) {
      const set: SetValue<string> | undefined = other[field];
      if (set === undefined) continue;
      if (
        branches.every((one) => one[field] !== undefined || (field !== "leaseTime" && one.file !== undefined))
      )
        scope[field] = set;
      else leaveOut(set.line, alone);
    }
  }

  private leaveOutAll(statements: readonly DhcpdStatement[], label: string): undefined {
    for (const statement of statements) {
      const text = `${label} ${itemsText(statement.items.slice(0, 2))}`;
      this.context.draft.say(statement, text, "left out", "its condition did not come over");
      this.leaveOutAll(statement.block ?? [], label);
    }
  }
}

/** Undefined: a class can say it. */
function whyNone(outcome: MatchOutcome): string | undefined {
  if ("why" in outcome) return outcome.why;
  return outcome.alternatives.some((matches) => matches.length === 0)
    ? "it holds for every client"
    : undefined;
}

/** Behind `if`, `elsif` or `else if`. */
function conditionOf({ items }: DhcpdStatement): readonly DhcpdItem[] {
  return items.slice(isWord(items[0], "else") ? 2 : 1);
}

function nameFor(alternatives: Alternatives, { line }: DhcpdStatement): string {
  const match = alternatives[0]?.at(-1);
  if (match?.arch !== undefined) return `arch-${match.arch.join("-")}`;
  const text = match?.equals ?? match?.prefix ?? "";
  return /^(?!0x)[A-Za-z]/.test(text) ? text.slice(0, 24) : `line-${line}`;
}
