import { type Command, ExitCode } from "#contracts/command.ts";
import { type ConfigProblem, formatProblem } from "#contracts/configuration.ts";
import { problemFromHere } from "../from-here.ts";
import { printJson } from "../terminal.ts";

/** The answer of GET /api/status, as far as it is shown. */
export interface StatusAnswer {
  readonly site: string;
  readonly version: string;
  readonly pid: number;
  readonly startedAt: string;
  readonly siteFile: string;
  readonly dataFolder: string;
  readonly lastReload?: { readonly at: string; readonly problems: readonly ConfigProblem[] } | undefined;
  readonly capabilities: readonly {
    readonly id: string;
    readonly summary: string;
    readonly listening: readonly string[];
    readonly problems: readonly ConfigProblem[];
    readonly hints: readonly string[];
  }[];
}

export const statusCommand: Command = {
  words: ["status"],
  summary: "show what runs, and what is wrong with it",
  help: `Show what runs, and what is wrong with it.

Ends with 3 when something is: a zone that could not be read, a reload that was refused.`,
  async run({ api, json, terminal }) {
    const status = (await api.request("GET", "/api/status")) as StatusAnswer;
    if (json) printJson(terminal, status);
    else terminal.print(formatStatus(status, Date.now()));
    return allProblems(status).some(({ severity }) => severity === "error") ? ExitCode.problems : ExitCode.ok;
  },
};

export function formatStatus(status: StatusAnswer, nowMs: number): string {
  const width = Math.max(...status.capabilities.map(({ id }) => id.length), "data".length);
  const row = (name: string, text: string) => `  ${name.padEnd(width)}  ${text}`;
  const runsFor = formatDuration(nowMs - Date.parse(status.startedAt));
  const lines = [
    `${status.site} runs for ${runsFor}, process ${status.pid}, Homeport ${status.version}`,
    row("site", status.siteFile),
    row("data", status.dataFolder),
  ];
  for (const { id, summary, listening, problems } of status.capabilities) {
    lines.push(
      row(id, whereabouts(summary, listening)),
      ...problems.map((problem) => row("", formatProblem(problemFromHere(problem)))),
    );
  }
  const { lastReload } = status;
  if (lastReload !== undefined && lastReload.problems.length > 0) {
    lines.push(`The reload at ${lastReload.at} was refused; what ran before runs on:`);
    lines.push(...lastReload.problems.map((problem) => `  ${formatProblem(problemFromHere(problem))}`));
  }
  return lines.join("\n");
}

/** "4 zones on 127.0.0.1:53 (udp)": the addresses are named once. */
export function whereabouts(summary: string, listening: readonly string[]): string {
  const others = listening.filter((address) => !summary.includes(address));
  return others.length === 0 ? summary : `${summary}, on ${others.join(", ")}`;
}

function allProblems(status: StatusAnswer): readonly ConfigProblem[] {
  return [...status.capabilities.flatMap(({ problems }) => problems), ...(status.lastReload?.problems ?? [])];
}

/** The two largest units, such as "3 h 12 min". */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const parts = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3_600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  if (first < 0) return "0 s";
  const shown = parts.slice(first, first + 2).filter(([count]) => count > 0);
  return shown.map(([count, unit]) => `${count} ${unit}`).join(" ");
}
