/** zod's issues as sentences for the operator: what stands there, what is wanted, what to write. */
import type { z } from "zod";
import type { ConfigProblem } from "#contracts/configuration.ts";
import { limits } from "./limits.ts";
import { nearestName } from "./nearest-name.ts";
import { formatPath, type PlaceQuestion, type SitePath } from "./path.ts";
import { choicesAt, knownKeysAt, noteAt } from "./schema-walk.ts";

type Issue = z.core.$ZodIssue;
type IssueOf<Code extends Issue["code"]> = Extract<Issue, { code: Code }>;

/** A problem that knows where to look for its line. */
export interface PlacedProblem extends ConfigProblem {
  readonly place: PlaceQuestion;
}

type Sentence = Pick<ConfigProblem, "what" | "remedy">;

/** In place of zod's own messages; an issue that has another one was worded by the schema's author. */
const unworded = "\u0000";

/** Parses a value; all problems at once. `at` is where the value stands in the file. */
export function parseWith<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  at: SitePath,
): { readonly config: z.output<Schema> } | { readonly problems: readonly PlacedProblem[] } {
  const result = schema.safeParse(value, { error: () => unworded });
  if (result.success) return { config: result.data };
  const look: Look = { schema, value };
  const problems = result.error.issues.flatMap((issue) => problemsOf(issue, look, at));
  return { problems: problems.slice(0, limits.problemsMax) };
}

interface Look {
  readonly schema: z.ZodType;
  readonly value: unknown;
}

function problemsOf(issue: Issue, look: Look, at: SitePath): PlacedProblem[] {
  const path = issue.path as SitePath;
  const placed = (steps: SitePath, sentence: Sentence): PlacedProblem => {
    const whole = [...at, ...steps];
    return {
      severity: "error",
      ...(whole.length === 0 ? {} : { path: formatPath(whole) }),
      ...sentence,
      place: { steps: whole, atKey: issue.code === "unrecognized_keys" },
    };
  };
  if (issue.code === "unrecognized_keys") {
    const section = valueAt(look.value, path);
    const known = knownKeysAt(look.schema, path, section).filter(
      (key) => childOf(section, key) === undefined,
    );
    return issue.keys.map((key) => placed([...path, key], unknownKey(key, known)));
  }
  if (issue.message === unworded && issue.code === "invalid_union") {
    const branch = likeliestBranch(issue, valueAt(look.value, path));
    if (branch !== undefined) {
      return branch.flatMap((inner) => problemsOf({ ...inner, path: [...path, ...inner.path] }, look, at));
    }
  }
  if (issue.message === unworded && (issue.code === "invalid_element" || issue.code === "invalid_key")) {
    return issue.issues.flatMap((inner) =>
      problemsOf({ ...inner, path: [...path, ...inner.path] }, look, at),
    );
  }
  return [placed(path, issue.message === unworded ? sentenceOf(issue, look) : worded(issue.message))];
}

/** An author's message is "what; remedy". */
function worded(message: string): Sentence {
  const at = message.indexOf("; ");
  return at < 0 ? { what: message } : { what: message.slice(0, at), remedy: message.slice(at + 2) };
}

function unknownKey(key: string, known: readonly string[]): Sentence {
  const what = `there is no ${JSON.stringify(key)} here`;
  const nearest = nearestName(key, known);
  if (nearest !== undefined) return { what, remedy: `write ${JSON.stringify(nearest)}` };
  if (known.length === 0) return { what, remedy: "remove it" };
  return { what, remedy: `remove it, or write one of ${known.join(", ")}` };
}

/**
 * Of the alternatives the one that was meant: the value is of its kind and only something inside is wrong.
 * Undefined when the value fits none: then all are named.
 */
function likeliestBranch(issue: IssueOf<"invalid_union">, value: unknown): readonly Issue[] | undefined {
  const ofItsKind = issue.errors.filter((branch) =>
    branch.every(
      (inner) => inner.path.length > 0 || (inner.code !== "invalid_type" && inner.code !== "invalid_value"),
    ),
  );
  if (ofItsKind.length === 1) return ofItsKind[0];
  if (ofItsKind.length > 1 && value !== null && typeof value === "object") {
    return ofItsKind.reduce((best, branch) => (branch.length < best.length ? branch : best));
  }
  return undefined;
}

