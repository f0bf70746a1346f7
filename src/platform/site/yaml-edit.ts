/**
 * Changes of YAML text by which comments and layout stay. Pure: also runs in the parser's process.
 *
 * The `yaml` package makes the changes in its document, and writes all of it in its own layout. So the text
 * is written twice, before and after the changes, and only the lines that differ between these two are
 * brought into the text as the operator has it.
 */
import { isDeepStrictEqual } from "node:util";
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  parseDocument,
  Scalar,
  type ToStringOptions,
  visit,
} from "yaml";
import { limits } from "./limits.ts";
import { linesOf, matchLines } from "./line-difference.ts";
import { formatPath, type SitePath } from "./path.ts";

/** `append` to a list, which is made where there is none, `set` a value, or `remove` what is there. */
export type YamlChange =
  | { readonly at: SitePath; readonly append: unknown }
  | { readonly at: SitePath; readonly set: unknown }
  | { readonly at: SitePath; readonly remove: true };

export type YamlEdit = { readonly text: string } | { readonly problem: string };

/** `text` is YAML without errors. */
export function editYaml(text: string, changes: readonly YamlChange[]): YamlEdit {
  const document = parse(text);
  const layout = layoutOf(text, document);
  const before = document.toString(layout.options);
  for (const change of changes) {
    const problem = apply(document, change);
    if (problem !== undefined) return { problem };
  }
  const after = document.toString(layout.options);
  const want = contentOf(document);
  const lineEnd = /\r\n/.test(text) ? "\r\n" : "\n";
  for (const came of waysOf(layout)) {
    const merged = mergeLines({ text, before, after, came }).join(lineEnd) + lineEnd;
    if (isDeepStrictEqual(contentIn(merged), want)) return { text: merged };
  }
  return { text: after }; // where the layout is too odd, what the file says comes first
}

/** How lines that came may fit to those around them, the nicest first. */
function waysOf({ isListPadded }: Layout): readonly CameLine[] {
  const asAbove: CameLine = (line, moved) => moveLine(line, moved);
  const asWritten: CameLine = (line) => line;
  if (isListPadded) return [asWritten, asAbove];
  return [
    (line) => compactLists(line),
    (line, moved) => compactLists(moveLine(line, moved)),
    asWritten,
    asAbove,
  ];
}

/** What becomes of a line by the writer; `moved`: how much further to the right the line above stands. */
type CameLine = (line: string, moved: number) => string;

/** The writer has blanks inside of all brackets or of none. */
function compactLists(line: string): string {
  return line.replaceAll('[ "', '["').replaceAll('" ]', '"]');
}

function parse(text: string): Document {
  return parseDocument(text, { prettyErrors: false, stringKeys: true });
}

function contentOf(document: Document): unknown {
  return document.toJS({ maxAliasCount: limits.aliasesMax }) as unknown;
}

function contentIn(text: string): unknown {
  const document = parse(text);
  return document.errors.length > 0 ? document.errors : contentOf(document);
}

/** Undefined: done. */
function apply(document: Document, change: YamlChange): string | undefined {
  const path = [...change.at];
  const aliased = path.findIndex((_, depth) => isAlias(document.getIn(path.slice(0, depth + 1), true)));
  if (aliased !== -1)
    return `${formatPath(path.slice(0, aliased + 1))} is an alias (*name) of what stands elsewhere`;
  if ("remove" in change) {
    document.deleteIn(path);
    return undefined;
  }
  if ("set" in change) {
    const old = document.getIn(path, true);
    if (isScalar(old) && !isCollectionValue(change.set)) old.value = change.set;
    else document.setIn(path, nodeOf(document, change.set));
    return undefined;
  }
  const list = document.getIn(path, true);
  if (isSeq(list)) list.add(nodeOf(document, change.append, list.items.at(-1) as Node | undefined));
  else if (list === undefined || (isScalar(list) && list.value === null))
    document.setIn(path, nodeOf(document, [change.append]));
  else return `${formatPath(path)} is no list`;
  if (isSeq(list) && list.flow === true && list.items.length === 1) list.flow = false;
  return undefined;
}

