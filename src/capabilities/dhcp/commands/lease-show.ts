/** `homeport lease show WHO`. */
import { type CommandCall, ExitCode } from "#contracts/command.ts";
import { timeWords } from "#platform/terminal/age.ts";
import { alignColumns } from "#platform/terminal/columns.ts";
import { here, localTime, type Now } from "#platform/terminal/moment.ts";
import { plainJson, plainText } from "#platform/terminal/plain-text.ts";
import type { LeaseAnswer, PastLeaseAnswer } from "../routes/lease-answer.ts";
import { looksLikeAddress } from "../routes/short-address.ts";
import { askDhcp } from "./dhcp-api.ts";
import { nameWords, stateWords } from "./lease-words.ts";
import { askPast, printPast } from "./past-leases.ts";

/** Past leases shown with each machine. */
const pastShown = 5;

export async function leaseShow(call: CommandCall, now: Now = here()): Promise<ExitCode> {
  const { json, terminal } = call;
  const who = String(call.arguments["who"]);
  const { leases } = (await askDhcp(call, "GET", `find/${encodeURIComponent(who)}`)) as {
    readonly leases: readonly LeaseAnswer[];
  };
  const history = await pastOf(call, who, leases);
  if (json) {
    terminal.print(plainJson({ leases, history }));
  } else {
    if (leases.length === 0) terminal.printError(`no lease of ${plainText(who)} is known now`);
    for (const [index, lease] of leases.entries()) {
      if (index > 0) terminal.print("");
      for (const line of describe(lease, now)) terminal.print(line);
    }
    if (history.length > 0) {
      terminal.print(leases.length === 0 ? "before:" : "\nbefore:");
      printPast(call, history, now);
    }
  }
  return leases.length === 0 ? ExitCode.notFound : ExitCode.ok;
}

/** What the machines had before, or who had the address. */
async function pastOf(
  call: CommandCall,
  who: string,
  leases: readonly LeaseAnswer[],
): Promise<readonly PastLeaseAnswer[]> {
  const machines = new Set(leases.flatMap((lease) => lease.hardwareAddress ?? lease.clientIdentifier ?? []));
  const [machine = who] = machines;
  if (machines.size > 1) return []; // too many to tell of all
  const isAddress = machines.size === 0 && looksLikeAddress(who);
  const limit = String(pastShown + leases.length);
  const { leases: past } = await askPast(call, { ...(isAddress ? { address: who } : { machine }), limit });
  return past.filter(({ end }) => end !== "still").slice(0, pastShown);
}

function endTitle({ state }: LeaseAnswer): string {
  if (state === "declined") return "nobody gets it until";
  return state === "released" || state === "expired" ? "ended" : "ends";
}

function describe(lease: LeaseAnswer, now: Now): string[] {
  const time = (moment: string | null): string | null =>
    moment === null ? null : `${localTime(Date.parse(moment), now)}, ${timeWords(moment, now.nowMs)}`;
  const places = [
    lease.circuitId === null ? [] : `${plainText(lease.circuitId)} (circuit)`,
    lease.remoteId === null ? [] : `${plainText(lease.remoteId)} (remote)`,
  ].flat();
  const facts: readonly (readonly [title: string, value: string | null])[] = [
    ["name", lease.name === null ? null : nameWords(lease)],
    ["not the name that it wants", lease.nameProblem],
    ["calls itself", lease.hostName],
    ["hardware address", lease.hardwareAddress],
    ["client identifier", lease.clientIdentifier],
    ["network", lease.subnet],
    ["reserved as", lease.reservation],
    ["since", time(lease.since)],
    ["asked last", time(lease.renewedAt)],
    [endTitle(lease), time(lease.expiresAt)],
    ["plugged in at", places.length === 0 ? null : places.join(", ")],
    ["vendor class", lease.vendorClass],
  ];
  const rows = facts.flatMap(([title, value]) => (value === null ? [] : [[`  ${title}`, plainText(value)]]));
  return [`${lease.address}: ${stateWords(lease)}`, ...alignColumns(rows, ["left", "left"])];
}