function sentenceOf(issue: Issue, look: Look): Sentence {
  const path = issue.path as SitePath;
  const value = valueAt(look.value, path);
  const note = noteAt(look.schema, path);
  const example = note.example === undefined ? undefined : `write ${asWritten(note.example)}`;
  if (value === undefined) return missing(path, note.example, note.description);
  switch (issue.code) {
    case "invalid_type":
      return {
        what: `this is ${kindOf(value)}, and ${kindNames[issue.expected] ?? issue.expected} is wanted`,
        remedy: example ?? conversion(issue.expected, value) ?? describedAs(note.description),
      };
    case "invalid_value":
      return choice(value, issue.values.map(String));
    case "too_small":
      return { what: `${measured(issue.origin, value)} is too little`, remedy: bound(issue, "minimum") };
    case "too_big":
      return { what: `${measured(issue.origin, value)} is too much`, remedy: bound(issue, "maximum") };
    case "not_multiple_of":
      return { what: `${asTyped(value)} is no multiple of ${issue.divisor}`, remedy: "write one" };
    case "invalid_format":
      return {
        what: `${asTyped(value)} is not ${formatNames[issue.format] ?? "of the form that is wanted"}`,
        remedy: example ?? describedAs(note.description),
      };
    case "invalid_union": {
      const choices = choicesOf(issue, value, choicesAt(look.schema, path));
      if (choices.length > 0) return choice(value, choices);
      const formats = formatsOf(issue);
      if (formats.length > 0)
        return {
          what: `${asTyped(value)} is not ${formats.join(" or ")}`,
          remedy: example ?? describedAs(note.description),
        };
      const kinds = kindsOf(issue);
      if (kinds.length === 0)
        return { what: `${asTyped(value)} is not valid`, remedy: example ?? describedAs(note.description) };
      return {
        what: `this is ${kindOf(value)}, and ${kinds.join(" or ")} is wanted`,
        remedy: example ?? describedAs(note.description),
      };
    }
    default:
      return {
        what: `${asTyped(value)} is not valid here`,
        remedy: example ?? describedAs(note.description),
      };
  }
}

function missing(path: SitePath, example: unknown, description: string | undefined): Sentence {
  const key = path.at(-1);
  if (typeof key !== "string") return { what: "a value is missing", remedy: describedAs(description) };
  const line = `${key}: ${example === undefined ? "…" : asWritten(example)}`;
  return {
    what: `${JSON.stringify(key)} is missing`,
    remedy: `add the line ${line}${description === undefined ? "" : ` (${lowerFirst(description)})`}`,
  };
}

function choice(value: unknown, choices: readonly string[]): Sentence {
  const what = `${asTyped(value)} is not known here`;
  const nearest = typeof value === "string" ? nearestName(value, choices) : undefined;
  if (nearest !== undefined) return { what, remedy: `write ${nearest}` };
  return {
    what,
    remedy: choices.length === 1 ? `write ${choices[0]}` : `write one of ${shortened(choices)}`,
  };
}

function shortened(choices: readonly string[]): string {
  const shown = choices.slice(0, choicesShownMax).join(", ");
  return choices.length > choicesShownMax ? `${shown} and ${choices.length - choicesShownMax} more` : shown;
}

/** More are no help in a line. */
const choicesShownMax = 24;

/** The words of which one was meant: of the kinds of a section, or where a word may stand for one. */
function choicesOf(
  { errors, discriminator }: IssueOf<"invalid_union"> & { readonly discriminator?: string | undefined },
  value: unknown,
  choices: readonly string[],
): readonly string[] {
  if (discriminator !== undefined) return choices;
  const isWord = errors.some((branch) =>
    branch.some(({ code, path }) => code === "invalid_value" && path.length === 0),
  );
  return typeof value === "string" && isWord ? choices : [];
}

