/** `homeport zone apply FILE [ZONE]`. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { type CommandCall, ExitCode } from "#contracts/command.ts";
import { formatProblem } from "#contracts/configuration.ts";
import { writeZone } from "#protocols/zonefile/writer.ts";
import type { ZoneImage } from "../zones/image.ts";
import { recordsByName } from "../zones/order.ts";
import { zoneText } from "../zones/zone-set.ts";
import { loadNamedFile, zoneFileOfCall } from "./zone-file.ts";
import { operatorName, propose, type ShownOutcome, zonePath } from "./zone-outcome.ts";

export async function zoneApply(call: CommandCall): Promise<ExitCode> {
  const { api, json, terminal, options } = call;
  const named = zoneFileOfCall(call);
  if (typeof named === "string") {
    terminal.printError(named.replace("zone check", "zone apply"));
    return ExitCode.usage;
  }
  const { file } = named;
  // Read here first: what it includes lies beside it, and is not sent.
  const { image, problems } = loadNamedFile(named, "ignore");
  if (image === undefined) {
    if (json) terminal.print(JSON.stringify({ problems }, undefined, 2));
    else for (const problem of problems) terminal.printError(formatProblem(problem));
    return ExitCode.problems;
  }
  const zone = zoneText(named.name);
  const request = {
    text: textToSend(file, image),
    whole: options["whole"] === true,
    note: `apply ${basename(file)}`.slice(0, 200),
    by: operatorName(),
  };
  return propose(call, {
    submit: async (dryRun) =>
      (await api.request("PUT", zonePath(zone, "text"), { ...request, dryRun })) as ShownOutcome,
    question: `Apply this to ${zone}?`,
    nothingToDo: `${zone} is as ${file} says`,
    done: (outcome) => `${zone} is at serial ${outcome.serial}`,
    file,
  });
}

/** As it is, so that lines of problems fit; written anew when it includes others or is no UTF-8. */
function textToSend(file: string, image: ZoneImage): string {
  const octets = readFileSync(file);
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(octets);
    if (!/^\s*\$include\b/im.test(text)) return text;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  return writeZone(recordsByName(image), { origin: image.origin });
}
