/** `homeport zone show ZONE`. */
import { type CommandCall, ExitCode } from "#contracts/command.ts";
import { alignColumns } from "#platform/terminal/columns.ts";

interface ShownRecord {
  readonly name: string;
  readonly ttl: number;
  readonly type: string;
  readonly data: string;
}

export async function zoneShow(call: CommandCall): Promise<ExitCode> {
  const { api, json, terminal, options } = call;
  const path = `/api/dns/zones/${encodeURIComponent(String(call.arguments["zone"]))}`;
  const { name, type } = options;
  if (!json && name === undefined && type === undefined) {
    const { text } = (await api.request("GET", `${path}/text`)) as { text: string };
    terminal.print(text.trimEnd());
    return ExitCode.ok;
  }
  const filter = new URLSearchParams();
  if (typeof name === "string") filter.set("name", name);
  if (typeof type === "string") filter.set("type", type);
  const answer = (await api.request("GET", `${path}?${filter}`)) as {
    content: readonly ShownRecord[];
    more: boolean;
  };
  if (json) {
    terminal.print(JSON.stringify(answer, undefined, 2));
  } else {
    const rows = answer.content.map((record) => [record.name, String(record.ttl), record.type, record.data]);
    for (const line of alignColumns(rows, ["left", "right", "left", "left"])) terminal.print(line);
    if (answer.more) terminal.printError(`and more: these are the first ${answer.content.length}`);
    if (rows.length === 0) terminal.printError("no such record in the zone");
  }
  return answer.content.length === 0 ? ExitCode.notFound : ExitCode.ok;
}
