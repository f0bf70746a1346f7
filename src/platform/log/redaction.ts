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
