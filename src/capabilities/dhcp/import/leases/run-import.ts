/** `homeport import leases`: reads lease files and gives what counts of them to the running program. */
import { z } from "zod";
import { type CommandCall, ExitCode } from "#contracts/command.ts";
import { formatProblem } from "#contracts/configuration.ts";
import { count } from "#platform/import/report.ts";
import type { ImportOutcome } from "../../control.ts";
import { importLimits } from "../limits.ts";
import type { LeaseFormat } from "./lease-line.ts";
import { type ReadLeases, readLeaseFiles } from "./read-leases.ts";

const OutcomeAnswer = z.object({
  taken: z.number(),
  left: z.array(z.object({ address: z.string(), why: z.string() })),
});

export async function runLeaseImport(call: CommandCall, nowMs: () => number = Date.now): Promise<ExitCode> {
  const { terminal } = call;
  const given = call.arguments["files"];
  const files = Array.isArray(given) ? (given as readonly string[]) : [String(given)];
  const format = call.options["format"] as LeaseFormat | undefined;
  let read: ReadLeases | undefined;
  try {
    read = await readLeaseFiles({ files, format, nowMs: nowMs() });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return failed(call, message);
  }
  if (read === undefined)
    return failed(
      call,
      `${files.join(", ")}: this is no lease file of dhcpd, Kea or dnsmasq; write --format`,
    );
  const outcome = await hand(call, read);
  if (call.json) {
    const { leases: _, ...rest } = read;
    terminal.print(JSON.stringify({ ...rest, ...outcome }, undefined, 2));
  } else print(call, read, outcome);
  return read.brokenLines === 0 && outcome.left.length === 0 ? ExitCode.ok : ExitCode.problems;
}

/** In pages: the API takes so many at once. */
async function hand({ api }: CommandCall, { leases }: ReadLeases): Promise<ImportOutcome> {
  let taken = 0;
  const left: ImportOutcome["left"][number][] = [];
  for (let at = 0; at < leases.length; at += importLimits.leasesPerRequest) {
    const page = leases.slice(at, at + importLimits.leasesPerRequest);
    const answer = OutcomeAnswer.parse(
      await api.request("POST", "/api/dhcp/leases/import", { leases: page }),
    );
    taken += answer.taken;
    left.push(...answer.left);
  }
  return { taken, left };
}

function print({ terminal }: CommandCall, read: ReadLeases, { taken, left }: ImportOutcome): void {
  for (const problem of read.broken) terminal.printError(formatProblem(problem));
  const more = read.brokenLines - read.broken.length;
  if (more > 0) terminal.printError(`${count(more, "more broken line")}.`);
  for (const { address, why } of left) terminal.print(`${address}: left: ${why}`);
  const { expired, declined, brokenLines, format } = read;
  const others = [
    `${left.length} left`,
    `${expired} expired`,
    ...(declined === 0 ? [] : [`${declined} declined and not taken`]),
    ...(brokenLines === 0 ? [] : [`${count(brokenLines, "broken line")}`]),
  ];
  terminal.print(`${count(taken, "lease")} of ${format} taken, ${others.join(", ")}.`);
}

function failed({ terminal, json }: CommandCall, what: string): ExitCode {
  if (json) terminal.print(JSON.stringify({ problems: [{ severity: "error", what }] }, undefined, 2));
  else terminal.printError(what);
  return ExitCode.failed;
}
