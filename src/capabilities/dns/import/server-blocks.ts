/** What the report says of `server` statements. */
import { shown } from "#protocols/namedconf/problem.ts";
import type { ServerBlock } from "#protocols/namedconf/server-blocks.ts";
import { blockOf, statementName } from "#protocols/namedconf/tree.ts";
import type { ImportDraft } from "./draft.ts";

/** Statements of a `server` block, and why they do not come over. */
const reasons: ReadonlyMap<string, string> = new Map([
  ["bogus", "Homeport asks only servers that site.yaml names; whom it hears, say allowQuery and its like"],
  ["provide-ixfr", "whoever may copy a zone gets its changes, or all of it where that is not possible"],
  ["request-ixfr", "Homeport asks for changes first, and for the whole zone where there are none"],
  ["transfer-format", "Homeport puts many records into each message"],
  ["transfers", "Homeport has bounds of its own"],
]);

const signed = "beside its address in primaries and alsoNotify; what is said to others is not signed";

/** After all zones: by which blocks something is signed. */
export function sayServers(
  draft: ImportDraft,
  blocks: readonly ServerBlock[],
  signing: ReadonlySet<ServerBlock>,
  keys: ReadonlyMap<string, string>,
): void {
  for (const block of blocks) {
    const label = `server ${shown(block.prefix)}`;
    for (const inner of blockOf(block.statement)?.statements ?? []) {
      const name = statementName(inner);
      if (name !== "keys") {
        const why = reasons.get(name) ?? "Homeport finds out what a server can";
        draft.say(inner, `${label} ${name}`, "not carried over", why);
      } else if (signing.has(block)) {
        draft.say(inner, `${label} keys`, "imported", signed);
      } else if (block.key === undefined || !keys.has(block.key)) {
        draft.say(inner, `${label} keys`, "left out", `no key is called "${shown(block.key ?? "")}"`);
      } else {
        const key = keys.get(block.key);
        const why = `no primaries or also-notify names it; where one does, write "ADDRESS key ${key}"`;
        draft.say(inner, `${label} keys`, "not carried over", why);
      }
    }
  }
}
