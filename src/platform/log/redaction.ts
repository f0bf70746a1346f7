/** Names whose values are never shown: in no log, wherever they stand in its facts, nor in the history. */

export const secretNames = [
  "secret",
  "password",
  "passphrase",
  "privateKey",
  "presharedKey",
  "token",
  "authorization",
  "cookie",
  "apiKey",
  "sharedSecret",
  "secretApiKey",
  "secretAccessKey",
  "applicationSecret",
  "clientSecret",
  "consumerKey",
  "apiPassword",
] as const;

/** How deep a secret may lie in the facts. */
const depthMax = 4;

/** As pino takes them: `secret`, `*.secret`, `*.*.secret` … */
export const redactedPaths: readonly string[] = secretNames.flatMap((name) =>
  Array.from({ length: depthMax }, (_, depth) => `${"*.".repeat(depth)}${name}`),
);

export const redactedValue = "[not shown]";

const names: ReadonlySet<string> = new Set(secretNames);

/** False: none of the paths leads to anything. Objects of classes, which may be written otherwise, may. */
export function mayHoldSecrets(facts: object, depth: number = depthMax): boolean {
  const prototype: unknown = Object.getPrototypeOf(facts);
  if (prototype !== Object.prototype && prototype !== Array.prototype && prototype !== null) return true;
  for (const [name, value] of Object.entries(facts) as [string, unknown][]) {
    if (names.has(name) || typeof value === "function") return true;
    if (depth > 1 && typeof value === "object" && value !== null && mayHoldSecrets(value, depth - 1))
      return true;
  }
  return false;
}
