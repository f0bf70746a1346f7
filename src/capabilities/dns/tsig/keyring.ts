/** The keys of a site: from `dns.keys` and the files that it names. */
import type { SitePlace } from "#contracts/capability.ts";
import type { ConfigProblem } from "#contracts/configuration.ts";
import type { Keyring, TsigKey } from "#platform/tsig/key.ts";
import { readKeyConfig } from "#platform/tsig/key-config.ts";
import type { Name } from "#protocols/dns/name.ts";
import type { DnsConfig } from "../config.ts";

interface ReadKeys {
  /** Those without an error. */
  readonly keyring: Keyring;
  /** Errors and warnings, with paths such as `dns.keys[0].secretFile`; none of them has a secret in it. */
  readonly problems: readonly ConfigProblem[];
}

/** Reads each key and its file. Never throws for what an operator wrote. */
export function readKeys({ keys }: Pick<DnsConfig, "keys">, { siteFolder }: SitePlace): ReadKeys {
  const keyring = new Map<Name, TsigKey>();
  const problems: ConfigProblem[] = [];
  for (const [index, config] of keys.entries()) {
    const read = readKeyConfig(config, { path: `dns.keys[${index}]`, siteFolder });
    problems.push(...read.problems);
    if (read.key !== undefined) keyring.set(read.key.name, read.key);
  }
  return { keyring, problems };
}

/** For `homeport check`. */
export function keyProblems(config: Pick<DnsConfig, "keys">, site: SitePlace): readonly ConfigProblem[] {
  return readKeys(config, site).problems;
}
