/**
 * Where the files of another server's config lie on this machine.
 *
 * The paths in a config are those of the machine that it ran on. Here some folder stands for `/etc/bind`, or
 * for `/`. A config may come from anywhere, so nothing outside of the folder given is read,
 * unless it is the live one itself.
 */
import { readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, posix, relative, resolve, sep } from "node:path";
import { shown } from "#protocols/namedconf/problem.ts";

/** Where the files of one kind of server are. */
export interface Layout {
  /** The file to begin with: `named.conf`. */
  readonly configName: string;
  /** What distributions call the folder of the config and of the server's data, most specific first. */
  readonly usualRoots: readonly string[];
  /** Where the config is, in the folder given, and what that folder then is in the config. */
  readonly usualConfigs: readonly (readonly [file: string, root: string, folder: string])[];
  /** The folders of those, for the sentence that it is in none: `etc/bind or etc`. */
  readonly elsewhere: string;
}

export interface Place {
  /** The folder given, all links followed. */
  readonly folder: string;
  /** The file to begin with. */
  readonly configFile: string;
  /** What paths of the config may begin with, and the folders that they then mean. */
  readonly roots: readonly { readonly root: string; readonly folder: string }[];
  /** The folder is the one that the server itself uses, so paths mean what they say. */
  readonly live: boolean;
  /** Assumptions that paths have needed so far. */
  readonly assumed: Set<string>;
}

/** @param given the folder, or the config itself @param root what the folder is called in the config */
export async function findPlace(
  given: string,
  root: string | undefined,
  { configName, usualRoots, usualConfigs, elsewhere }: Layout,
): Promise<Place | { why: string }> {
  const start = resolve(given);
  const kind = await kindOf(start);
  if (kind === undefined) return { why: `${shown(given)} does not exist` };
  const base = kind === "file" ? resolve(start, "..") : start;
  const folder = await realpath(base);
  const candidates: readonly (readonly [string, string | undefined, string])[] =
    kind === "file"
      ? [[relative(base, start), undefined, "."]]
      : [[configName, undefined, "."], ...usualConfigs];
  for (const [file, fixedRoot, inner] of candidates) {
    if ((await kindOf(join(folder, file))) !== "file") continue;
    const inside = resolve(folder, inner);
    const wanted = root ?? fixedRoot;
    const roots = (wanted === undefined ? usualRoots : [posix.normalize(wanted)]).map((one) => ({
      root: one,
      folder: inside,
    }));
    const live = usualRoots.includes(folder) && (root === undefined || root === folder);
    return { folder, configFile: join(folder, file), roots, live, assumed: new Set() };
  }
  return { why: `there is no ${configName} in ${shown(given)}, nor in ${elsewhere} below it` };
}

export type Located = { readonly path: string } | { readonly why: string };

/**
 * Finds the file that a path in the config means.
 * @param folders for a relative path: where to look, as paths of the config or of this machine
 */
export async function locate(place: Place, path: string, folders: readonly string[]): Promise<Located> {
  if (path === "" || path.includes("\0")) return { why: "the path is empty or no path" };
  const tried: Candidate[] = candidatesFor(place, path, folders);
  let why: string | undefined;
  for (const candidate of tried) {
    const found = await openable(place, candidate.path);
    if ("path" in found) {
      if (candidate.assumption !== undefined) place.assumed.add(candidate.assumption);
      return found;
    }
    why ??= found.why === "" ? undefined : found.why;
  }
  const first = tried[0];
  if (first === undefined)
    return { why: `${shown(path, 200)} does not begin with what --root says the folder is` };
  return { why: why ?? `there is no file ${shown(shownIn(place, first.path), 200)}` };
}

/**
 * As `locate`, for a path of which the last part has `*` or `?`: what matches, sorted, hidden files left
 * out.
 */
export async function locateAll(
  place: Place,
  pattern: string,
  folders: readonly string[],
): Promise<Located[]> {
  for (const candidate of candidatesFor(place, pattern, folders)) {
    const names = await readdir(dirname(candidate.path)).catch(() => []);
    const matching = names.filter(
      (name) => !name.startsWith(".") && matchesWildcard(name, basename(candidate.path)),
    );
    if (matching.length === 0) continue;
    if (candidate.assumption !== undefined) place.assumed.add(candidate.assumption);
    const paths = matching.sort().map((name) => join(dirname(candidate.path), name));
    return Promise.all(paths.map((path) => openable(place, path)));
  }
  return [];
}

/** `*` and `?`, without the backtracking that lets a hostile pattern run for hours. */
export function matchesWildcard(text: string, pattern: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let i = 0; i < text.length; ) {
    if (pattern[at] === "*") {
      star = at++;
      resume = i;
    } else if (at < pattern.length && (pattern[at] === "?" || pattern[at] === text[i])) {
      at++;
      i++;
    } else if (star !== -1) {
      at = star + 1;
      i = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}

/** A path as messages show it: below the folder given, or as it is. */
export function shownIn(place: Place, path: string): string {
  const inside = relative(place.folder, path);
  return inside.startsWith("..") || isAbsolute(inside) ? path : inside.split(sep).join("/");
}

interface Candidate {
  readonly path: string;
  readonly assumption?: string;
}

function candidatesFor(place: Place, path: string, folders: readonly string[]): Candidate[] {
  if (!posix.isAbsolute(path)) {
    const rooted = folders.flatMap((folder) =>
      folder === place.folder || folder.startsWith(place.folder + sep)
        ? [{ path: resolve(folder, path) }]
        : candidatesFor(place, posix.join("/", folder, path), []),
    );
    return [...rooted, { path: resolve(place.folder, path) }];
  }
  const plain = posix.normalize(path);
  const live = place.live ? [{ path: plain }] : [];
  const mapped = place.roots
    .filter(({ root }) => root === "/" || plain.startsWith(`${root}/`))
    .map(({ root, folder }) => ({
      path: join(folder, plain.slice(root === "/" ? 0 : root.length)),
      assumption: `${root} in the config is the folder ${shownIn(place, folder) || "given"} (or use --root)`,
    }));
  return [...live, ...mapped];
}

/** The real path when it is a file that may be read. An empty `why`: it does not exist. */
async function openable(place: Place, path: string): Promise<Located> {
  let real: string;
  try {
    real = await realpath(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return { why: "" };
    return { why: `${shownIn(place, path)} cannot be read (${code})` };
  }
  const outside =
    real !== place.folder && !real.startsWith(place.folder.endsWith(sep) ? place.folder : place.folder + sep);
  if (outside && !place.live) return { why: `${shown(shownIn(place, path))} leads out of the folder given` };
  const kind = await kindOf(real);
  return kind === "file" ? { path: real } : { why: `${shownIn(place, path)} is no regular file` };
}

async function kindOf(path: string): Promise<"file" | "folder" | "other" | undefined> {
  try {
    const found = await stat(path);
    return found.isFile() ? "file" : found.isDirectory() ? "folder" : "other";
  } catch {
    return undefined;
  }
}
