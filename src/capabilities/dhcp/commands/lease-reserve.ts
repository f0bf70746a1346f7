/** `homeport lease reserve WHO`. */
import { ApiError, type CommandCall, ExitCode } from "#contracts/command.ts";
import { isYes } from "#platform/terminal/consent.ts";
import { printDifferenceLines } from "#platform/terminal/difference.ts";
import { plainJson, plainText } from "#platform/terminal/plain-text.ts";
import type { ReservationAnswer } from "../routes/host-routes.ts";
import { askDhcp } from "./dhcp-api.ts";

export async function leaseReserve(call: CommandCall): Promise<ExitCode> {
  const { terminal, options, json } = call;
  const isRemoval = options["remove"] === true;
  if (isRemoval && (options["name"] ?? options["address"]) !== undefined) {
    terminal.printError("--remove takes the whole reservation back; leave --name and --address out");
    return ExitCode.usage;
  }
  const dryRun = options["dry-run"] === true;
  const ask = json || options["yes"] === true ? undefined : terminal.ask;
  const submit = isRemoval ? removal(call) : reservation(call);
  const first = await submit(dryRun || ask !== undefined);
  if (json) {
    terminal.print(plainJson({ ...first, dryRun }));
    return ExitCode.ok;
  }
  printDifferenceLines(terminal, first.diff.map(plainText));
  for (const note of first.notes) terminal.printError(`note: ${plainText(note)}`);
  if (first.outcome === "unchanged") {
    terminal.print(`${first.file} says so already (${first.path})`);
    return ExitCode.ok;
  }
  if (dryRun) {
    terminal.print(`${first.file} would say so`);
    return ExitCode.ok;
  }
  if (ask === undefined) {
    terminal.print(doneWords(first));
    return ExitCode.ok;
  }
  if (!isYes(await ask(`Write this to ${first.file}? [y/N]`))) {
    terminal.print("nothing was changed");
    return ExitCode.ok;
  }
  const done = await submit(false);
  if (done.diff.join() !== first.diff.join()) {
    terminal.print("meanwhile the file has changed; this was done:");
    printDifferenceLines(terminal, done.diff.map(plainText));
  }
  terminal.print(doneWords(done));
  return ExitCode.ok;
}

type Submit = (dryRun: boolean) => Promise<ReservationAnswer>;

function reservation(call: CommandCall): Submit {
  const { name, address } = call.options;
  const who = String(call.arguments["who"]);
  const wish = {
    who,
    ...(name === undefined ? {} : { name }),
    ...(address === undefined ? {} : { address }),
  };
  return (dryRun) => restoring(askDhcp(call, "POST", "hosts", { ...wish, dryRun }));
}

function removal(call: CommandCall): Submit {
  const host = encodeURIComponent(String(call.arguments["who"]));
  return (dryRun) => restoring(askDhcp(call, "DELETE", `hosts/${host}?dryRun=${dryRun}`));
}

/** The program has put the file back that it could not take: say so below what was wrong. */
async function restoring(answer: Promise<unknown>): Promise<ReservationAnswer> {
  try {
    return (await answer) as ReservationAnswer;
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 422)) throw error;
    const sentence = `${error.message}\nso that the site file is as it was`;
    throw new ApiError(error.status, error.code, sentence, error.details);
  }
}

function doneWords({ outcome, address, name, path, file }: ReservationAnswer): string {
  if (outcome === "removed") return `the reservation is out of ${file}`;
  const what = [address, name].filter((one) => one !== null).join(", ");
  return `reserved: ${what} (${path} in ${file})`;
}
