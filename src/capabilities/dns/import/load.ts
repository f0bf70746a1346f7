/** Reads named.conf and what it includes into one list of statements. */
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { locate, locateAll, type Place, shownIn } from "#platform/import/place.ts";
import { checkStatements } from "#protocols/namedconf/check.ts";
import { checkReferences } from "#protocols/namedconf/check-references.ts";
import { keyId } from "#protocols/namedconf/match-list.ts";
import { parseNamedConf } from "#protocols/namedconf/parser.ts";
import { type Problem, Problems, shown } from "#protocols/namedconf/problem.ts";
import {
  type CommentedInclude,
  includesInComments,
  type Repair,
  repairCharacters,
} from "#protocols/namedconf/repair.ts";
import {
  type Item,
  type Statement,
  statementName,
  statementsNamed,
  wordAt,
} from "#protocols/namedconf/tree.ts";
import { importLimits } from "./limits.ts";

export interface LoadedConfig {
  readonly statements: readonly Statement[];
  /** Errors mean that named would refuse the config too. */
  readonly problems: readonly Problem[];
  /** Includes of which the file cannot be read. */
  readonly missing: readonly { readonly statement: Statement; readonly why: string }[];
  readonly repairs: readonly Repair[];
  /** Files, in the order of reading. */
  readonly read: readonly string[];
}

export async function loadConfig(
  place: Place,
  options: { readonly lenient: boolean },
): Promise<LoadedConfig> {
  return new Loader(place, options.lenient).load();
}

/** What Debian's named.conf includes, and a published one may have lost. */
const usualIncludes = ["named.conf.options", "named.conf.local", "named.conf.default-zones"];

class Loader {
  private readonly place: Place;
  private readonly lenient: boolean;
  private readonly problems = new Problems();
  private readonly missing: { statement: Statement; why: string }[] = [];
  private readonly repairs: Repair[] = [];
  private readonly read: string[] = [];
  private readonly commented: CommentedInclude[] = [];
  private readonly open: string[] = [];
  private directory: string | undefined;

  constructor(place: Place, lenient: boolean) {
    this.place = place;
    this.lenient = lenient;
  }

  async load(): Promise<LoadedConfig> {
    let statements = await this.file(this.place.configFile);
    if (!statements.some((one) => ["options", "zone", "view"].includes(statementName(one)))) {
      statements = [...(await this.besides()), ...statements];
    }
    if (this.lenient) statements = await this.restoreIncludes(statements);
    const marred = new Set(this.problems.list.map(({ file, line }) => `${file}:${line}`));
    const checked = [...checkStatements(statements), ...checkReferences(statements)];
    // What is said about a line that could not be read well follows from that.
    const own = checked.filter(({ file, line }) => !marred.has(`${file}:${line}`));
    return {
      statements,
      problems: [...this.problems.list, ...own],
      missing: this.missing,
      repairs: this.repairs,
      read: this.read,
    };
  }

  private async file(path: string): Promise<Statement[]> {
    const shownFile = shownIn(this.place, path);
    this.read.push(shownFile);
    let text = (await readFile(path)).toString("utf8");
    if (this.lenient) {
      const plain = repairCharacters(shownFile, text);
      for (const repair of plain.repairs) this.repairs.push(repair);
      text = plain.text;
      this.commented.push(...includesInComments(shownFile, text));
    }
    const { statements, problems } = parseNamedConf(shownFile, text);
    for (const problem of problems) this.problems.add(problem, problem);
    this.open.push(path);
    const expanded = await this.expand(statements);
    this.open.pop();
    return expanded;
  }

  /** Puts included statements into the place of their `include`. */
  private async expand(statements: readonly Statement[]): Promise<Statement[]> {
    const expanded: Statement[] = [];
    for (const statement of statements) {
      const name = statementName(statement);
      if (name === "include" && statement.items.length === 2) {
        for (const included of await this.include(statement)) expanded.push(included);
        continue;
      }
      if (name === "directory") this.directory = wordAt(statement, 1) ?? this.directory;
      if (name === "options" || name === "view" || name === "zone") {
        const items: Item[] = [];
        for (const item of statement.items) {
          items.push(
            item.kind === "block" ? { ...item, statements: await this.expand(item.statements) } : item,
          );
        }
        expanded.push({ ...statement, items });
      } else {
        expanded.push(statement);
      }
    }
    return expanded;
  }

