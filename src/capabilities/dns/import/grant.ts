/** `update-policy` as `grant`: rules of which the first that fits decides. */
import { NameError } from "#protocols/dns/name.ts";
import { keyId } from "#protocols/namedconf/match-list.ts";
import { shown } from "#protocols/namedconf/problem.ts";
import { type Statement, wordAt } from "#protocols/namedconf/tree.ts";
import { plainType, readUpdatePolicy, type UpdatePolicyRule } from "#protocols/namedconf/update-policy.ts";
import { canonicalName } from "./canonical-name.ts";

export interface SiteRule {
  readonly key: string;
  readonly names: string;
  readonly name?: string;
  readonly types?: readonly string[];
  readonly deny?: true;
}

export interface Grant {
  readonly rules: readonly SiteRule[];
  /** Of rules that do not come over, or not as they are. */
  readonly notes: readonly {
    readonly statement: Statement;
    readonly came: boolean;
    readonly detail: string;
  }[];
}

const ruleTypes = new Set(["name", "subdomain", "wildcard", "self", "selfsub", "selfwild", "zonesub"]);

const local =
  "named makes the key local-ddns anew at each start, and Homeport does not; make one of your own " +
  "with homeport key new, and grant it {key: NAME, names: zonesub, types: [ANY]}";

/** @param keys what site.yaml calls each key, by its `keyId` */
export function importGrant(policy: Statement, keys: ReadonlyMap<string, string>): Grant {
  if (wordAt(policy, 1)?.toLowerCase() === "local") {
    return { rules: [], notes: [{ statement: policy, came: false, detail: local }] };
  }
  const rules: SiteRule[] = [];
  const notes: { statement: Statement; came: boolean; detail: string }[] = [];
  for (const rule of readUpdatePolicy(policy)) {
    const read = readRule(rule, keys);
    const note = (detail: string) => notes.push({ statement: rule.statement, came: "rules" in read, detail });
    if ("rules" in read) {
      for (const one of read.rules) rules.push(one);
      if (read.note !== undefined) note(read.note);
    } else if (rule.deny && !read.fitsNobody) {
      // Rules behind it would grant what it denies.
      note(`${read.why}; the rules behind it stay out too, as it may deny what they grant`);
      break;
    } else note(read.why);
  }
  return { rules, notes };
}

type ReadRule =
  | { readonly rules: readonly SiteRule[]; readonly note?: string }
  /** `fitsNobody`: nobody who speaks to Homeport is meant by it. */
  | { readonly why: string; readonly fitsNobody: boolean };

function readRule(rule: UpdatePolicyRule, keys: ReadonlyMap<string, string>): ReadRule {
  const unknown = unknownRuleType(rule.ruleType);
  if (unknown !== undefined) return unknown;
  const signers = signersOf(rule.identity, keys);
  if (signers.length === 0) {
    const why = `no key is called "${shown(rule.identity)}"; Kerberos and SIG(0) are not known`;
    return { why, fitsNobody: true };
  }
  const needsName = ["name", "subdomain", "wildcard"].includes(rule.ruleType);
  const name = needsName ? canonicalName(rule.name ?? "") : undefined;
  if (name instanceof NameError) return { why: shown(name.message, 200), fitsNobody: false };
  const types = [...new Set(rule.types.map(plainType))];
  const counted = rule.types.some((type) => type.endsWith(")"));
  const rules = signers.map(
    (key): SiteRule => ({
      key,
      names: rule.ruleType,
      ...(name !== undefined && { name }),
      ...(types.length > 0 && { types }),
      ...(rule.deny && { deny: true as const }),
    }),
  );
  const note = "how many records it allows does not come over; recordsPerTypeMax of the zone holds for all";
  return { rules, ...(counted && { note }) };
}

function unknownRuleType(type: string): ReadRule | undefined {
  if (ruleTypes.has(type)) return undefined;
  if (/^(?:krb5|ms)-/.test(type)) return { why: `${type}: Kerberos is not known`, fitsNobody: true };
  if (type === "external") return { why: "external: Homeport asks no program beside it", fitsNobody: false };
  const why = `${shown(type)}: rules by the client's address are not known; write allowUpdate for addresses`;
  return { why, fitsNobody: false };
}

/** `*.example` is every key below example, since a rule of site.yaml names one key, or any with `*`. */
function signersOf(identity: string, keys: ReadonlyMap<string, string>): readonly string[] {
  if (identity === "*") return ["*"];
  if (identity.startsWith("*.")) {
    const suffix = keyId(identity).slice(1);
    return [...keys].flatMap(([id, name]) => (id.endsWith(suffix) && id !== suffix ? [name] : []));
  }
  const key = keys.get(keyId(identity));
  return key === undefined ? [] : [key];
}
