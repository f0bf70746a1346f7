/** A service as data: what it is asked, and how its answer is read. */

import type { CodeMeaning } from "#protocols/dyndns2/return-codes.ts";
import type { CodeTable } from "#protocols/dyndns2/update-answers.ts";

export interface Template {
  /** For people: how sentences call it. */
  readonly title: string;
  readonly method: "GET" | "POST" | "PUT";
  /** Placeholders stand in its path and its query. A parameter whose address is not sent is left out. */
  readonly url: string;
  /** Another server for IPv6 addresses: scheme, host and port. */
  readonly serverForIpv6?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Basic authentication, RFC 7617. */
  readonly basic?: { readonly user: string; readonly password: string };
  readonly body?: string;
  readonly namesPerRequest: number;
  /** One: `{ip}`, a request for each family. Two: `{ip4}` and `{ip6}`, or `{ips}`, in one request. */
  readonly addressesPerRequest: 1 | 2;
  /** Stands for the address that is not sent, where leaving it out would lose the record of its family. */
  readonly absent?: string;
  /** A family that is not sent is lost there, and nothing can stand for it: it is sent as it is along. */
  readonly losesAbsent?: true;
  /** It takes the address that asks it, so that one must connect by the family of the record. */
  readonly takesSource?: true;
  /** The domain that all names of the service are in. */
  readonly zone?: string;
  readonly answer: AnswerRule;
  /** What HTTP statuses say that have a meaning of their own there. */
  readonly statuses?: Readonly<Record<number, CodeMeaning>>;
}

export type AnswerRule =
  /** A line for each name. */
  | { readonly by: "codes"; readonly codes: CodeTable }
  /** The first that fits counts, for all names of the request. */
  | {
      readonly by: "patterns";
      readonly patterns: readonly AnswerPattern[];
      /** Addresses in the answer are those that the service has now. */
      readonly tellsAddresses?: true;
    };

export interface AnswerPattern {
  /** A short word for it in results. */
  readonly code: string;
  readonly pattern: Pattern;
  readonly meaning: CodeMeaning;
}

/** Such as a RegExp. */
export interface Pattern {
  test(text: string): boolean;
}

export const good: CodeMeaning = { kind: "good" };
export const same: CodeMeaning = { kind: "same" };

/** Not before a person has looked at it. */
export function stop(scope: "record" | "account", sentence: string): CodeMeaning {
  return { kind: "stop", scope, sentence };
}

/** Later it may work. */
export function retry(waitSeconds: number, sentence: string): CodeMeaning {
  return { kind: "retry", waitSeconds, sentence };
}
