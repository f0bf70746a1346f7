/** Paths as the reader at the terminal would write them. */
import { relative } from "node:path";
import type { ConfigProblem } from "#contracts/configuration.ts";

/** Relative for what lies below the folder that the command runs in, as compilers do. */
export function pathFromHere(path: string, here = process.cwd()): string {
  const short = relative(here, path);
  return short === "" || short.startsWith("..") ? path : short;
}

export function problemFromHere(problem: ConfigProblem, here = process.cwd()): ConfigProblem {
  return problem.file === undefined ? problem : { ...problem, file: pathFromHere(problem.file, here) };
}
