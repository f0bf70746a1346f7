/**
 * What the operator got wrong: where, what, and what to write instead. RFCs do not cover this family; `code`
 * is stable.
 */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly code: string;
  readonly problems: readonly ConfigProblem[];

  constructor(code: string, problems: readonly ConfigProblem[]) {
    super(problems.map(formatProblem).join("\n"));
    this.code = code;
    this.problems = problems;
  }
}

export interface ConfigProblem {
  readonly severity: "error" | "warning";
  readonly file?: string;
  /** Counted from 1, as editors do. */
  readonly line?: number;
  readonly column?: number;
  /** Where in the site file, such as `dns.zones[2].file`. */
  readonly path?: string;
  readonly what: string;
  /** What to write or do instead. */
  readonly remedy?: string;
}

/** `file:line:column: path: what is wrong; what to write` */
export function formatProblem(problem: ConfigProblem): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(":");
  const severity = problem.severity === "warning" ? "warning: " : "";
  const path = problem.path === undefined ? "" : `${problem.path}: `;
  const remedy = problem.remedy === undefined ? "" : `; ${problem.remedy}`;
  return `${place === "" ? "" : `${place}: `}${severity}${path}${problem.what}${remedy}`;
}
