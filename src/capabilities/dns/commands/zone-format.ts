/** `homeport zone format FILE [ZONE]`. */
import { chownSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from "node:fs";
import { type CommandCall, ExitCode } from "#contracts/command.ts";
import { formatProblem } from "#contracts/configuration.ts";
import { writeZone } from "#protocols/zonefile/writer.ts";
import { recordsByName } from "../zones/order.ts";
import { loadNamedFile, type NamedZoneFile, zoneFileOfCall } from "./zone-file.ts";

export async function zoneFormat(call: CommandCall): Promise<ExitCode> {
  const { json, terminal, options } = call;
  const named = zoneFileOfCall(call);
  if (typeof named === "string") {
    terminal.printError(named);
    return ExitCode.usage;
  }
  const { image, problems } = loadNamedFile(named, "ignore");
  if (image === undefined) {
    for (const problem of problems) terminal.printError(formatProblem(problem));
    return ExitCode.problems;
  }
  const text = writeZone(recordsByName(image), { origin: image.origin });
  const changed = text !== readFileSync(named.file, "latin1");
  if (options["write"] === true && changed) replaceFile(named, text);
  if (json) terminal.print(JSON.stringify({ file: named.file, changed, text }, undefined, 2));
  else if (options["check"] === true)
    terminal.print(`${named.file} ${changed ? "would change" : "is formatted"}`);
  else if (options["write"] === true)
    terminal.print(`${named.file} ${changed ? "written" : "was formatted already"}`);
  else terminal.print(text.trimEnd());
  return options["check"] === true && changed ? ExitCode.problems : ExitCode.ok;
}

/** A crash leaves the old file or the new one, never half of one; whose it is and who may read it stays. */
function replaceFile({ file }: NamedZoneFile, text: string): void {
  const target = realpathSync(file); // a link goes on pointing to it
  const fresh = `${target}.new`;
  const { mode, uid, gid } = statSync(target);
  writeFileSync(fresh, text, { encoding: "latin1", mode, flush: true });
  chownSync(fresh, uid, gid);
  renameSync(fresh, target);
}
