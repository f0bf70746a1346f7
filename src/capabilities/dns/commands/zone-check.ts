/** `homeport zone check FILE [ZONE]`. */
import { type CommandCall, ExitCode } from "#contracts/command.ts";
import { formatProblem } from "#contracts/configuration.ts";
import { count } from "../status.ts";
import { zoneText } from "../zones/zone-set.ts";
import { loadNamedFile, zoneFileOfCall } from "./zone-file.ts";

export async function zoneCheck(call: CommandCall): Promise<ExitCode> {
  const { json, terminal } = call;
  const named = zoneFileOfCall(call);
  if (typeof named === "string") {
    terminal.printError(named);
    return ExitCode.usage;
  }
  const { image, problems } = loadNamedFile(named, call.options["check-names"]);
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const warnings = problems.length - errors;
  if (json) {
    terminal.print(
      JSON.stringify(
        {
          zone: zoneText(named.name),
          file: named.file,
          ok: image !== undefined,
          serial: image?.serial() ?? null,
          records: image?.recordCount ?? null,
          problems,
        },
        undefined,
        2,
      ),
    );
  } else {
    for (const problem of problems) terminal.print(formatProblem(problem));
    const verdict =
      image === undefined
        ? `${zoneText(named.name)}: ${count(errors, "error")}, ${count(warnings, "warning")}`
        : `${zoneText(named.name)}: serial ${image.serial()}, ${count(image.recordCount, "record")}, ${warnings === 0 ? "no problems" : count(warnings, "warning")}`;
    terminal.print(verdict);
  }
  return image === undefined ? ExitCode.problems : ExitCode.ok;
}
