/** `homeport ddns history`. */
import { type CommandCall, ExitCode } from "#contracts/command.ts";
import { age } from "#platform/terminal/age.ts";
import { csvText } from "#platform/terminal/csv.ts";
import {
  here,
  localTime,
  momentExamples,
  type Now,
  parseWhen,
  type When,
} from "#platform/terminal/moment.ts";
import { plainJson, plainText } from "#platform/terminal/plain-text.ts";
import { printTable } from "#platform/terminal/table.ts";
import type { PastAddressAnswer } from "../routes/answers.ts";
import { askDdns } from "./ddns-api.ts";

export async function ddnsHistory(call: CommandCall, now: Now = here()): Promise<ExitCode> {
  const { json, terminal, options } = call;
  const { at, limit, family } = options;
  if (limit !== undefined && !/^[1-9]\d{0,3}$/.test(String(limit))) {
    terminal.printError(`"${String(limit)}" is no number of addresses; write one from 1 to 1000`);
    return ExitCode.usage;
  }
  const when = typeof at === "string" ? parseWhen(at, now) : undefined;
  if (typeof at === "string" && when === undefined) {
    terminal.printError(`"${plainText(at)}" is no time; write one such as ${momentExamples}`);
    return ExitCode.usage;
  }
  const query = new URLSearchParams({
    ...(typeof family === "string" && { family }),
    ...(limit !== undefined && { limit: String(limit) }),
    ...(when !== undefined && questionOf(when)),
  });
  const answer = (await askDdns(call, "GET", `history?${query}`)) as {
    readonly addresses: readonly PastAddressAnswer[];
    readonly more: boolean;
  };
  const { addresses, more } = answer;
  if (json) terminal.print(plainJson(answer));
  else if (options["csv"] === true) terminal.print(csvOf(addresses));
  else if (addresses.length === 0)
    terminal.printError(`no public address is known${when === undefined ? "" : ` ${when.text}`}`);
  else {
    printTable(
      terminal,
      [["FAMILY", "ADDRESS", "FROM", "UNTIL", "FOR", "SEEN BY"], ...addresses.map((one) => row(one, now))],
      ["left", "left", "left", "left", "right", "left"],
    );
    if (more) terminal.printError("and older ones; --limit shows more");
  }
  return addresses.length === 0 ? ExitCode.notFound : ExitCode.ok;
}

function row(past: PastAddressAnswer, now: Now): string[] {
  const { family, address, from, until, isPresent, seenBy } = past;
  const endMs = until === null ? now.nowMs : Date.parse(until);
  const isKnown = from !== null && (until !== null || isPresent);
  return [
    family === "ipv4" ? "IPv4" : "IPv6",
    address,
    from === null ? "unknown" : localTime(Date.parse(from), now),
    isPresent ? "now" : until === null ? "unknown" : localTime(Date.parse(until), now),
    isKnown ? age(endMs - Date.parse(from)) : "-",
    plainText(seenBy.join(", ")),
  ];
}

function questionOf(when: When): Record<string, string> {
  if ("atMs" in when) return { at: new Date(when.atMs).toISOString() };
  return { from: new Date(when.fromMs).toISOString(), to: new Date(when.toMs).toISOString() };
}

function csvOf(addresses: readonly PastAddressAnswer[]): string {
  return csvText(
    ["family", "address", "from", "until", "lastSeen", "seenBy"],
    addresses.map((one) => [
      one.family,
      one.address,
      one.from,
      one.until,
      one.lastSeen,
      one.seenBy.join(" "),
    ]),
  );
}
