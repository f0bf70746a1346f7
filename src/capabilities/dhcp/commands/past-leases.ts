/** Asks for past leases and prints them. */
import type { CommandCall } from "#contracts/command.ts";
import { localTime, type Now } from "#platform/terminal/moment.ts";
import { printTable } from "#platform/terminal/table.ts";
import type { PastLeaseAnswer } from "../routes/lease-answer.ts";
import { askDhcp } from "./dhcp-api.ts";
import { endWords, machineWords, nameWords } from "./lease-words.ts";

export interface PastLeases {
  readonly address: string | null;
  readonly leases: readonly PastLeaseAnswer[];
  readonly more: boolean;
}

export async function askPast(
  call: Pick<CommandCall, "api">,
  question: Readonly<Record<string, string>>,
): Promise<PastLeases> {
  return (await askDhcp(call, "GET", `history?${new URLSearchParams(question)}`)) as PastLeases;
}

export function printPast(
  { terminal }: Pick<CommandCall, "terminal">,
  leases: readonly PastLeaseAnswer[],
  now: Now,
): void {
  const rows = leases.map((lease) => [
    lease.address,
    nameWords(lease),
    machineWords(lease),
    localTime(Date.parse(lease.since), now),
    lease.until === null ? "-" : localTime(Date.parse(lease.until), now),
    endWords(lease),
  ]);
  const head = ["ADDRESS", "NAME", "MACHINE", "FROM", "UNTIL", "END"];
  printTable(terminal, [head, ...rows], ["left", "left", "left", "left", "left", "left"]);
}
