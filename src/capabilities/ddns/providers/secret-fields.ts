/** Secrets of providers: each stands in the site file, or in a file of its own that the site file names. */
import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import type { ConfigProblem } from "#contracts/configuration.ts";
import { secretNames } from "#platform/log/redaction.ts";
import { limits } from "../limits.ts";
import type { ProviderSettings } from "./provider.ts";

/**
 * Two fields of a provider, one of which must be there: `...secret("token", "API token")` makes `token` and
 * `tokenFile`. Only names that the log and the history know as secret can be one.
 */
export function secret<Name extends (typeof secretNames)[number]>(
  name: Name,
  meaning: string,
): Record<Name | `${Name}File`, z.ZodOptional<z.ZodString>> {
  return {
    [name]: z.string().min(1).optional().describe(meaning),
    [`${name}File`]: z
      .string()
      .min(1)
      .optional()
      .describe(`File with it, from the folder of the site file; instead of \`${name}\``),
  } as Record<Name | `${Name}File`, z.ZodOptional<z.ZodString>>;
}

const optional = new WeakSet<object>();

/** As `secret`, of what may be missing. */
export function optionalSecret<Name extends (typeof secretNames)[number]>(
  name: Name,
  meaning: string,
): Record<Name | `${Name}File`, z.ZodOptional<z.ZodString>> {
  const fields = secret(name, meaning);
  optional.add(fields[name]);
  return fields;
}

export interface ReadSettings {
  readonly settings: ProviderSettings;
  readonly problems: readonly ConfigProblem[];
}

/** Reads the files that settings name: `tokenFile` becomes `token`. @param path of the provider */
export function readSecrets(settings: ProviderSettings, siteFolder: string, path: string): ReadSettings {
  const read: Record<string, unknown> = { ...settings };
  const problems: ConfigProblem[] = [];
  for (const name of secretNames) {
    const file = settings[`${name}File`];
    if (typeof file !== "string") continue;
    delete read[`${name}File`];
    const place = `${path}.${name}File`;
    try {
      const full = resolve(siteFolder, file);
      const { mode, size } = statSync(full);
      if ((mode & 0o077) !== 0)
        problems.push({
          severity: "warning",
          path: place,
          what: `others than its owner may read or write ${file}`,
          remedy: `run chmod 600 ${file}`,
        });
      const text = size > limits.secretFileOctetsMax ? "" : readFileSync(full, "utf8").trim();
      if (text !== "") read[name] = text;
      else
        problems.push({
          severity: "error",
          path: place,
          what: `${file} holds no secret`,
          remedy: "write the secret into it, and nothing else",
        });
    } catch (error) {
      problems.push({
        severity: "error",
        path: place,
        what: `${file} cannot be read (${(error as NodeJS.ErrnoException).code})`,
        remedy: "correct the path, and let the user who runs Homeport read it",
      });
    }
  }
  return { settings: read, problems };
}

/** What is wrong with the secrets that a section has, as a sentence; undefined: nothing. */
export function secretProblem(shape: z.ZodRawShape, section: ProviderSettings): string | undefined {
  for (const name of secretNames) {
    if (!(name in shape && `${name}File` in shape)) continue;
    const has = [name, `${name}File`].filter((key) => section[key] !== undefined).length;
    if (has === 0 && !optional.has(shape[name]!)) return `needs \`${name}\` or \`${name}File\``;
    if (has === 2) return `has both \`${name}\` and \`${name}File\`; keep one`;
  }
  return undefined;
}
