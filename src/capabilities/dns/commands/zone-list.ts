/** `homeport zone list`. */
import { type CommandCall, ExitCode } from "#contracts/command.ts";
import { alignColumns } from "./columns.ts";

interface ListedZone {
  readonly name: string;
  readonly state: string;
  readonly serial: number | null;
  readonly records: number;
  readonly file: string | null;
  readonly problems: readonly unknown[];
}

export async function zoneList({ api, json, terminal }: CommandCall): Promise<ExitCode> {
  const answer = (await api.request("GET", "/api/dns/zones")) as { zones: readonly ListedZone[] };
  if (json) {
    terminal.print(JSON.stringify(answer, undefined, 2));
    return ExitCode.ok;
  }
  if (answer.zones.length === 0) {
    terminal.print("No zones yet. Add one under dns.zones in site.yaml, or take over a BIND folder:");
    terminal.print("  homeport import bind /etc/bind");
    return ExitCode.ok;
  }
  const rows = answer.zones.map((zone) => [
    zone.name,
    zone.state,
    zone.serial === null ? "-" : String(zone.serial),
    String(zone.records),
    zone.problems.length === 0 ? "" : `${zone.problems.length} (homeport status)`,
    zone.file ?? "-",
  ]);
  const head = ["ZONE", "STATE", "SERIAL", "RECORDS", "PROBLEMS", "FILE"];
  for (const line of alignColumns([head, ...rows], ["left", "left", "right", "right", "left", "left"])) {
    terminal.print(line);
  }
  return ExitCode.ok;
}
