/** As much of XML as the answers of an API need: elements by their name, whatever stands around them. */

/** Of every element of that name what stands in it. */
export function elementsOf(xml: string, name: string): readonly string[] {
  const found: string[] = [];
  const open = `<${name}`;
  const close = `</${name}>`;
  for (let at = xml.indexOf(open); at !== -1; at = xml.indexOf(open, at)) {
    const end = xml.indexOf(">", at);
    const next = xml[at + open.length];
    at += open.length;
    // The name may be the front of a longer one
    if (end === -1 || (next !== ">" && next !== " ") || xml[end - 1] === "/") continue;
    const until = xml.indexOf(close, end);
    if (until === -1) break;
    found.push(xml.slice(end + 1, until));
    at = until + close.length;
  }
  return found;
}

/** The text of the first element of that name; undefined: there is none. */
export function elementText(xml: string, name: string): string | undefined {
  return elementsOf(xml, name)[0]
    ?.replace(/&(amp|lt|gt|quot|apos);/g, (_, entity: string) => entities[entity]!)
    .trim();
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** Fit to stand in an element. */
export function xmlText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
