/** `client-classes` of Kea. */
import { readKeaTest } from "#protocols/keaconf/expression.ts";
import type { KeaMap, KeaMember } from "#protocols/keaconf/json.ts";
import { shown } from "#protocols/namedconf/problem.ts";
import { type Alternatives, matchesOf, type TestContext } from "../client-class.ts";
import { type DraftLine, type ImportDraft, leaveOut } from "../draft.ts";
import { type ConditionalScope, type Scope, scopeOf } from "../scope.ts";
import { flagIn, mapsOf, member, textIn } from "./member.ts";
import type { OptionDefinitions } from "./option-data.ts";

interface ClassContext {
  readonly draft: ImportDraft;
  readonly definitions: OptionDefinitions;
  readonly global: Scope;
  setting(one: KeaMember, scope: Scope): void;
}

/** Kea's own, by the vendor class that a client sends. */
const vendorPrefix = "VENDOR_CLASS_";

export class KeaClasses {
  readonly found: ConditionalScope[] = [];
  private readonly context: ClassContext;
  private readonly alternatives = new Map<string, Alternatives>();
  /** Without a test: reservations say who is of it. */
  private readonly byHost = new Map<string, { scope: Scope; line: DraftLine; isUsed: boolean }>();
  private readonly tests: TestContext;

  constructor(context: ClassContext) {
    this.context = context;
    this.tests = {
      optionCode: (name) => context.definitions.codeOf(name),
      classNamed: (name) => this.alternatives.get(name) ?? vendorClass(name),
    };
  }

  read(map: KeaMap): undefined {
    const { draft, global, definitions } = this.context;
    const name = textIn(map, "name") ?? "";
    const label = `client-class ${shown(name)}`;
    const line = draft.say(map, label, "imported");
    const scope = scopeOf("class", label, global, line);
    for (const inner of mapsOf(member(map, "option-def")?.value)) definitions.define(inner);
    for (const one of map.members) if (!readHere.has(one.name)) this.context.setting(one, scope);
    const test = textIn(map, "test");
    const template = member(map, "template-test");
    if (flagIn(map, "only-if-required") === true || flagIn(map, "only-in-additional-list") === true)
      return leaveOut(line, "classes of site.yaml count wherever their test holds");
    if (template !== undefined) return leaveOut(line, "site.yaml makes no classes while it runs");
    if (test === undefined) return this.withoutTest(name, scope, line);
    const testLine = draft.say(
      member(map, "test")!,
      `${label} test ${test}`,
      "imported",
      "dhcp.classes match",
      line,
    );
    const outcome = matchesOf(readKeaTest(test), this.tests);
    const isEmpty = "alternatives" in outcome && outcome.alternatives.some((matches) => matches.length === 0);
    if (!("alternatives" in outcome) || isEmpty) {
      leaveOut(testLine, "why" in outcome ? outcome.why : "it holds for every client");
      return leaveOut(line, "its test did not come over");
    }
    this.alternatives.set(name, outcome.alternatives);
    if (name === "DROP") scope.ignore = line;
    this.found.push({ scope, name, alternatives: outcome.alternatives, line });
  }

  private withoutTest(name: string, scope: Scope, line: DraftLine): undefined {
    leaveOut(line, "it has no test");
    this.byHost.set(name, { scope, line, isUsed: false });
  }

  /** What a class gives to a host that names it; undefined: the class has a test, and hosts are not asked. */
  ofHost(name: string): Scope | undefined {
    const one = this.byHost.get(name);
    if (one === undefined) return undefined;
    one.isUsed = true;
    one.line.outcome = "imported";
    one.line.detail = "written out in the hosts that name it";
    return one.scope;
  }

  /** Vendor classes that pools name become classes of their own. */
  define(name: string, line: DraftLine): undefined {
    const alternatives = vendorClass(name);
    if (alternatives === undefined || this.alternatives.has(name)) return;
    this.alternatives.set(name, alternatives);
    this.found.push({ scope: scopeOf("class", name, this.context.global, line), name, alternatives, line });
  }

  finish(): undefined {
    for (const { scope, line, isUsed } of this.byHost.values()) {
      if (!isUsed && scope.options.size === 0) line.detail = "it has no test, and no host names it";
    }
  }
}

function vendorClass(name: string): Alternatives | undefined {
  const text = name.startsWith(vendorPrefix) ? name.slice(vendorPrefix.length) : "";
  return text === "" ? undefined : [[{ option: "vendor-class-identifier", equals: text }]];
}

const readHere: ReadonlySet<string> = new Set([
  "name",
  "test",
  "option-def",
  "template-test",
  "only-if-required",
  "only-in-additional-list",
]);