/** Where the value is a text of none of some forms: their names. */
function formatsOf({ errors }: IssueOf<"invalid_union">): readonly string[] {
  const formats = errors.map((branch) =>
    branch.length === 1 && branch[0]!.code === "invalid_format" ? formatNames[branch[0]!.format] : undefined,
  );
  return formats.every((format) => format !== undefined) ? formats : [];
}

function kindsOf(issue: IssueOf<"invalid_union">): string[] {
  const kinds = issue.errors.flatMap((branch) =>
    branch.flatMap((inner) => {
      if (inner.path.length > 0) return [];
      if (inner.code === "invalid_type") return [kindNames[inner.expected] ?? inner.expected];
      return inner.code === "invalid_value" ? inner.values.map(String) : [];
    }),
  );
  return [...new Set(kinds)];
}

function conversion(expected: string, value: unknown): string | undefined {
  const isScalar = value === null || typeof value !== "object";
  if (expected === "string" && isScalar && value !== null) return `put it in quotes, "${String(value)}"`;
  if (expected === "array" && isScalar) return `put it in brackets, [${asTyped(value)}]`;
  if (expected === "boolean") return "write true or false";
  if (expected === "number" || expected === "int") {
    return typeof value === "string" && Number.isFinite(Number(value))
      ? "remove the quotes"
      : "write a number";
  }
  if (expected === "object" || expected === "record") return 'write "key: value" lines, indented below';
  return undefined;
}

function describedAs(description: string | undefined): string {
  return description === undefined
    ? "look it up in the documentation"
    : `write this: ${lowerFirst(description)}`;
}

function bound(issue: IssueOf<"too_small"> | IssueOf<"too_big">, side: "minimum" | "maximum"): string {
  const number = String((issue as unknown as Record<string, unknown>)[side]);
  const [one, many] = countedUnits[issue.origin] ?? ["", ""];
  const unit = number === "1" ? one : many;
  const more = issue.inclusive === false ? (side === "minimum" ? "more than" : "less than") : undefined;
  if (more !== undefined) return `write ${more} ${number}${unit}`;
  return `write ${number}${unit} or ${side === "minimum" ? "more" : "less"}`;
}

const countedUnits: Readonly<Record<string, readonly [one: string, many: string]>> = {
  string: [" character", " characters"],
  array: [" entry", " entries"],
  object: [" key", " keys"],
};

function measured(origin: string, value: unknown): string {
  if (origin === "string")
    return value === "" ? "an empty text" : `a text of ${String(value).length} characters`;
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `a list of ${value.length} entries`;
  return origin === "object" ? "this many keys" : asTyped(value);
}

const kindNames: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a section of key: value lines",
  record: "a section of key: value lines",
  null: "nothing",
};

const formatNames: Readonly<Record<string, string>> = {
  ipv4: "an IPv4 address",
  ipv6: "an IPv6 address",
  cidrv4: "an IPv4 network such as 192.168.9.0/24",
  cidrv6: "an IPv6 network such as 2001:db8::/32",
  hostname: "a host name",
  url: "a URL",
  email: "a mail address",
  base64: "base64",
  mac: "a MAC address",
};

function kindOf(value: unknown): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a section of key: value lines";
  if (typeof value === "string") return "text";
  if (typeof value === "number") return Number.isInteger(value) ? "a number" : "a number with a fraction";
  return typeof value === "boolean" ? String(value) : typeof value;
}

/** A value as one would write it in YAML, cut when long. */
function asTyped(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** An example: a plain word needs no quotes. */
function asWritten(example: unknown): string {
  return typeof example === "string" && /^[A-Za-z][\w./-]*$/.test(example) ? example : asTyped(example);
}

function lowerFirst(text: string): string {
  const rest = text.replace(/\.$/, "");
  // An acronym stays as it is.
  return /^[A-Z][a-z]/.test(rest) ? rest[0]!.toLowerCase() + rest.slice(1) : rest;
}

function valueAt(value: unknown, path: SitePath): unknown {
  return path.reduce((node, step) => childOf(node, step), value);
}

function childOf(node: unknown, step: string | number): unknown {
  if (node === null || typeof node !== "object") return undefined;
  return Object.hasOwn(node, step) ? (node as Record<string | number, unknown>)[step] : undefined;
}
