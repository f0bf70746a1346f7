/** `{fqdn}`, `{ip4}` and their like: what stands for them, encoded for where they stand. Pure. */

export const placeholderNames = [
  "ip",
  "ip4",
  "ip6",
  "ip6prefix",
  "ips",
  "type",
  "fqdn",
  "names",
  "host",
  "hosts",
  "domain",
  "user",
  "password",
  "token",
] as const;
export type PlaceholderName = (typeof placeholderNames)[number];

/** What may be missing is an address that is not sent. Several are joined by commas. */
export type PlaceholderValues = Readonly<Partial<Record<PlaceholderName, string | readonly string[]>>>;

/** Braces around anything else belong to the text: JSON has many. */
const placeholder = /\{([a-z][a-z0-9]*)\}/g;
const addressNames: ReadonlySet<string> = new Set(["ip4", "ip6", "ip6prefix"]);

/** All that stand in a text, known ones and others. */
export function placeholdersIn(text: string): readonly string[] {
  return [...text.matchAll(placeholder)].map(([, name]) => name!);
}

export function isPlaceholder(name: string): name is PlaceholderName {
  return (placeholderNames as readonly string[]).includes(name);
}

/** Of one family alone: its parameter is left out when the other alone is sent. */
export function isOfOneFamily(name: string): boolean {
  return addressNames.has(name);
}

/** `absent`: stands for an address that is not there. */
export function fillUrl(url: string, values: PlaceholderValues, absent?: string): string {
  const [place, query] = splitUrl(url);
  const filled = fillText(place, values, encodeSegment);
  return query === undefined ? filled : `${filled}?${fillParameters(query, values, absent)}`;
}

/** A query, or a body as forms have it: `a={x}&b={y}`. */
export function fillParameters(query: string, values: PlaceholderValues, absent?: string): string {
  const withAbsent =
    absent === undefined ? values : { ip4: absent, ip6: absent, ip6prefix: absent, ...values };
  return query
    .split("&")
    .filter((parameter) =>
      placeholdersIn(parameter).every(
        (name) => !isOfOneFamily(name) || withAbsent[name as PlaceholderName] !== undefined,
      ),
    )
    .map((parameter) => fillText(parameter, withAbsent, encodeParameter))
    .join("&");
}

/** Throws for a placeholder that has no value: what asks for it has been checked before. */
export function fillText(
  text: string,
  values: PlaceholderValues,
  encode: (value: string) => string = (value) => value,
): string {
  return text.replaceAll(placeholder, (_, name: string) => {
    const value = values[name as PlaceholderName];
    if (value === undefined) throw new TypeError(`nothing stands for {${name}}`);
    return typeof value === "string" ? encode(value) : value.map(encode).join(",");
  });
}

/** For a place inside a string of JSON. */
export function encodeJson(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

/** Before the question mark, and after it. */
export function splitUrl(url: string): readonly [place: string, query: string | undefined] {
  const at = url.indexOf("?");
  return at === -1 ? [url, undefined] : [url.slice(0, at), url.slice(at + 1)];
}

function encodeSegment(value: string): string {
  return percentEncode(value, /%3A/g);
}

/** RFC 3986 §3.4: colons and slashes may stand there, and old servers want addresses as they are. */
function encodeParameter(value: string): string {
  return percentEncode(value, /%(3A|2F)/g);
}

function percentEncode(value: string, kept: RegExp): string {
  return encodeURIComponent(value.toWellFormed())
    .replaceAll(/[!'()]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll(kept, decodeURIComponent);
}
