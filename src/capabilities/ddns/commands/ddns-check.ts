/** `homeport ddns check`. */
import { type CommandCall, ExitCode } from "#contracts/command.ts";
import { alignColumns } from "#platform/terminal/columns.ts";
import { plainJson, plainText } from "#platform/terminal/plain-text.ts";
import type { LookAnswer } from "../routes/answers.ts";
import { askDdns } from "./ddns-api.ts";

export async function ddnsCheck(call: CommandCall): Promise<ExitCode> {
  const { json, terminal } = call;
  if (terminal.interactive && !json) terminal.printError("asking; this takes up to 10 seconds …");
  const answer = (await askDdns(call, "POST", "check")) as { readonly looks: readonly LookAnswer[] };
  if (json) terminal.print(plainJson(answer));
  else for (const look of answer.looks) for (const line of describe(look)) terminal.print(line);
  if (answer.looks.length === 0 && !json) terminal.printError("neither family is watched; see ddns.address");
  return answer.looks.some(({ outcome }) => outcome !== "could-not-tell") ? ExitCode.ok : ExitCode.problems;
}

function describe({ family, outcome, address, sentence, witnesses }: LookAnswer): string[] {
  const title = family === "ipv4" ? "IPv4" : "IPv6";
  const result =
    outcome === "could-not-tell"
      ? `could not tell: ${plainText(sentence ?? "")}`
      : `${address}${outcome === "changed" ? ", which is new" : ", as before"}`;
  const rows = witnesses.map((one) => [`  ${plainText(one.title)}`, plainText(one.address ?? one.why ?? "")]);
  return [`${title}: ${result}`, ...alignColumns(rows, ["left", "left"])];
}
