/** From a service's answer to what it says of each name. Pure. */
import type { HttpResponse } from "#platform/http-client/http-client.ts";
import type { CodeMeaning } from "#protocols/dyndns2/return-codes.ts";
import { addressesIn, readUpdateAnswers } from "#protocols/dyndns2/update-answers.ts";
import { lostStatuses } from "../http-outcome.ts";
import { PatternTooSlow } from "./bounded-pattern.ts";
import { limits } from "./limits.ts";
import { type AnswerRule, retry, stop, type Template } from "./template.ts";

/** What is said of one name. */
export interface Verdict {
  readonly code: string;
  /** `unknown`: nobody knows whether it was done. */
  readonly meaning: CodeMeaning | { readonly kind: "unknown" };
  /** For people. */
  readonly sentence: string;
  /** That the service has now, as far as it tells. */
  readonly addresses: readonly string[];
  /** Whoever asks next hears the same. */
  readonly isForAll: boolean;
}

/** One verdict for each of the `count` names of the request. `show` makes words of others fit to see. */
export function verdictsOf(
  { title, answer, statuses }: Pick<Template, "title" | "answer" | "statuses">,
  response: HttpResponse,
  count: number,
  show: (text: string) => string,
): readonly Verdict[] {
  const { status } = response;
  const ofStatus = (meaning: Verdict["meaning"], words: string): readonly Verdict[] => {
    const isForAll = status >= 500 || status === 429 || isAccount(meaning);
    const sentence = `${title} ${words} (HTTP ${status})`;
    const verdict = { code: `http-${status}`, meaning, sentence, addresses: [], isForAll };
    return Array.from({ length: count }, () => verdict);
  };
  if (status === 429) return ofStatus(retry(0, ""), "wants to be asked less often");
  // A gateway that lost the answer does not know what the server behind it did
  if (lostStatuses.has(status)) return ofStatus({ kind: "unknown" }, "has trouble");
  const text = response.text.slice(0, limits.answerReadMax);
  const said = readAnswer(answer, text, { count, title, show });
  if (status >= 500) {
    // The page of a server in trouble may have any word in it
    const waiting = said.find(({ meaning }) => meaning.kind === "retry");
    return waiting === undefined ? ofStatus(retry(0, ""), "has trouble") : said.map(() => waiting);
  }
  if (said.every(({ meaning }) => meaning.kind === "stop" || meaning.kind === "retry")) return said;
  const own = statuses?.[status];
  if (own !== undefined) return ofStatus(own, `says: ${"sentence" in own ? own.sentence : own.kind}`);
  if (status >= 200 && status < 300) return said;
  return ofStatus(...statusMeaning(status, text));
}

function statusMeaning(status: number, text: string): readonly [CodeMeaning, words: string] {
  if (status === 401) return [stop("account", ""), "says: the user name or the password is wrong"];
  // A page of what stands before the service says nothing of the account
  if (status === 403 && !text.trimStart().startsWith("<"))
    return [stop("account", ""), "says: the account may not do this"];
  if (status >= 300 && status < 400) return [retry(0, ""), "sends elsewhere; set its URL to where it is now"];
  return [retry(0, ""), "does not take the request"];
}

function isAccount(meaning: Verdict["meaning"]): boolean {
  return meaning.kind === "stop" && meaning.scope === "account";
}

interface Reading {
  readonly count: number;
  readonly title: string;
  readonly show: (text: string) => string;
}

function readAnswer(rule: AnswerRule, text: string, { count, title, show }: Reading): readonly Verdict[] {
  const said = text.trim() === "" ? "nothing" : `"${show(text)}"`;
  const noKnown = unknown(`${title} says ${said}, which is no known answer`);
  if (rule.by === "patterns") {
    const verdict = readByPatterns(rule, text, title) ?? noKnown;
    return Array.from({ length: count }, () => verdict);
  }
  return readUpdateAnswers(text, count, rule.codes).map((line) => {
    if (line === undefined) return unknown(`${title} says ${said}, and nothing of this name`);
    if (line.meaning === undefined) return noKnown;
    const { code, meaning, addresses } = line;
    const isForAll = isAccount(meaning) || code === "911" || /^w\d/.test(code);
    return { code, meaning, sentence: sentenceOf(title, code, meaning), addresses, isForAll };
  });
}

function readByPatterns(
  { patterns, tellsAddresses }: AnswerRule & { readonly by: "patterns" },
  text: string,
  title: string,
): Verdict | undefined {
  try {
    const found = patterns.find(({ pattern }) => pattern.test(text));
    if (found === undefined) return undefined;
    const { code, meaning } = found;
    const addresses = tellsAddresses === true ? addressesIn(text) : [];
    const sentence = sentenceOf(title, code, meaning);
    return { code, meaning, sentence, addresses, isForAll: isAccount(meaning) };
  } catch (error) {
    if (!(error instanceof PatternTooSlow)) throw error;
    return unknown(`the pattern ${error.message} takes too long for the answer; write a simpler one`);
  }
}

function sentenceOf(title: string, code: string, meaning: CodeMeaning): string {
  return `${title} says ${code}${"sentence" in meaning ? `: ${meaning.sentence}` : ""}`;
}

function unknown(sentence: string): Verdict {
  return { code: "unknown", meaning: { kind: "unknown" }, sentence, addresses: [], isForAll: false };
}
