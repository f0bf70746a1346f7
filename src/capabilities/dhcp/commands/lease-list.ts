/** `homeport lease list`. */
import { type CommandCall, ExitCode } from "#contracts/command.ts";
import { timeWords } from "#platform/terminal/age.ts";
import { csvText } from "#platform/terminal/csv.ts";
import { plainJson } from "#platform/terminal/plain-text.ts";
import { printTable } from "#platform/terminal/table.ts";
import type { LeaseAnswer } from "../routes/lease-answer.ts";
import { askLeases, type LeaseFilter, type ListedLeases } from "./dhcp-api.ts";
import { machineWords, nameWords, stateWords } from "./lease-words.ts";

/** In the order of the columns. */
export const leaseFields = [
  "address",
  "subnet",
  "state",
  "hardwareAddress",
  "clientIdentifier",
  "hostName",
  "name",
  "nameProblem",
  "reservation",
  "since",
  "renewedAt",
  "expiresAt",
  "circuitId",
  "remoteId",
  "vendorClass",
] as const satisfies readonly (keyof LeaseAnswer)[];

/** The others are of machines that were here. */
const present = "offered,bound,declined,reserved";

export async function leaseList(call: CommandCall): Promise<ExitCode> {
  const { json, terminal, options } = call;
  const filter = filterOf(options);
  const listed = await askLeases(call, filter);
  if (json) {
    terminal.print(plainJson({ leases: listed.leases }));
  } else if (options["csv"] === true) {
    terminal.print(
      csvText(
        leaseFields,
        listed.leases.map((lease) => leaseFields.map((name) => lease[name])),
      ),
    );
  } else {
    printLeases(call, listed, filter.state === present);
  }
  return ExitCode.ok;
}

function filterOf(options: CommandCall["options"]): LeaseFilter {
  const { state, subnet, search } = options as Readonly<Record<string, string | undefined>>;
  // Who looks for something wants to find it also where it was last.
  const isAll = options["all"] === true || search !== undefined;
  return {
    ...(state === undefined ? (isAll ? {} : { state: present }) : { state }),
    ...(subnet === undefined ? {} : { subnet }),
    ...(search === undefined ? {} : { search }),
  };
}

function printLeases(
  { terminal, options }: CommandCall,
  { leases, counts }: ListedLeases,
  isPresentOnly: boolean,
): void {
  const ended = isPresentOnly ? counts.expired + counts.released : 0;
  if (leases.length === 0) {
    const isFiltered = (options["state"] ?? options["subnet"] ?? options["search"]) !== undefined;
    terminal.print(isFiltered ? "no such lease" : "nobody has a lease now");
  } else {
    const nowMs = Date.now();
    const rows = leases.map((lease) => [
      lease.address,
      nameWords(lease),
      machineWords(lease),
      stateWords(lease),
      timeWords(lease.expiresAt, nowMs),
    ]);
    const head = ["ADDRESS", "NAME", "MACHINE", "STATE", "ENDS"];
    printTable(terminal, [head, ...rows], ["left", "left", "left", "left", "left"]);
  }
  const nameless = leases.filter(
    ({ nameProblem, state }) => nameProblem !== null && state === "bound",
  ).length;
  const more = [
    ...(nameless > 0 ? [`${nameless} without the name wanted: homeport lease show ADDRESS`] : []),
    ...(ended > 0 ? [`${ended} more, ended: homeport lease list --all`] : []),
  ];
  if (more.length > 0) terminal.print(`\n${more.join("\n")}`);
}
