/** `homeport ddns host add` and `secret`: what shows a secret, once. */
import { readFileSync } from "node:fs";
import { type CommandCall, ExitCode } from "#contracts/command.ts";
import { alignColumns } from "#platform/terminal/columns.ts";
import { isYes } from "#platform/terminal/consent.ts";
import { plainJson, plainText } from "#platform/terminal/plain-text.ts";
import type { SecretAnswer } from "../routes.ts";
import { askHosts, notServing, pathOf } from "./hosts-api.ts";

export async function hostAdd(call: CommandCall): Promise<ExitCode> {
  const { terminal, options, json } = call;
  const name = String(call.arguments["name"]);
  const given = givenSecret(call);
  if (given === undefined) return ExitCode.failed;
  const { user, "interface-id": interfaceId, follows } = options;
  const wish = {
    name,
    ...given,
    ...(user !== undefined && { user }),
    ...(interfaceId !== undefined && { interfaceId }),
    ...(follows !== undefined && { follows }),
  };
  const answer = (await askHosts(call, "POST", "", wish)) as SecretAnswer;
  if (json) terminal.print(plainJson(answer));
  else printAdded(call, answer, answer.host.names.at(-1)?.name ?? name);
  return ExitCode.ok;
}

export async function hostSecret(call: CommandCall): Promise<ExitCode> {
  const { terminal, json, options } = call;
  const given = givenSecret(call);
  if (given === undefined) return ExitCode.failed;
  const who = plainText(String(call.arguments["host"]));
  const ask = json || options["yes"] === true ? undefined : terminal.ask;
  if (
    ask !== undefined &&
    !isYes(await ask(`Make the secret of ${who} worthless, and give it a new one? [y/N]`))
  ) {
    terminal.print("nothing was changed");
    return ExitCode.ok;
  }
  const answer = (await askHosts(call, "POST", pathOf(call, "secret"), given)) as SecretAnswer;
  if (json) terminal.print(plainJson(answer));
  else printAdded(call, answer, answer.host.names[0]?.name ?? who);
  return ExitCode.ok;
}

/** Never an argument: others on this machine can see those. Undefined: the file cannot be read. */
function givenSecret({ options, terminal }: CommandCall): { readonly secret?: string } | undefined {
  const file = options["secret-file"];
  if (typeof file !== "string") return {};
  try {
    return { secret: readFileSync(file, "utf8").split(/\r?\n/, 1)[0]! };
  } catch (error) {
    terminal.printError(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
    return undefined;
  }
}

function printAdded(
  { terminal }: CommandCall,
  { host, secret, url, listening }: SecretAnswer,
  name: string,
): void {
  const rows = [
    ["  update URL", url],
    ["  domain name", name],
    ["  user name", host.user],
    ["  password", secret ?? "as it was given"],
  ];
  terminal.print(
    `${plainText(name)} can be updated; enter in the router, or in the program that tells its address:`,
  );
  for (const line of alignColumns(rows, ["left", "left"])) terminal.print(plainText(line));
  if (secret !== null)
    terminal.print("The password is not shown again. For IPv6 too, add to the URL: &myipv6=<ip6addr>");
  if (listening.length === 0) terminal.print(notServing);
  else if (url.startsWith("https://SERVER"))
    terminal.print("SERVER stands for the name that this machine, or the proxy before it, has outside.");
}
