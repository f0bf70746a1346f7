/** What the schema cannot see: files, services and providers that the section names. */
import { ConfigError, type ConfigProblem } from "#contracts/configuration.ts";
import type { AddressFamily } from "#contracts/public-address.ts";
import type { AddressConfig, DdnsConfig } from "./config.ts";
import { noticeProblems } from "./notices/notices.ts";
import { recordProblems } from "./publish/record-problems.ts";
import { families } from "./watch/address-watcher.ts";
import { operatorsOf, witnessProblems } from "./watch/witnesses.ts";

export function configProblems(config: DdnsConfig, siteFolder: string): readonly ConfigProblem[] {
  return [
    ...witnessProblems(config.address),
    ...noticeProblems(config.notices, siteFolder),
    ...families.flatMap((family) => agreementProblems(config.address, family)),
    ...recordProblems(config),
  ];
}

/** Nothing would ever count as a change. */
function agreementProblems({ agree, ...methods }: AddressConfig, family: AddressFamily): ConfigProblem[] {
  const own = methods[family];
  if (own.length === 0 || own.some(({ trust }) => trust)) return [];
  const voices = operatorsOf(family, own).size;
  const isTrusted = own.length === 1 && voices === 1;
  if (isTrusted || voices >= agree) return [];
  return [
    {
      severity: "error",
      path: `ddns.address.${family}`,
      what: `${agree} independent voices must agree, and there ${voices === 1 ? "is one" : `are ${voices}`}`,
      remedy: "add a method, write `trust: true` into one, or lower `agree`",
    },
  ];
}

/** Throws ConfigError when one of them is an error. */
export function refuseErrors(problems: readonly ConfigProblem[]): void {
  const errors = problems.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new ConfigError("HP_DDNS_CONFIG", errors);
}
