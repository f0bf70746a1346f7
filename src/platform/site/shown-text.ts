/** A site file as it may be shown: all as it stands, comments and layout included, but for its secrets. */
import { isAlias, isNode, isScalar, parseDocument, visit } from "yaml";
import { redactedValue, secretNames } from "../log/redaction.ts";

const named = secretNames.join("|");
const anySecret = new RegExp(`\\b(?:${named})\\b`);
/** A key that someone set aside is a key still. */
const commentedSecret = new RegExp(`(\\b(?:${named})["']?[ \\t]*:[ \\t]*)\\S.*`);

/** `text` is a site file that was taken, hence YAML without errors. */
export function shownSiteText(text: string): string {
  if (!anySecret.test(text)) return text;
  const document = parseDocument(text, { prettyErrors: false, stringKeys: true });
  /** Where each secret ends, by where it begins: an alias may name one twice. */
  const ends = new Map<number, number>();
  visit(document, {
    Pair(_, { key, value }) {
      if (!(isScalar(key) && secretNames.some((name) => name === key.value))) return;
      const written = isAlias(value) ? value.resolve(document) : value;
      if (isNode(written) && written.range) ends.set(written.range[0], written.range[1]);
    },
  });
  let shown = text;
  for (const [start, end] of [...ends].sort(([one], [other]) => other - one)) {
    shown = `${shown.slice(0, start)}"${redactedValue}"${shown.slice(end).replace(/^(?=[^\s,}\]])/, "\n")}`;
  }
  return shown.replace(/#.*/g, (comment) => comment.replace(commentedSecret, `$1"${redactedValue}"`));
}
