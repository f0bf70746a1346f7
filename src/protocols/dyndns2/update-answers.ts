/**
 * What a server of the dyndns2 protocol answers to an update: a line for each name in the order of the
 * request, and what concerns the account or the service once for all. help.dyn.com, "Return Codes".
 */
import { canonicalAddress } from "../public-address/public-address.ts";
import { type CodeMeaning, returnCodes } from "./return-codes.ts";

export interface AnswerLine {
  /** In lower case. */
  readonly code: string;
  /** Undefined: the code is in no table. */
  readonly meaning: CodeMeaning | undefined;
  /** That the server names beside the code, in their canonical forms. */
  readonly addresses: readonly string[];
}

export type CodeTable = Readonly<Record<string, CodeMeaning>>;

/** Names of a request are 20 at most, and a server may answer with a line for each address of each. */
const linesMax = 64;
const lineLengthMax = 256;
/** `w10m`: come back in ten minutes. */
const waitCode = /^w(\d{1,5})([smh])$/;
const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600 };

const ignored: CodeMeaning = {
  kind: "stop",
  scope: "account",
  sentence: "the service ignores the updates of this program",
};

/** What is said of each of `count` names; undefined: nothing. */
export function readUpdateAnswers(
  text: string,
  count: number,
  codes: CodeTable = returnCodes,
): readonly (AnswerLine | undefined)[] {
  const lines = text
    .split(/[\r\n]+/, linesMax)
    .filter((line) => line.trim() !== "")
    .map((line) => readLine(line.slice(0, lineLengthMax), codes));
  const [first] = lines;
  if (first === undefined) return Array.from({ length: count }, () => undefined);
  if (lines.length === 1 && isForAll(first)) return Array.from({ length: count }, () => first);
  if (lines.length <= count) return Array.from({ length: count }, (_, index) => lines[index]);
  // More lines than names: one for each address. Of one name they belong together, of several nobody knows.
  const together = joined(lines);
  const isKnown = count === 1 || isSuccess(together);
  return Array.from({ length: count }, () => (isKnown ? together : undefined));
}

function readLine(line: string, codes: CodeTable): AnswerLine {
  const [word = "", ...rest] = line.trim().split(/\s+/);
  const code = word.toLowerCase();
  const addresses = addressesIn(rest.join(" "));
  const meaning = meaningOf(code, codes);
  // Dyn's answer to programs that it has blocked
  if (meaning?.kind === "good" && addresses.includes("127.0.0.1"))
    return { code: "good-127.0.0.1", meaning: ignored, addresses: [] };
  return { code, meaning, addresses };
}

function meaningOf(code: string, codes: CodeTable): CodeMeaning | undefined {
  if (Object.hasOwn(codes, code)) return codes[code];
  const wait = waitCode.exec(code);
  if (wait === null) return undefined;
  const waitSeconds = Number(wait[1]) * unitSeconds[wait[2]!]!;
  return { kind: "retry", waitSeconds, sentence: "the service asks to wait" };
}

/** Said once, whatever the names are. */
function isForAll({ code, meaning }: AnswerLine): boolean {
  if (meaning === undefined) return false;
  if (meaning.kind === "retry" || code === "numhost" || code === "badsys") return true;
  return meaning.kind === "stop" && meaning.scope === "account";
}

function isSuccess({ meaning }: AnswerLine): boolean {
  return meaning?.kind === "good" || meaning?.kind === "same";
}

/** The worst of them, with all addresses. */
function joined(lines: readonly AnswerLine[]): AnswerLine {
  const worst =
    lines.find((line) => !isSuccess(line)) ??
    lines.find(({ meaning }) => meaning?.kind === "good") ??
    lines[0]!;
  return { ...worst, addresses: lines.flatMap(({ addresses }) => addresses) };
}

/** All addresses that stand in a text as words of their own, in their canonical forms. */
export function addressesIn(text: string): readonly string[] {
  return text
    .split(/[^0-9a-f:.]+|\.{2,}/i)
    .map((word) => word.replace(/^\.|\.$/g, ""))
    .map((word) => canonicalAddress(word, word.includes(":") ? "ipv6" : "ipv4"))
    .filter((address) => address !== undefined);
}
