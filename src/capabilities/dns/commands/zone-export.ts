/** `homeport zone export ZONE [--out FILE]`. */
import { existsSync, realpathSync, renameSync, statSync, writeFileSync } from "node:fs";
import { type CommandCall, ExitCode } from "#contracts/command.ts";
import { zonePath } from "./zone-outcome.ts";

export async function zoneExport(call: CommandCall): Promise<ExitCode> {
  const { api, json, terminal } = call;
  const zone = String(call.arguments["zone"]);
  const answer = (await api.request("GET", zonePath(zone, "text"))) as { text: string; serial: number };
  const { text, serial } = answer;
  const file = call.options["out"];
  if (typeof file === "string") {
    writeWhole(file, text);
    if (json) terminal.print(JSON.stringify({ zone, serial, file }, undefined, 2));
    else terminal.print(`${file} has ${zone} at serial ${serial}`);
  } else if (json) {
    terminal.print(JSON.stringify({ zone, serial, text }, undefined, 2));
  } else {
    terminal.print(text.trimEnd());
  }
  return ExitCode.ok;
}

/** A crash leaves the old file or the new one, never half of one; who may read it stays. */
function writeWhole(file: string, text: string): void {
  if (!existsSync(file)) {
    writeFileSync(file, text, { flush: true });
    return;
  }
  const target = realpathSync(file); // a link goes on pointing to it
  const { mode } = statSync(target);
  if (!statSync(target).isFile()) {
    writeFileSync(target, text); // such as /dev/stdout
    return;
  }
  const fresh = `${target}.new`;
  writeFileSync(fresh, text, { mode, flush: true });
  renameSync(fresh, target);
}
