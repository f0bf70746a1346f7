/**
 * YAML 1.2 text to plain values, and from a place in those values back to line and column. Pure: also runs in
 * the parser's thread.
 */
import {
  type Document,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLError,
} from "yaml";
import type { ConfigProblem } from "#contracts/configuration.ts";
import { limits } from "./limits.ts";
import type { PlaceQuestion } from "./path.ts";

/** Counted from 1, as editors do. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

export type YamlOutcome = { readonly value: unknown } | { readonly problems: readonly ConfigProblem[] };

export function parseYaml(text: string): YamlOutcome {
  const lineCounter = new LineCounter();
  const document = readDocument(text, lineCounter);
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    return { problems: faults.slice(0, limits.problemsMax).map((fault) => problemOf(fault, lineCounter)) };
  }
  try {
    return { value: document.toJS({ maxAliasCount: limits.aliasesMax }) as unknown };
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    const what = "its aliases (*name) unfold into too much";
    return { problems: [{ severity: "error", what, remedy: "write the values out where they are used" }] };
  }
}

/**
 * For each question the place of what it names, or, where that does not exist, of the nearest thing around
 * it.
 */
export function locate(text: string, places: readonly PlaceQuestion[]): readonly TextPlace[] {
  const lineCounter = new LineCounter();
  const document = readDocument(text, lineCounter);
  return places.map((place) => {
    const { line, col } = lineCounter.linePos(offsetOf(document, place));
    return { line, column: col };
  });
}

function readDocument(text: string, lineCounter: LineCounter): Document.Parsed {
  return parseDocument(text, { lineCounter, prettyErrors: false, stringKeys: true, uniqueKeys: true });
}

function offsetOf(document: Document.Parsed, { steps, atKey }: PlaceQuestion): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, step] of steps.entries()) {
    const pair: Pair | undefined = isMap(node)
      ? node.items.find(({ key }) => isScalar(key) && key.value === step)
      : undefined;
    const next = pair?.value ?? (isSeq(node) && typeof step === "number" ? node.items[step] : undefined);
    if (pair === undefined && next === undefined) break;
    // A collection is best shown by its key: its own start may be lines below. So is a value that is not
    // written.
    const byKey = isCollection(next) || isUnwritten(next) || (atKey && depth === steps.length - 1);
    offset = (byKey ? startOf(pair?.key) : undefined) ?? startOf(next) ?? offset;
    node = next;
  }
  return offset;
}

function isUnwritten(node: unknown): boolean {
  return isScalar(node) && node.value === null && node.source === "";
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

function problemOf(fault: YAMLError, lineCounter: LineCounter): ConfigProblem {
  const { line, col } = lineCounter.linePos(fault.pos[0]);
  return { severity: "error", line, column: col, ...sentenceOf(fault) };
}

function sentenceOf(fault: YAMLError): { what: string; remedy: string } {
  switch (fault.code) {
    case "DUPLICATE_KEY":
      return { what: "this key stands here twice", remedy: "keep one of the two" };
    case "TAB_AS_INDENT":
      return { what: "a tab indents this line", remedy: "write spaces" };
    case "BAD_INDENT":
      return {
        what: "this line's indentation fits no line above, or a bracket above is still open",
        remedy: "align it with its neighbours, or close the bracket",
      };
    case "BLOCK_AS_IMPLICIT_KEY":
    case "BLOCK_IN_FLOW":
      return { what: "a nested block begins where it cannot", remedy: "begin it on the next line, indented" };
    case "MULTILINE_IMPLICIT_KEY":
    case "KEY_OVER_1024_CHARS":
      return {
        what: "this is no key: value line",
        remedy: 'write "key: value", with a space after the colon',
      };
    case "MISSING_CHAR":
      return { what: "a closing quote, bracket, comma or colon is missing", remedy: "complete it" };
    case "BAD_ALIAS":
      return {
        what: "this alias (*name) has no anchor (&name)",
        remedy: 'put text that begins with "*" in quotes',
      };
    case "MULTIPLE_DOCS":
      return { what: 'a second document begins ("---")', remedy: "keep one document in the file" };
    case "NON_STRING_KEY":
      return { what: "this key is no text", remedy: "put it in quotes" };
    case "TAG_RESOLVE_FAILED":
    case "BAD_DIRECTIVE":
      return { what: "tags (!name) and directives (%NAME) have no meaning here", remedy: "remove it" };
    default:
      return {
        what: `this is not YAML (${fault.message.replace(/\.$/, "").toLowerCase()})`,
        remedy: 'put text that has special characters in quotes, "like this"',
      };
  }
}
