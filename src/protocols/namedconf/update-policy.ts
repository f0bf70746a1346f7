/** The rules of `update-policy { grant IDENTITY RULETYPE NAME TYPES; … };`. */
import { typeFromMnemonic } from "../dns/registry.ts";
import { type Problems, shown } from "./problem.ts";
import { blockOf, type Statement, wordAt } from "./tree.ts";

export interface UpdatePolicyRule {
  readonly statement: Statement;
  readonly deny: boolean;
  /** Name of a key, with `*` in front for those below a name. */
  readonly identity: string;
  /** In lower case, such as `subdomain`. */
  readonly ruleType: string;
  /** Undefined: the rule takes none. */
  readonly name: string | undefined;
  /** As they are written, such as `TXT` or `PTR(1)`. Empty: the usual ones. */
  readonly types: readonly string[];
}

const selfRules = new Set(["self", "selfsub", "selfwild"]);

/** Empty for `update-policy local`. */
export function readUpdatePolicy(statement: Statement): readonly UpdatePolicyRule[] {
  return (blockOf(statement)?.statements ?? []).map((rule) => {
    const ruleType = wordAt(rule, 2)?.toLowerCase() ?? "";
    const words = rule.items.slice(3).flatMap((item) => (item.kind === "word" ? [item.text] : []));
    const takesName = ruleType !== "zonesub";
    return {
      statement: rule,
      deny: wordAt(rule, 0)?.toLowerCase() === "deny",
      identity: wordAt(rule, 1) ?? "",
      ruleType,
      name: takesName ? words[0] : undefined,
      types: takesName ? words.slice(1) : words,
    };
  });
}

/** A type without the number of records that BIND 9.20 and later may write behind it, as in `PTR(1)`. */
export function plainType(written: string): string {
  return written.replace(/\(\d+\)$/, "").toUpperCase();
}

/** What named refuses in a rule that has all its words in place. */
export function checkUpdatePolicy(statement: Statement, problems: Problems): void {
  for (const { statement: rule, identity, ruleType, name, types } of readUpdatePolicy(statement)) {
    const wrong = (what: string, remedy: string) =>
      problems.add(rule, { code: "value", what: `in update-policy: ${what}`, remedy });
    if (ruleType === "") continue; // told already
    if (ruleType !== "zonesub" && name === undefined) {
      wrong(`the name that ${ruleType} is about is missing`, `write it behind ${ruleType}`);
      continue;
    }
    if (ruleType === "wildcard" && !name!.startsWith("*")) {
      wrong(`${shown(name!)} is no wildcard`, `write *.${shown(name!)}, or subdomain`);
    }
    if (selfRules.has(ruleType) && name !== "." && plain(name!) !== plain(identity)) {
      wrong(`the name of ${ruleType} is not that of the key`, `write . or ${shown(identity)}`);
    }
    const unknown = types.find((type) => typeFromMnemonic(plainType(type)) === undefined);
    if (unknown !== undefined) wrong(`${shown(unknown)} is no record type`, "write one such as A or ANY");
  }
}

function plain(name: string): string {
  return name.toLowerCase().replace(/(?<=.)\.$/, "");
}
