/** The secrets of an account, in all forms in which a service may say them back. */
import { secretNames } from "#platform/log/redaction.ts";
import type { ProviderSettings } from "../provider.ts";
import { encodeJson } from "./placeholders.ts";

/** Words of a URL, a header or a body that the site file has: from so many characters on they may be keys. */
const keyLengthMin = 16;
/** Values of parameters there. */
const valueLengthMin = 4;

/**
 * What no sentence may have, the longest first: a service, or a proxy before it, may say back what it was
 * asked. Each secret as it is, and as it stands in URLs, forms, JSON and pages.
 */
export function secretForms(settings: ProviderSettings): readonly string[] {
  const secrets = secretNames.flatMap((name) => strings(settings[name]));
  const logins = secrets.flatMap((secret) => loginsOf(secret, strings(settings["user"])));
  return [...[...secrets, ...writtenKeys(settings)].flatMap(formsOf), ...logins].sort(
    (one, other) => other.length - one.length,
  );
}

/** Base64 of a password is as good as the password. */
export function withoutLogins(text: string): string {
  return text.replaceAll(/\b(Basic|Bearer|Token)\s+[\w+/=.~-]+/gi, "$1 …");
}

/** As they stand in a header, where a service says it back without the word `Basic`. RFC 7617 §2. */
function loginsOf(secret: string, users: readonly string[]): readonly string[] {
  return [secret, `:${secret}`, ...users.map((user) => `${user}:${secret}`)].map((login) =>
    Buffer.from(login).toString("base64"),
  );
}

function writtenKeys({ url, body, headers }: ProviderSettings): readonly string[] {
  const texts = [url, body, ...Object.values(headers ?? {})].flatMap(strings);
  const bare = texts.map((text) => text.replaceAll(/^https?:\/\/[^/?]*|\{[a-z0-9]+\}/g, " "));
  return [
    ...bare.flatMap((text) => text.split(/[^\w.~-]+/)).filter((word) => word.length >= keyLengthMin),
    ...bare
      .flatMap((text) => [...text.matchAll(/=([^&=\s]+)/g)].map(([, value]) => value!))
      .filter((value) => value.length >= valueLengthMin),
  ];
}

function strings(value: unknown): readonly string[] {
  return typeof value === "string" && value !== "" ? [value] : [];
}

function formsOf(secret: string): readonly string[] {
  const percent = encodeURIComponent(secret.toWellFormed());
  const page = secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return [
    secret,
    percent,
    percent.replaceAll(/%[0-9A-F]{2}/g, (octet) => octet.toLowerCase()),
    percent.replaceAll(/[!'()]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`),
    percent.replaceAll("%3A", ":").replaceAll("%2F", "/"),
    percent.replaceAll("%20", "+"),
    encodeJson(secret),
    page,
    page.replaceAll('"', "&quot;").replaceAll("'", "&#39;"),
    page.replaceAll('"', "&quot;").replaceAll("'", "&#039;"),
  ];
}
