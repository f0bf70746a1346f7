/** `homeport import address-history`: reads a file of addresses and gives them to the running program. */
import { readFile, stat } from "node:fs/promises";
import { z } from "zod";
import { type CommandCall, ExitCode } from "#contracts/command.ts";
import { formatProblem } from "#contracts/configuration.ts";
import { count } from "#platform/import/report.ts";
import { askDdns } from "../../commands/ddns-api.ts";
import { routeLimits } from "../../routes/limits.ts";
import { importLimits } from "../limits.ts";
import type { HistoryFile } from "./history-file.ts";
import { type ReadHistory, readHistory } from "./read-history.ts";

const Answer = z.object({ taken: z.number() });

export async function runHistoryImport(call: CommandCall): Promise<ExitCode> {
  const path = String(call.arguments["file"]);
  let read: ReadHistory | undefined;
  try {
    if ((await stat(path)).size > importLimits.fileOctetsMax)
      return failed(call, `${path} is larger than ${importLimits.fileOctetsMax} octets`);
    read = readHistory(path, await readFile(path, "utf8"));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return failed(call, message);
  }
  if (read === undefined || read.addresses.length === 0)
    return failed(call, `${path}: there is no address in it; give a file with one address a line`);
  const taken = await importHistory(call, read);
  const { broken, brokenLines, addresses, from } = read;
  const known = addresses.length - taken;
  if (call.json)
    call.terminal.print(JSON.stringify({ from, taken, known, broken, brokenLines }, undefined, 2));
  else {
    for (const problem of broken) call.terminal.printError(formatProblem(problem));
    const more = brokenLines - broken.length;
    if (more > 0) call.terminal.printError(`${count(more, "more broken line")}.`);
    const past = `${taken} ${taken === 1 ? "address" : "addresses"} of ${from}`;
    call.terminal.print(`${past} taken${known === 0 ? "" : `, ${known} known already`}.`);
  }
  return brokenLines === 0 ? ExitCode.ok : ExitCode.problems;
}

/** Gives addresses to the running program. Resolves with how many were new. */
async function importHistory(
  call: Pick<CommandCall, "api">,
  { from, addresses }: HistoryFile,
): Promise<number> {
  let taken = 0;
  // Each page goes before what the history has: the newest page is the first to be given
  for (let end = addresses.length; end > 0; end -= routeLimits.importedAddressesMax) {
    const page = addresses.slice(Math.max(0, end - routeLimits.importedAddressesMax), end);
    const answer = Answer.parse(await askDdns(call, "POST", "history/import", { addresses: page, from }));
    taken += answer.taken;
  }
  return taken;
}

function failed({ terminal, json }: CommandCall, what: string): ExitCode {
  if (json) terminal.print(JSON.stringify({ problems: [{ severity: "error", what }] }, undefined, 2));
  else terminal.printError(what);
  return ExitCode.failed;
}
