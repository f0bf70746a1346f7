/**
 * site.yaml: what the operator wants. One section for each capability, checked by that capability's schema.
 */
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { ConfigError, type ConfigProblem } from "#contracts/configuration.ts";
import { limits } from "./limits.ts";
import { missingProviders } from "./missing-providers.ts";
import { type PlaceQuestion, parsePath } from "./path.ts";
import { type PlacedProblem, parseWith } from "./schema-problems.ts";
import { readPlaces, readYaml } from "./yaml-reader.ts";

/** What the site file needs to know of a capability. */
export interface Section {
  readonly id: string;
  readonly summary: string;
  /** It is loaded where the file has such a section. */
  readonly config: () => Promise<z.ZodType>;
  readonly provides?: readonly string[];
  readonly needs?: readonly { readonly contract: string; readonly optional?: true }[];
}

export interface Site {
  readonly file: string;
  /** Relative paths in the file start here. */
  readonly folder: string;
  /** All of the file, as it was read. */
  readonly text: string;
  readonly name: string;
  readonly domain: string | undefined;
  /** By id, in the order of the sections asked for; a section that is not in the file is not here. */
  readonly sections: ReadonlyMap<string, unknown>;
  /** Completes problems that name only a path, such as `dns.zones[2].file`, with file, line and column. */
  locate(problems: readonly ConfigProblem[]): Promise<readonly ConfigProblem[]>;
}

const hostName =
  /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/i;

const heading = {
  site: z
    .string()
    .regex(hostName)
    .describe("Name of this site: letters, digits and hyphens")
    .meta({ examples: ["foundry"] }),
  domain: z
    .string()
    .regex(hostName)
    .optional()
    .describe("Domain that names of this site end in")
    .meta({ examples: ["lab.example.net"] }),
};

/** Reads and checks the whole file. Throws `ConfigError` with every problem found. */
export async function readSite(file: string, sections: readonly Section[]): Promise<Site> {
  const path = resolve(file);
  const { text, value } = await readSiteText(path);
  const locate = (problems: readonly ConfigProblem[]) => locateIn(path, text, problems);
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    const what = value === null ? "the file is empty" : "the file has no sections";
    throw new ConfigError("HP_SITE_SCHEMA", [
      { severity: "error", file: path, line: 1, column: 1, what, remedy: 'begin it with "site: NAME"' },
    ]);
  }
  const { problems: faults, parsed } = await checkValue(value as Record<string, unknown>, sections);
  const isPresent = (id: string): boolean => Object.hasOwn(value, id);
  const problems = [...faults, ...missingProviders(sections, isPresent)];
  if (problems.length > 0) throw new ConfigError("HP_SITE_SCHEMA", await locate(problems));
  const { site, domain } = parsed.heading as { site: string; domain?: string };
  return { file: path, folder: dirname(path), text, name: site, domain, sections: parsed.sections, locate };
}

/** The file as YAML that no schema has looked at yet. Throws `ConfigError`: it is none, or not to be read. */
export async function readSiteText(
  path: string,
): Promise<{ readonly text: string; readonly value: unknown }> {
  const text = await readText(path);
  const outcome = await readYaml(text);
  if ("value" in outcome) return { text, value: outcome.value };
  const problems = outcome.problems.map((problem) => ({ ...problem, file: path }));
  throw new ConfigError("HP_SITE_YAML", problems);
}

/** The JSON Schema of the whole file, for editors. */
export async function siteJsonSchema(sections: readonly Section[]): Promise<object> {
  const described = await Promise.all(
    sections.map(
      async ({ id, summary, config }) => [id, (await config()).optional().describe(summary)] as const,
    ),
  );
  const whole = z.strictObject({ ...heading, ...Object.fromEntries(described) });
  return {
    title: "site.yaml of Homeport",
    ...z.toJSONSchema(whole, { io: "input", unrepresentable: "any" }),
  };
}

async function checkValue(value: Record<string, unknown>, sections: readonly Section[]) {
  // The sections' names are part of the schema so that a misspelt one is met with a suggestion.
  const names = Object.fromEntries(sections.map(({ id }) => [id, z.unknown().optional()]));
  const heads = parseWith(z.strictObject({ ...heading, ...names }), value, []);
  const problems: PlacedProblem[] = "problems" in heads ? [...heads.problems] : [];
  const parsed = new Map<string, unknown>();
  for (const { id, config } of sections) {
    if (!Object.hasOwn(value, id)) continue;
    const one = parseWith(await config(), value[id], [id]);
    if ("problems" in one) problems.push(...one.problems);
    else parsed.set(id, one.config);
  }
  return { problems, parsed: { heading: "config" in heads ? heads.config : undefined, sections: parsed } };
}

async function readText(path: string): Promise<string> {
  let octets: Buffer;
  try {
    octets = await readFile(path);
  } catch (error) {
    throw new ConfigError("HP_SITE_FILE", [{ severity: "error", file: path, ...unreadable(error) }]);
  }
  if (octets.length > limits.siteFileOctetsMax) {
    const what = `the file has ${octets.length} octets and the limit is ${limits.siteFileOctetsMax}`;
    throw new ConfigError("HP_SITE_FILE", [
      { severity: "error", file: path, what, remedy: "keep records in zone files, not in here" },
    ]);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(octets);
  } catch {
    throw new ConfigError("HP_SITE_FILE", [
      { severity: "error", file: path, what: "the file is not UTF-8", remedy: "save it as UTF-8" },
    ]);
  }
}

function unreadable(error: unknown): { what: string; remedy: string } {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT") return { what: "there is no such file", remedy: "name another with --site FILE" };
  if (code === "EISDIR") return { what: "this is a folder", remedy: "name the file in it" };
  if (code === "EACCES")
    return { what: "you may not read it", remedy: "let the user who runs Homeport read it" };
  return { what: `it cannot be read (${code})`, remedy: "make it readable" };
}

async function locateIn(file: string, text: string, problems: readonly (ConfigProblem | PlacedProblem)[]) {
  const placeless = problems.filter(
    ({ line, path, file: other }) => line === undefined && path !== undefined && other === undefined,
  );
  if (placeless.length === 0) return problems.map(withoutPlace);
  const places = new Map(
    (await readPlaces(text, placeless.map(questionOf))).map(
      (place, index) => [placeless[index]!, place] as const,
    ),
  );
  return problems.map((problem) => {
    const place = places.get(problem);
    return withoutPlace(place === undefined ? problem : { ...problem, file, ...place });
  });
}

function questionOf(problem: ConfigProblem | PlacedProblem): PlaceQuestion {
  return "place" in problem ? problem.place : { steps: parsePath(problem.path ?? ""), atKey: false };
}

function withoutPlace(problem: ConfigProblem | PlacedProblem): ConfigProblem {
  if (!("place" in problem)) return problem;
  const { place: _, ...rest } = problem;
  return rest;
}
