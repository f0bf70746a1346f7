/**
 * Places in the site file, written `dns.zones[2].file`; a key that is no plain word is quoted:
 * `dns.hosts["a.b"]`.
 */

export type SitePath = readonly (string | number)[];

/** What of the place to point at: a key that should not be there itself, otherwise its value. */
export interface PlaceQuestion {
  readonly steps: SitePath;
  readonly atKey: boolean;
}

export function formatPath(path: SitePath): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else if (/^[A-Za-z_][\w-]*$/.test(step)) text += text === "" ? step : `.${step}`;
    else text += `[${JSON.stringify(step)}]`;
  }
  return text;
}

/** The reverse of `formatPath`. What cannot be read ends the path. */
export function parsePath(text: string): SitePath {
  const path: (string | number)[] = [];
  const step = /\.?([A-Za-z_][\w-]*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y;
  for (let match = step.exec(text); match !== null; match = step.exec(text)) {
    if (match[1] !== undefined) path.push(match[1]);
    else if (match[2] !== undefined) path.push(Number(match[2]));
    else path.push(JSON.parse(match[3]!) as string);
  }
  return path;
}
