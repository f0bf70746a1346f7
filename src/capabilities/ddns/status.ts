/** What is told of the site's address by `homeport status`: one sentence, and what is wrong. */
import type { ConfigProblem } from "#contracts/configuration.ts";
import type { DdnsControl, FamilyView, RecordView } from "./control.ts";
import { type TroubledState, troublesOf } from "./record-troubles.ts";

/** @param hosts of the update server; undefined: it does not run */
export function summaryOf(control: Pick<DdnsControl, "families" | "records">, hosts?: number): string {
  const watched = control.families().filter(({ isWatched }) => isWatched);
  const addresses = watched.map(
    ({ family, address, lastLook }) =>
      address ?? `${title(family)} ${lastLook === undefined ? "being looked for" : "not known"}`,
  );
  const records = control.records();
  const current = records.filter(({ state }) => state === "current").length;
  const parts = [
    addresses.length === 0 ? "no address is looked for" : addresses.join(" and "),
    records.length === 0 ? "no records" : `${counted(records.length, "record")}, ${current} current`,
    ...(hosts === undefined ? [] : [`update server with ${counted(hosts, "host")}`]),
  ];
  return parts.join("; ");
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

export function troubles(
  control: Pick<DdnsControl, "families" | "records" | "providers">,
): readonly ConfigProblem[] {
  const stopped = control.providers().filter((provider) => provider.stopped !== undefined);
  const dead = new Set(stopped.map(({ name }) => name));
  return [
    ...control.families().flatMap(blindness),
    ...stopped.map(
      ({ name, stopped: why }): ConfigProblem => ({
        severity: "error",
        path: `ddns.providers "${name}"`,
        what: `none of its records is sent any more: ${why}`,
        remedy: "correct its settings and reload, or run homeport ddns retry",
      }),
    ),
    ...recordTroubles(control.records().filter(({ provider }) => !dead.has(provider))),
  ];
}

export function diskTroubles(failure: Error | undefined): readonly ConfigProblem[] {
  if (failure === undefined) return [];
  const what = `what was published cannot be written, and is sent again after a restart: ${failure.message}`;
  return [{ severity: "error", what, remedy: "make room or mend the disk; it goes on by itself then" }];
}

function blindness({ family, isWatched, lastLook, address }: FamilyView): readonly ConfigProblem[] {
  if (!isWatched || lastLook?.outcome !== "could-not-tell") return [];
  const what = `the public ${title(family)} address cannot be told now: ${lastLook.sentence}`;
  const remedy =
    address === undefined
      ? "run homeport ddns check, and see ddns.address; where there is none, write an empty list there"
      : `run homeport ddns check; records stay at ${address} meanwhile`;
  return [{ severity: "warning", path: `ddns.address.${family}`, what, remedy }];
}

function recordTroubles(records: readonly RecordView[]): ConfigProblem[] {
  return troublesOf(records).map(
    ({ state, provider, names, sentence }): ConfigProblem => ({
      severity: state === "stopped" ? "error" : "warning",
      path: `ddns.records at ${provider}`,
      what: `${names}: ${words[state]}${sentence}`,
      remedy: remedies[state],
    }),
  );
}

const words: Readonly<Record<TroubledState, string>> = {
  stopped: "refused, and not sent any more: ",
  failed: "failed, and tried again: ",
  unconfirmed: "could not confirm: ",
};

const remedies: Readonly<Record<TroubledState, string>> = {
  stopped: "correct what is wrong and run homeport ddns retry",
  failed: "see homeport ddns status; homeport ddns retry tries at once",
  unconfirmed: "ask the provider, or its name servers with dig",
};

function title(family: FamilyView["family"]): string {
  return family === "ipv4" ? "IPv4" : "IPv6";
}
