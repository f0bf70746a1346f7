/** Reads dnsmasq.conf and the files that it names into one list of lines. */
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type Located, locate, locateAll, type Place, shownIn } from "#platform/import/place.ts";
import { type DnsmasqLine, parseDnsmasqConf, parseDnsmasqValues } from "#protocols/dnsmasqconf/lines.ts";
import type { Problem } from "#protocols/namedconf/problem.ts";
import { importLimits } from "../limits.ts";

export interface LoadedDnsmasqConf {
  readonly lines: readonly DnsmasqLine[];
  readonly problems: readonly Problem[];
  /** Files that cannot be read. */
  readonly missing: readonly { readonly line: DnsmasqLine; readonly why: string }[];
  /** Files, in the order of reading. */
  readonly read: readonly string[];
}

export async function loadDnsmasqConf(place: Place): Promise<LoadedDnsmasqConf> {
  const loader = new Loader(place);
  await loader.file(place.configFile);
  return loader;
}

/** Files whose lines are values of one setting. */
const valueFiles: Readonly<Record<string, string>> = {
  "dhcp-hostsfile": "dhcp-host",
  "dhcp-hostsdir": "dhcp-host",
  "dhcp-optsfile": "dhcp-option",
  "dhcp-optsdir": "dhcp-option",
};

class Loader implements LoadedDnsmasqConf {
  readonly lines: DnsmasqLine[] = [];
  readonly problems: Problem[] = [];
  readonly missing: { line: DnsmasqLine; why: string }[] = [];
  readonly read: string[] = [];
  private readonly place: Place;
  private readonly open: string[] = [];

  constructor(place: Place) {
    this.place = place;
  }

  async file(path: string): Promise<void> {
    const shown = shownIn(this.place, path);
    this.read.push(shown);
    const { lines, problems } = parseDnsmasqConf(shown, await readFile(path, "utf8"));
    this.problems.push(...problems);
    this.open.push(path);
    for (const line of lines) await this.take(line);
    this.open.pop();
  }

  private async take(line: DnsmasqLine): Promise<void> {
    const { name, fields } = line;
    const values = valueFiles[name];
    const path = fields[0] ?? "";
    if (values !== undefined) {
      for (const found of await this.all(line, path)) await this.valueFile(found, values, line);
    } else if (name === "conf-file") {
      for (const found of await this.all(line, path)) await this.included(found, line);
    } else if (name === "conf-dir") {
      const found = await locateAll(this.place, join(path, "*"), [this.beside()]);
      if (found.length === 0)
        this.missing.push({ line, why: "there is no such folder here, or nothing in it" });
      for (const one of found)
        if ("path" in one && isWanted(one.path, fields.slice(1))) await this.included(one, line);
    } else {
      this.lines.push(line);
    }
  }

  /** A file, the files of a folder, or those that a pattern names. */
  private async all(line: DnsmasqLine, path: string): Promise<readonly Located[]> {
    if (/[*?]/.test(basename(path))) {
      const matching = await locateAll(this.place, path, [this.beside()]);
      if (matching.length === 0) this.missing.push({ line, why: "no file is of that name" });
      return matching;
    }
    const one = await locate(this.place, path, [this.beside()]);
    if ("path" in one) return [one];
    const inside = await locateAll(this.place, join(path, "*"), [this.beside()]);
    return inside.length > 0 ? inside : [one];
  }

  private async included(found: Located, line: DnsmasqLine): Promise<void> {
    const why = this.refusal(found);
    if (why !== undefined) this.missing.push({ line, why });
    else if ("path" in found) await this.file(found.path);
  }

  private async valueFile(found: Located, name: string, line: DnsmasqLine): Promise<void> {
    const why = this.refusal(found);
    if (why !== undefined) {
      this.missing.push({ line, why });
    } else if ("path" in found) {
      const shown = shownIn(this.place, found.path);
      this.read.push(shown);
      const { lines, problems } = parseDnsmasqValues(shown, await readFile(found.path, "utf8"), name);
      this.problems.push(...problems);
      for (const one of lines) this.lines.push(one);
    }
  }

  private refusal(found: Located): string | undefined {
    if ("why" in found) return found.why;
    if (this.open.includes(found.path)) return "it is being read already: it includes itself";
    if (this.open.length > importLimits.includeDepthMax)
      return `more than ${importLimits.includeDepthMax} deep`;
    return this.read.length >= importLimits.includedFilesMax ? "too many files" : undefined;
  }

  private beside(): string {
    return dirname(this.open.at(-1) ?? this.place.configFile);
  }
}

/** What conf-dir says of names: `*.conf` takes those alone, `.bak` takes others. */
function isWanted(path: string, patterns: readonly string[]): boolean {
  const name = basename(path);
  if (name.endsWith("~") || (name.startsWith("#") && name.endsWith("#"))) return false;
  const wanted = patterns.filter((one) => one.startsWith("*")).map((one) => one.slice(1));
  const unwanted = patterns.filter((one) => one !== "" && !one.startsWith("*"));
  if (unwanted.some((ending) => name.endsWith(ending))) return false;
  return wanted.length === 0 || wanted.some((ending) => name.endsWith(ending));
}
