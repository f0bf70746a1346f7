/**
 * As much of XML as a router's answers need: the text of an element by its name, whatever its namespace is
 * called. What declares entities is refused, so that nothing can be made to grow.
 */
import { WireError } from "../dns/wire.ts";
import { limits } from "./limits.ts";

/** The text without its comments. Throws WireError for what is too long or declares anything. */
export function plainXml(text: string, charactersMax: number): string {
  if (text.length > charactersMax) throw new WireError("too-long", "XML", charactersMax);
  const declaration = text.search(/<!(DOCTYPE|ENTITY|\[CDATA\[)/i);
  if (declaration !== -1) throw new WireError("bad-value", "XML.declaration", declaration);
  return withoutComments(text);
}

/** Of every element of that name what stands in it; one within another of the same name is not told apart. */
export function elementsOf(xml: string, name: string): readonly string[] {
  const start = new RegExp(`<(?:[A-Za-z_][\\w.-]*:)?${name}(?:\\s[^<>]*)?>`, "g");
  const end = new RegExp(`</(?:[A-Za-z_][\\w.-]*:)?${name}\\s*>`, "g");
  const found: string[] = [];
  for (let match = start.exec(xml); match !== null; match = start.exec(xml)) {
    if (match[0].endsWith("/>")) continue;
    end.lastIndex = start.lastIndex;
    const close = end.exec(xml);
    if (close === null) throw new WireError("short-input", `XML.${name}`, start.lastIndex);
    if (found.length === limits.servicesMax) throw new WireError("too-many", `XML.${name}`, match.index);
    found.push(xml.slice(start.lastIndex, close.index));
    start.lastIndex = end.lastIndex;
  }
  return found;
}

/** The text of the first element of that name; undefined when there is none. Throws WireError. */
export function elementText(xml: string, name: string): string | undefined {
  const inside = elementsOf(xml, name)[0]?.trim();
  if (inside === undefined) return undefined;
  if (inside.length > limits.valueMax) throw new WireError("too-long", `XML.${name}`, 0);
  if (inside.includes("<")) throw new WireError("bad-value", `XML.${name}`, 0);
  return inside.replace(/&([^;&]*);?/g, (reference, entity: string) => {
    const character = Object.hasOwn(entities, entity) ? entities[entity] : undefined;
    if (character === undefined || !reference.endsWith(";"))
      throw new WireError("bad-value", `XML.${name}`, 0);
    return character;
  });
}

/** XML 1.0 §4.6: those that need no declaration. */
const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function withoutComments(text: string): string {
  const kept: string[] = [];
  let at = 0;
  for (;;) {
    const start = text.indexOf("<!--", at);
    if (start === -1) return kept.join("") + text.slice(at);
    const end = text.indexOf("-->", start + 4);
    if (end === -1) throw new WireError("short-input", "XML.comment", start);
    kept.push(text.slice(at, start));
    at = end + 3;
  }
}
