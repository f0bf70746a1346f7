/** `homeport dhcp pools`. */
import { type CommandCall, ExitCode } from "#contracts/command.ts";
import { plainJson } from "#platform/terminal/plain-text.ts";
import { printTable } from "#platform/terminal/table.ts";
import type { PoolAnswer } from "../routes/lease-answer.ts";
import { askDhcp } from "./dhcp-api.ts";

export async function dhcpPools(call: CommandCall): Promise<ExitCode> {
  const { json, terminal } = call;
  const answer = (await askDhcp(call, "GET", "pools")) as { readonly pools: readonly PoolAnswer[] };
  if (json) {
    terminal.print(plainJson(answer));
    return ExitCode.ok;
  }
  if (answer.pools.length === 0) {
    terminal.print("No pools yet. Add one under dhcp.subnets in the site file.");
    return ExitCode.ok;
  }
  const rows = answer.pools.map(({ subnet, range, size, used, free, declined, percent }) => [
    subnet,
    range,
    ...[size, used, free, declined].map(String),
    `${Math.floor(percent)} %`,
  ]);
  const head = ["SUBNET", "POOL", "SIZE", "USED", "FREE", "DECLINED", "FULL"];
  printTable(terminal, [head, ...rows], ["left", "left", "right", "right", "right", "right", "right"]);
  return ExitCode.ok;
}
