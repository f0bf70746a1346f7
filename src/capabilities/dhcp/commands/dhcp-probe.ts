/** `homeport dhcp probe [INTERFACE]`. */
import { type CommandCall, ExitCode } from "#contracts/command.ts";
import { plainJson } from "#platform/terminal/plain-text.ts";
import { printTable } from "#platform/terminal/table.ts";
import type { FoundServerAnswer } from "../routes.ts";
import { askDhcp } from "./dhcp-api.ts";

export async function dhcpProbe(call: CommandCall): Promise<ExitCode> {
  const { json, terminal } = call;
  const name = call.arguments["interface"] as string | undefined;
  const answer = (await askDhcp(call, "POST", "search", name === undefined ? {} : { interface: name })) as {
    readonly servers: readonly FoundServerAnswer[];
  };
  const others = answer.servers.filter(({ isUs }) => !isUs);
  if (json) terminal.print(plainJson(answer));
  else printServers(call, answer.servers, others.length);
  return others.length === 0 ? ExitCode.ok : ExitCode.problems;
}

function printServers(
  { terminal }: CommandCall,
  servers: readonly FoundServerAnswer[],
  others: number,
): void {
  if (servers.length === 0) {
    terminal.print("no DHCP server answers");
    return;
  }
  const rows = servers.map((found) => [
    found.interface,
    found.server,
    found.hardwareAddress,
    found.offered ?? "-",
    found.gateway ?? "-",
    found.dnsServers.length === 0 ? "-" : found.dnsServers.join(" "),
    found.isUs ? "this program" : "another server",
  ]);
  const head = ["INTERFACE", "SERVER", "MACHINE", "OFFERS", "GATEWAY", "DNS", "WHO"];
  printTable(terminal, [head, ...rows], ["left", "left", "left", "left", "left", "left", "left"]);
  if (others > 0)
    terminal.print("\nClients take whichever server answers first: stop the other one, or this one.");
}
