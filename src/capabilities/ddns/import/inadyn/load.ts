/** Reads inadyn.conf and the files that it includes into one list of statements. */
import { readFile } from "node:fs/promises";
import { locate, type Place, shownIn } from "#platform/import/place.ts";
import {
  type InadynInclude,
  type InadynSection,
  type InadynSetting,
  parseInadynConf,
} from "#protocols/inadynconf/statements.ts";
import type { Problem } from "#protocols/namedconf/problem.ts";
import { importLimits } from "../limits.ts";

export interface LoadedSection extends Omit<InadynSection, "statements"> {
  readonly settings: readonly InadynSetting[];
}

export interface LoadedInadynConf {
  readonly settings: readonly InadynSetting[];
  readonly sections: readonly LoadedSection[];
  readonly problems: readonly Problem[];
  /** Files that cannot be read. */
  readonly missing: readonly { readonly include: InadynInclude; readonly why: string }[];
  /** Files, in the order of reading. */
  readonly read: readonly string[];
}

export async function loadInadynConf(place: Place): Promise<LoadedInadynConf> {
  const loader = new Loader(place);
  await loader.file(place.configFile);
  return loader;
}

class Loader implements LoadedInadynConf {
  readonly settings: InadynSetting[] = [];
  readonly sections: LoadedSection[] = [];
  readonly problems: Problem[] = [];
  readonly missing: { include: InadynInclude; why: string }[] = [];
  readonly read: string[] = [];
  private readonly place: Place;
  private readonly open: string[] = [];

  constructor(place: Place) {
    this.place = place;
  }

  /** @param into the section that includes it */
  async file(path: string, into?: InadynSetting[]): Promise<void> {
    const shown = shownIn(this.place, path);
    this.read.push(shown);
    const { statements, problems } = parseInadynConf(shown, await readFile(path, "utf8"));
    this.problems.push(...problems);
    this.open.push(path);
    for (const statement of statements) {
      if (statement.kind === "setting") (into ?? this.settings).push(statement);
      else if (statement.kind === "include") await this.include(statement, into);
      else await this.section(statement);
    }
    this.open.pop();
  }

  private async section({ statements, ...section }: InadynSection): Promise<void> {
    const settings: InadynSetting[] = [];
    for (const statement of statements) {
      if (statement.kind === "setting") settings.push(statement);
      else await this.include(statement, settings);
    }
    this.sections.push({ ...section, settings });
  }

  private async include(include: InadynInclude, into: InadynSetting[] | undefined): Promise<void> {
    const found = await locate(this.place, include.path.replace(/^~\//, "/root/"), [this.place.folder]);
    const why = "why" in found ? found.why : this.refusal(found.path);
    if (why !== undefined) this.missing.push({ include, why });
    else if ("path" in found) await this.file(found.path, into);
  }

  private refusal(path: string): string | undefined {
    if (this.open.includes(path)) return "it is being read already: it includes itself";
    if (this.open.length > importLimits.includeDepthMax)
      return `more than ${importLimits.includeDepthMax} deep`;
    return this.read.length >= importLimits.includedFilesMax ? "too many files" : undefined;
  }
}
