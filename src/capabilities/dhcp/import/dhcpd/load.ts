/** Reads dhcpd.conf and what it includes into one list of statements. */
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { locate, type Place, shownIn } from "#platform/import/place.ts";
import { parseDhcpdConf } from "#protocols/dhcpdconf/parser.ts";
import { type DhcpdStatement, nameOf, textOf, wordAt } from "#protocols/dhcpdconf/tree.ts";
import { type Problem, shown } from "#protocols/namedconf/problem.ts";
import { importLimits } from "../limits.ts";

export interface LoadedDhcpdConf {
  readonly statements: readonly DhcpdStatement[];
  /** dhcpd would refuse the config too. */
  readonly problems: readonly Problem[];
  /** Includes of which the file cannot be read. */
  readonly missing: readonly { readonly statement: DhcpdStatement; readonly why: string }[];
  /** Files, in the order of reading. */
  readonly read: readonly string[];
}

export async function loadDhcpdConf(place: Place): Promise<LoadedDhcpdConf> {
  const loader = new Loader(place);
  const statements = await loader.file(place.configFile);
  return { statements, problems: loader.problems, missing: loader.missing, read: loader.read };
}

class Loader {
  readonly problems: Problem[] = [];
  readonly missing: { statement: DhcpdStatement; why: string }[] = [];
  readonly read: string[] = [];
  private readonly place: Place;
  private readonly open: string[] = [];

  constructor(place: Place) {
    this.place = place;
  }

  async file(path: string): Promise<DhcpdStatement[]> {
    const file = shownIn(this.place, path);
    this.read.push(file);
    const { statements, problems } = parseDhcpdConf(file, (await readFile(path)).toString("latin1"));
    this.problems.push(...problems);
    this.open.push(path);
    const expanded = await this.expand(statements);
    this.open.pop();
    return expanded;
  }

  /** Puts included statements into the place of their `include`. */
  private async expand(statements: readonly DhcpdStatement[]): Promise<DhcpdStatement[]> {
    const expanded: DhcpdStatement[] = [];
    for (const statement of statements) {
      if (nameOf(statement) === "include" && statement.block === undefined) {
        for (const included of await this.include(statement)) expanded.push(included);
      } else if (statement.block === undefined) {
        expanded.push(statement);
      } else {
        expanded.push({ ...statement, block: await this.expand(statement.block) });
      }
    }
    return expanded;
  }

  private async include(statement: DhcpdStatement): Promise<DhcpdStatement[]> {
    const path = textOf(wordAt(statement, 1) ?? "");
    const beside = dirname(this.open.at(-1) ?? this.place.configFile);
    const found = await locate(this.place, path, [beside]);
    const why = "why" in found ? found.why : this.refusal(found.path, statement);
    if (why !== undefined) {
      this.missing.push({ statement, why });
      return [];
    }
    return "path" in found ? this.file(found.path) : [];
  }

  private refusal(path: string, { file, line, column }: DhcpdStatement): string | undefined {
    if (this.open.includes(path)) {
      this.problems.push({
        severity: "error",
        code: "value",
        file,
        line,
        column,
        what: `${shown(shownIn(this.place, path))} includes itself`,
        remedy: "remove this include",
      });
      return "it is being read already";
    }
    if (this.open.length > importLimits.includeDepthMax)
      return `more than ${importLimits.includeDepthMax} deep`;
    return this.read.length >= importLimits.includedFilesMax ? "too many files" : undefined;
  }
}
