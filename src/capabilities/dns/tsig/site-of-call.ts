/** The site file of a command that needs no running program. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import type { CommandCall } from "#contracts/command.ts";
import { ConfigError } from "#contracts/configuration.ts";
import { findPlaces } from "#platform/process/places.ts";
import { parseWith } from "#platform/site/schema-problems.ts";
import { readYaml } from "#platform/site/yaml-reader.ts";
import { DnsConfig } from "../config.ts";

export interface SiteOfCall {
  readonly siteFile: string;
  readonly siteFolder: string;
  /** Nobody named a site and there is none: this is the one that comes with the program. */
  readonly isExample: boolean;
}

/** The one that `start` would take. */
export function siteOfCall({ options }: CommandCall): SiteOfCall {
  const { site } = options;
  const { siteFile, isExample } = findPlaces(
    { site: typeof site === "string" ? site : undefined },
    {
      workingFolder: process.cwd(),
      homeFolder: homedir(),
      programFolder: join(import.meta.dirname, "..", "..", "..", ".."),
      environment: process.env,
      exists: existsSync,
    },
  );
  return { siteFile, siteFolder: dirname(siteFile), isExample };
}

/**
 * The `dns` section; what else the file says is not looked at.
 * @throws ConfigError
 */
export async function dnsSectionOf({ siteFile }: SiteOfCall): Promise<DnsConfig> {
  const fail = (what: string, remedy: string): never => {
    throw new ConfigError("HP_SITE_SCHEMA", [{ severity: "error", file: siteFile, what, remedy }]);
  };
  let text = "";
  try {
    text = await readFile(siteFile, "utf8");
  } catch (error) {
    fail(
      `the file cannot be read (${(error as NodeJS.ErrnoException).code})`,
      "name another with --site FILE",
    );
  }
  const outcome = await readYaml(text);
  if ("problems" in outcome) return fail("the file is no YAML", "run homeport check");
  const section = (outcome.value as { readonly dns?: unknown } | null)?.dns ?? {};
  const parsed = parseWith(DnsConfig, section, ["dns"]);
  if ("problems" in parsed) return fail("its dns section has mistakes", "run homeport check");
  return parsed.config;
}
