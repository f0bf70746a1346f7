/**
 * What a server of the dyndns2 protocol answers, and what a client must make of it.
 */

/** What is to be done after a code: `stop` means until a person has looked at it. */
export type CodeMeaning =
  | { readonly kind: "good" | "same" }
  | { readonly kind: "stop"; readonly scope: "record" | "account"; readonly sentence: string }
  | { readonly kind: "retry"; readonly waitSeconds: number; readonly sentence: string };

const stop = (scope: "record" | "account", sentence: string): CodeMeaning => ({
  kind: "stop",
  scope,
  sentence,
});

/** The codes of dyn.com's documentation of its update API, and those that its successors added. */
export const returnCodes = {
  good: { kind: "good" },
  nochg: { kind: "same" },
  badauth: stop("account", "the user name or the password is wrong"),
  "!donator": stop("account", "the account may not do what was asked"),
  "!active": stop("account", "the account is not active yet"),
  notfqdn: stop("record", "the name is not fully qualified"),
  nohost: stop("record", "the account has no such name"),
  "!yours": stop("record", "the name belongs to another account"),
  numhost: stop("record", "too many names at once, or a name of several addresses"),
  abuse: stop("record", "the name is blocked after too many needless updates"),
  badsys: stop("record", "the service does not know this kind of name"),
  badagent: stop("account", "the service refuses this program"),
  dnserr: { kind: "retry", waitSeconds: 600, sentence: "the service has trouble with its DNS" },
  "911": { kind: "retry", waitSeconds: 600, sentence: "the service has trouble" },
} as const satisfies Readonly<Record<string, CodeMeaning>>;
export type ReturnCode = keyof typeof returnCodes;
