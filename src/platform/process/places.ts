/**
 * Where things are. `start` and all commands that speak to the running program use the same rules, so they
 * meet.
 *
 * Site file: --site, ./site.yaml, /etc/homeport/site.yaml, the example lab that comes with the program.
 * Data folder: --data, HOMEPORT_DATA, /var/lib/homeport for a site in /etc/homeport, otherwise a folder of
 * this user for
 * that very site file: nothing is ever written beside the site file.
 * Socket: --socket, otherwise `homeport.sock` in the data folder.
 */
import { basename, dirname, join, resolve } from "node:path";

export interface PlaceOptions {
  readonly site?: string | undefined;
  readonly data?: string | undefined;
  readonly socket?: string | undefined;
}

/** What the machine says. Tests give their own. */
export interface PlaceFacts {
  readonly workingFolder: string;
  readonly homeFolder: string;
  readonly programFolder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  exists(path: string): boolean;
}

export interface Places {
  readonly siteFile: string;
  /** True when nobody named a site and there is none: the program shows its example. */
  readonly isExample: boolean;
  readonly dataFolder: string;
  readonly socket: string;
}

const systemSiteFolder = "/etc/homeport";
const systemDataFolder = "/var/lib/homeport";

export function findPlaces(options: PlaceOptions, facts: PlaceFacts): Places {
  const { siteFile, isExample } = findSiteFile(options.site, facts);
  const data = options.data ?? (facts.environment["HOMEPORT_DATA"] || undefined);
  const dataFolder = data === undefined ? dataFolderOf(siteFile, facts) : resolve(facts.workingFolder, data);
  const socket = resolve(facts.workingFolder, options.socket ?? join(dataFolder, "homeport.sock"));
  return { siteFile, isExample, dataFolder, socket };
}

function findSiteFile(named: string | undefined, facts: PlaceFacts) {
  if (named !== undefined) return { siteFile: resolve(facts.workingFolder, named), isExample: false };
  for (const folder of [facts.workingFolder, systemSiteFolder]) {
    const siteFile = join(folder, "site.yaml");
    if (facts.exists(siteFile)) return { siteFile, isExample: false };
  }
  return { siteFile: join(facts.programFolder, "examples", "foundry", "site.yaml"), isExample: true };
}

function dataFolderOf(siteFile: string, facts: PlaceFacts): string {
  const siteFolder = dirname(siteFile);
  if (siteFolder === systemSiteFolder) return systemDataFolder;
  const state = facts.environment["XDG_STATE_HOME"] || join(facts.homeFolder, ".local", "state");
  const { createHash } = process.getBuiltinModule("node:crypto"); // 12 ms that most commands do without
  const digest = createHash("sha256").update(siteFile).digest("hex").slice(0, 8);
  return join(state, "homeport", `${basename(siteFolder) || "site"}-${digest}`);
}
