import { resolve } from "node:path";
import type { CapabilityDoor } from "#contracts/capability.ts";
import { type Command, ExitCode } from "#contracts/command.ts";
import { ConfigError, type ConfigProblem, formatProblem } from "#contracts/configuration.ts";
import { findPlaces } from "#platform/process/places.ts";
import { problemFromHere } from "../from-here.ts";
import { printJson } from "../terminal.ts";
import type { CoreParts } from "./core.ts";

export function checkCommand({ capabilities, facts }: CoreParts): Command {
  return {
    words: ["check"],
    summary: "look for mistakes in a site file and all that it names, without starting",
    help: `Look for mistakes in a site file and all that it names, without starting.

Prints "file:line:column: what is wrong; what to write", and ends with 3 when there is an error.`,
    arguments: [
      {
        name: "file",
        summary: "site file; otherwise the one that start would take",
        required: false,
        complete: "file",
      },
    ],
    async run({ arguments: { file }, options, json, terminal }) {
      const named = typeof file === "string" ? file : options["site"];
      const { siteFile } = findPlaces({ site: typeof named === "string" ? named : undefined }, facts);
      const problems = await problemsOf(resolve(siteFile), capabilities);
      const errors = problems.filter(({ severity }) => severity === "error").length;
      if (json) {
        printJson(terminal, { file: siteFile, problems });
      } else {
        for (const problem of problems)
          terminal.print(formatProblem(problemFromHere(problem, facts.workingFolder)));
        const warnings = problems.length - errors;
        if (errors === 0)
          terminal.print(`${siteFile}: no errors${warnings > 0 ? `, ${plural(warnings)}` : ""}`);
      }
      return errors > 0 ? ExitCode.problems : ExitCode.ok;
    },
  };
}

async function problemsOf(
  siteFile: string,
  doors: readonly CapabilityDoor[],
): Promise<readonly ConfigProblem[]> {
  const { readSite } = await import("#platform/site/site.ts");
  const capabilities = await Promise.all(doors.map((door) => door.open()));
  try {
    const site = await readSite(siteFile, capabilities);
    const problems: ConfigProblem[] = [];
    for (const capability of capabilities) {
      const { id } = capability;
      if (!site.sections.has(id)) continue;
      const place = { siteFolder: site.folder, domain: site.domain };
      problems.push(...((await capability.check?.(site.sections.get(id), place)) ?? []));
    }
    return await site.locate(problems);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

function plural(warnings: number): string {
  return warnings === 1 ? "1 warning" : `${warnings} warnings`;
}
