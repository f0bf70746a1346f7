/** `homeport zone history ZONE`. */
import { type CommandCall, ExitCode } from "#contracts/command.ts";
import { alignColumns } from "#platform/terminal/columns.ts";
import { plainText } from "#platform/terminal/plain-text.ts";
import { zonePath } from "./zone-outcome.ts";

interface ShownChange {
  readonly serial: number;
  readonly at: string;
  readonly author: { readonly kind: string; readonly name: string };
  readonly removed: number;
  readonly added: number;
  readonly note?: string;
  readonly kept: boolean;
}

export async function zoneHistory(call: CommandCall): Promise<ExitCode> {
  const { api, json, terminal, options } = call;
  const zone = String(call.arguments["zone"]);
  const { limit } = options;
  if (limit !== undefined && !/^[1-9]\d{0,3}$/.test(String(limit))) {
    terminal.printError(`"${String(limit)}" is no number of changes; write one from 1 to 1000`);
    return ExitCode.usage;
  }
  const query = limit === undefined ? "" : `?limit=${String(limit)}`;
  const answer = (await api.request("GET", `${zonePath(zone, "history")}${query}`)) as {
    readonly changes: readonly ShownChange[];
    readonly before?: number;
  };
  if (json) {
    terminal.print(JSON.stringify(answer, undefined, 2));
    return ExitCode.ok;
  }
  if (answer.changes.length === 0) {
    terminal.print(`nobody has changed ${zone} yet`);
    return ExitCode.ok;
  }
  const rows = answer.changes.map(({ serial, at, author, removed, added, note, kept }) => [
    String(serial),
    at,
    plainText(`${author.kind} ${author.name}`),
    `-${removed}`,
    `+${added}`,
    plainText([note ?? "", kept ? "" : "(records not kept)"].join(" ").trim()),
  ]);
  const head = ["SERIAL", "AT", "BY", "OUT", "IN", "NOTE"];
  const sides = ["right", "left", "left", "right", "right", "left"] as const;
  for (const line of alignColumns([head, ...rows], sides)) terminal.print(line);
  if (answer.before !== undefined) terminal.printError("and older ones; --limit shows more");
  return ExitCode.ok;
}
