/** `homeport zone history ZONE`. */
import { type CommandCall, ExitCode } from "#contracts/command.ts";
import type { ZoneHistoryEntry } from "../zone-history.ts";
import { alignColumns } from "./columns.ts";

interface ShownChange {
  readonly at: string;
  readonly change: ZoneHistoryEntry;
}

export async function zoneHistory(call: CommandCall): Promise<ExitCode> {
  const { api, json, terminal } = call;
  const path = `/api/dns/zones/${encodeURIComponent(String(call.arguments["zone"]))}/history`;
  const { changes } = (await api.request("GET", path)) as { changes: readonly ShownChange[] };
  if (json) {
    terminal.print(JSON.stringify({ changes }, undefined, 2));
  } else {
    const rows = changes.map(({ at, change }) => [
      at,
      change.state,
      change.serial === null ? "-" : String(change.serial),
      String(change.records),
      String(change.problems),
    ]);
    const head = ["SINCE", "STATE", "SERIAL", "RECORDS", "PROBLEMS"];
    for (const line of alignColumns([head, ...rows], ["left", "left", "right", "right", "right"]))
      terminal.print(line);
  }
  return changes.length === 0 ? ExitCode.notFound : ExitCode.ok;
}
