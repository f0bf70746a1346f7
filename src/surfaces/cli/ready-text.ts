/** The few lines that `homeport start` ends its start with: what is served, where, and what to type next. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { formatProblem } from "#contracts/configuration.ts";
import { type StatusAnswer, whereabouts } from "./commands/status.ts";
import { pathFromHere, problemFromHere } from "./from-here.ts";

export interface ReadyFacts {
  readonly isExample: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export function readyText(status: StatusAnswer, { isExample, environment }: ReadyFacts): string {
  const width = Math.max(0, ...status.capabilities.map(({ id }) => id.length));
  const lines = isExample ? ["No site.yaml here: running the example lab."] : [];
  lines.push(`Homeport ${status.version} serves ${status.site} (${pathFromHere(status.siteFile)})`);
  for (const { id, summary, listening, problems } of status.capabilities) {
    lines.push(`  ${id.padEnd(width)}  ${whereabouts(summary, listening)}`);
    lines.push(
      ...problems.map((problem) => `  ${"".padEnd(width)}  ${formatProblem(problemFromHere(problem))}`),
    );
  }
  if (status.capabilities.length === 0)
    lines.push("  nothing yet: the site file has no section but its heading");
  const own = ownCommand(environment);
  const hints = status.capabilities.flatMap((one) => one.hints);
  lines.push("Try:", ...hints.map((hint) => `  ${hint.replace(/^homeport /, `${own} `)}`), `  ${own} status`);
  lines.push("Ctrl-C stops it.");
  return lines.join("\n");
}

/** How to call this program from here: "homeport" when PATH has it. */
function ownCommand(environment: ReadyFacts["environment"]): string {
  const onPath = (environment["PATH"] ?? "").split(delimiter).some((folder) => {
    // npm puts node_modules/.bin on PATH for its own children; the reader's shell does not have it.
    if (folder === "" || folder.includes("node_modules")) return false;
    try {
      accessSync(join(folder, "homeport"), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (onPath) return "homeport";
  const launcher = join(import.meta.dirname, "..", "..", "..", "bin", "homeport.js");
  return `node ${pathFromHere(launcher)}`;
}