  private async include(statement: Statement): Promise<Statement[]> {
    const path = wordAt(statement, 1) ?? "";
    const isPattern = /[*?]/.test(path);
    const found = isPattern
      ? await locateAll(this.place, path, this.folders())
      : [await locate(this.place, path, this.folders())];
    if (found.length === 0) this.missing.push({ statement, why: `no file matches ${shown(path)}` });
    const statements: Statement[] = [];
    for (const one of found) {
      const why = "why" in one ? one.why : this.refusal(one.path, statement);
      if (why !== undefined) this.missing.push({ statement, why });
      else if ("path" in one) for (const inner of await this.file(one.path)) statements.push(inner);
    }
    return statements;
  }

  private refusal(path: string, statement: Statement): string | undefined {
    if (this.open.includes(path)) {
      this.problems.add(statement, {
        code: "value",
        what: `${shownIn(this.place, path)} includes itself`,
        remedy: "remove this include",
      });
      return "it is being read already";
    }
    if (this.open.length > importLimits.includeDepthMax)
      return `more than ${importLimits.includeDepthMax} deep`;
    return this.read.length >= importLimits.includedFilesMax ? "too many files" : undefined;
  }

  /**
   * Relative includes begin at named's folder; which that was is not certain, so look beside the file
   * first.
   */
  private folders(): string[] {
    const beside = dirname(this.open.at(-1) ?? this.place.configFile);
    return this.directory === undefined ? [beside] : [beside, this.directory];
  }

  /** A named.conf that defines nothing has lost its includes, or never was the one that named used. */
  private async besides(): Promise<Statement[]> {
    const statements: Statement[] = [];
    const folder = dirname(this.place.configFile);
    const beside = (await readdir(folder)).filter((name) => usualIncludes.includes(name)).sort(byUse);
    const shownConfig = shownIn(this.place, this.place.configFile);
    for (const name of beside) {
      const path = join(folder, name);
      if (this.read.includes(shownIn(this.place, path))) continue;
      if (this.lenient) {
        this.repairs.push({
          file: shownConfig,
          line: 1,
          what: `include "${name}" restored: the file lies beside`,
        });
        for (const statement of await this.file(path)) statements.push(statement);
      } else {
        this.problems.add(
          { file: shownConfig, line: 1, column: 1 },
          {
            code: "value",
            what: `it has no options, zone or view, and does not include ${name}, which lies beside it`,
            remedy: `write include "${name}"; or import with --lenient`,
          },
        );
      }
    }
    return statements;
  }

  /**
   * A comment may have caught an `include` when its line break was lost. It has, if what it defines is
   * missing.
   */
  private async restoreIncludes(before: readonly Statement[]): Promise<Statement[]> {
    const statements = [...before];
    for (const commented of this.commented) {
      const found = await locate(this.place, commented.path, this.folders());
      if ("why" in found || this.read.includes(shownIn(this.place, found.path))) continue;
      const text = repairCharacters("", (await readFile(found.path)).toString("utf8")).text;
      const wanted = undefinedNames(statements);
      const defines = definedNames(parseNamedConf("", text).statements);
      const name = [...defines].find((one) => wanted.has(one));
      if (name === undefined) continue;
      const what = `include "${commented.path}" restored from the comment: it defines ${shown(name)}`;
      this.repairs.push({ file: commented.file, line: commented.line, what });
      for (const statement of await this.file(found.path)) statements.push(statement);
    }
    return statements;
  }
}

function byUse(one: string, other: string): number {
  return usualIncludes.indexOf(one) - usualIncludes.indexOf(other);
}

function definedNames(statements: readonly Statement[]): Set<string> {
  const definitions = statementsNamed(statements, "key", "acl", "primaries", "masters", "parental-agents");
  return new Set(definitions.map((statement) => keyId(wordAt(statement, 1) ?? "")));
}

/** Words inside of blocks that nothing defines: among them are the keys and acls that are missing. */
function undefinedNames(statements: readonly Statement[]): Set<string> {
  const defined = definedNames(statements);
  const used = new Set<string>();
  const walk = (inner: readonly Statement[]): void => {
    for (const { items } of inner) {
      for (const item of items) {
        if (item.kind === "block") walk(item.statements);
        else if (item.kind === "word" && !defined.has(keyId(item.text))) used.add(keyId(item.text));
      }
    }
  };
  walk(statements);
  return used;
}