function isCollectionValue(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

/** Lists of plain values are in one line and in quotes, as in the examples; the rest as its `sibling` is. */
function nodeOf(document: Document, value: unknown, sibling?: Node): Node {
  const node = document.createNode(value) as Node;
  visit(node, {
    Seq(_, list) {
      if (list.items.some((item) => isCollection(item))) return;
      list.flow = true;
      for (const item of list.items)
        if (isScalar(item) && typeof item.value === "string") item.type = Scalar.QUOTE_DOUBLE;
    },
  });
  if (isMap(node) && isMap(sibling) && sibling.flow === true) node.flow = true;
  return node;
}

interface Layout {
  readonly options: ToStringOptions;
  /** `[ 1, 2 ]` rather than `[1, 2]`. */
  readonly isListPadded: boolean;
}

/** What the operator does first is what the writer is told to do. */
function layoutOf(text: string, document: Document): Layout {
  let indent: number | undefined;
  let indentSeq: boolean | undefined;
  let isMapPadded: boolean | undefined;
  let isListPadded: boolean | undefined;
  visit(document, {
    Pair(_, { key, value }) {
      if (!isNode(key) || !isCollection(value) || value.flow === true) return;
      const first = isMap(value) ? value.items[0]?.key : value;
      const step = isNode(first) ? columnOf(text, first) - columnOf(text, key) : 0;
      if (isSeq(value)) indentSeq ??= step > 0;
      else if (step > 0) indent ??= step;
    },
    Map(_, map) {
      if (map.flow === true && map.items.length > 0) isMapPadded ??= isPadded(text, map);
    },
    Seq(_, list) {
      if (list.flow === true && list.items.length > 0) isListPadded ??= isPadded(text, list);
    },
  });
  const flowCollectionPadding = isMapPadded ?? true;
  const options = { lineWidth: 0, indent: Math.min(indent ?? 2, 8), indentSeq: indentSeq ?? true };
  return { options: { ...options, flowCollectionPadding }, isListPadded: isListPadded ?? false };
}

function isPadded(text: string, { range }: Node): boolean {
  return text[(range?.[0] ?? 0) + 1] === " ";
}

function columnOf(text: string, node: Node): number {
  const start = node.range?.[0] ?? 0;
  return start - (text.lastIndexOf("\n", start - 1) + 1);
}

interface Merge {
  /** As the operator has it. */
  readonly text: string;
  /** As the writer has it, before and after the changes. */
  readonly before: string;
  readonly after: string;
  readonly came: CameLine;
}

/** Lines that the changes left alone are the operator's, those that they did not are the writer's. */
function mergeLines({ text, before, after, came }: Merge): string[] {
  const [mine, base, theirs] = [linesOf(text), linesOf(before), linesOf(after)];
  const matches = matchLines(base.map(withoutLayout), mine.map(withoutLayout));
  const changes = matchLines(base, theirs);
  const merged: string[] = [];
  let [atMine, atBase, atTheirs] = [0, 0, 0];
  let moved = 0;
  for (let line = 0; line <= base.length; line++) {
    const isEnd = line === base.length;
    const [mineLine, theirLine] = isEnd ? [mine.length, theirs.length] : [matches[line]!, changes[line]!];
    if (mineLine === -1 || theirLine === -1) continue;
    const fresh = theirs.slice(atTheirs, theirLine);
    const isUntouched = isDeepStrictEqual(fresh, base.slice(atBase, line));
    if (isUntouched) merged.push(...mine.slice(atMine, mineLine));
    else if (fresh.length > 0) merged.push(...fresh.map((one) => (isBlank(one) ? "" : came(one, moved))));
    else merged.push(...commentsBehind(mine.slice(atMine, mineLine)));
    if (isEnd) break;
    merged.push(mine[mineLine]!);
    moved = indentOf(mine[mineLine]!) - indentOf(base[line]!);
    [atMine, atBase, atTheirs] = [mineLine + 1, line + 1, theirLine + 1];
  }
  return merged;
}

/**
 * Of lines that go, the comments at their end that stand no deeper: they are about what comes next, or the
 * end of the file, though the parser takes them for part of what goes.
 */
function commentsBehind(gone: readonly string[]): readonly string[] {
  const isContent = (line: string): boolean => !isBlank(line) && !line.trimStart().startsWith("#");
  const content = gone.find(isContent);
  if (content === undefined) return [];
  const behind = gone.slice(gone.findLastIndex(isContent) + 1);
  const at = behind.findIndex((line) => !isBlank(line) && indentOf(line) <= indentOf(content));
  if (at === -1) return [];
  return behind.slice(at > 0 && isBlank(behind[at - 1]!) ? at - 1 : at);
}

function isBlank(line: string): boolean {
  return line.trim() === "";
}

/** Lines are the same when they say the same in the same order. */
function withoutLayout(line: string): string {
  return line.replaceAll(/\s/g, "");
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function moveLine(line: string, by: number): string {
  if (line === "") return line;
  return by >= 0 ? " ".repeat(by) + line : line.slice(Math.min(-by, indentOf(line)));
}
