/** `homeport lease history [WHO]`. */
import { type CommandCall, ExitCode } from "#contracts/command.ts";
import { csvText } from "#platform/terminal/csv.ts";
import { here, momentExamples, type Now, parseWhen, type When } from "#platform/terminal/moment.ts";
import { plainJson, plainText } from "#platform/terminal/plain-text.ts";
import type { PastLeaseAnswer } from "../routes/lease-answer.ts";
import { looksLikeAddress } from "../routes/short-address.ts";
import { askPast, printPast } from "./past-leases.ts";

/** In the order of the columns. */
export const pastLeaseFields = [
  "address",
  "hardwareAddress",
  "clientIdentifier",
  "hostName",
  "name",
  "since",
  "until",
  "end",
] as const satisfies readonly (keyof PastLeaseAnswer)[];

export async function leaseHistory(call: CommandCall, now: Now = here()): Promise<ExitCode> {
  const { json, terminal, options } = call;
  const { limit, at } = options;
  if (limit !== undefined && !/^[1-9]\d{0,3}$/.test(String(limit))) {
    terminal.printError(`"${String(limit)}" is no number of leases; write one from 1 to 1000`);
    return ExitCode.usage;
  }
  const when = typeof at === "string" ? parseWhen(at, now) : undefined;
  const mistake = typeof at === "string" ? mistakeIn(at, when, now) : undefined;
  if (mistake !== undefined) {
    terminal.printError(mistake);
    return ExitCode.usage;
  }
  const who = call.arguments["who"] as string | undefined;
  const answer = await askPast(call, {
    ...(who === undefined ? {} : looksLikeAddress(who) ? { address: who } : { machine: who }),
    ...(when === undefined ? {} : questionOf(when)),
    ...(limit === undefined ? {} : { limit: String(limit) }),
  });
  const { leases, more } = answer;
  if (json) {
    terminal.print(plainJson({ ...answer, when: when === undefined ? null : questionOf(when) }));
  } else if (options["csv"] === true) {
    terminal.print(
      csvText(
        pastLeaseFields,
        leases.map((lease) => pastLeaseFields.map((name) => lease[name])),
      ),
    );
  } else if (leases.length === 0) {
    terminal.printError(nothing(answer.address ?? who, answer.address !== null, when));
  } else {
    printPast(call, leases, now);
    if (more) terminal.printError("and older ones; --limit shows more");
  }
  return leases.length === 0 ? ExitCode.notFound : ExitCode.ok;
}

function mistakeIn(text: string, when: When | undefined, now: Now): string | undefined {
  if (when === undefined) return `"${plainText(text)}" is no time; write one such as ${momentExamples}`;
  const beginMs = "atMs" in when ? when.atMs : when.fromMs;
  return beginMs > now.nowMs ? `${when.text} is yet to come; write a time that has been` : undefined;
}

function questionOf(when: When): Record<string, string> {
  if ("atMs" in when) return { at: new Date(when.atMs).toISOString() };
  return { from: new Date(when.fromMs).toISOString(), to: new Date(when.toMs).toISOString() };
}

function nothing(who: string | undefined, isAddress: boolean, when: When | undefined): string {
  const time = when === undefined ? "" : ` ${when.text}`;
  if (who === undefined) return `no lease is known${time}`;
  return isAddress ? `nobody had ${who}${time}` : `no lease of ${plainText(who)} is known${time}`;
}
