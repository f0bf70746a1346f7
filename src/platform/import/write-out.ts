/** Puts the files of an import into place: all of them, or none. */
import { lstat, mkdir, mkdtemp, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

export interface NewFile {
  /** Below the target, such as `zones/example.net.db`. */
  readonly path: string;
  readonly octets: Uint8Array;
  readonly mode: number;
}

/** Why nothing was written. */
export class WriteRefused extends Error {
  override readonly name = "WriteRefused";
}

/**
 * A folder beside the target, on the same file system, where files are written before they are moved in. It
 * goes when this is disposed of, with what was not moved.
 */
export class Staging implements AsyncDisposable {
  /** Here the files lie as they will in the target. */
  readonly folder: string;
  private readonly target: string;
  private readonly aside: string;
  private readonly files: NewFile[] = [];

  private constructor(target: string, aside: string) {
    this.target = target;
    this.aside = aside;
    this.folder = join(aside, "new");
  }

  /**
   * @param paths all that will be added
   * @param replace whether files that are there may go
   * @throws WriteRefused
   */
  static async open(target: string, paths: readonly string[], replace: boolean): Promise<Staging> {
    await mkdir(target, { recursive: true });
    await refuseOddities(target, paths, replace);
    return new Staging(target, await mkdtemp(join(target, ".import-")));
  }

  async add(files: readonly NewFile[]): Promise<void> {
    for (const folder of new Set(files.map(({ path }) => dirname(path))))
      await mkdir(join(this.folder, folder), { recursive: true });
    for (const file of files) await writeNew(join(this.folder, file.path), file);
    this.files.push(...files);
  }

  /**
   * Renames, the last file last: add the one at the end that makes the others count. When a rename fails,
   * what was there before comes back.
   */
  async moveIn(): Promise<void> {
    const undo: (() => Promise<void>)[] = [];
    try {
      for (const [i, { path }] of this.files.entries()) {
        const target = join(this.target, path);
        const isSecret = path.startsWith("keys/");
        await mkdir(dirname(target), { recursive: true, ...(isSecret && { mode: 0o700 }) });
        const kept = join(this.aside, `old-${i}`);
        if ((await lookAt(target)) !== undefined) {
          await rename(target, kept);
          undo.push(() => rename(kept, target));
        }
        await rename(join(this.folder, path), target);
        undo.push(() => rm(target, { force: true }));
      }
    } catch (error) {
      for (const back of undo.reverse()) await back();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.aside, { recursive: true, force: true });
  }
}

async function refuseOddities(folder: string, paths: readonly string[], replace: boolean): Promise<void> {
  for (const path of new Set(paths.map((one) => dirname(one)).filter((one) => one !== "."))) {
    const found = await lookAt(join(folder, path));
    if (found !== undefined && !found.isDirectory()) {
      throw new WriteRefused(
        `${join(folder, path)} is no folder, or a link to one; remove it, or choose another --out`,
      );
    }
  }
  for (const path of paths) {
    const found = await lookAt(join(folder, path));
    if (found === undefined) continue;
    if (!replace)
      throw new WriteRefused(
        `${join(folder, path)} is there already; choose another --out, or write --force`,
      );
    if (!found.isFile()) throw new WriteRefused(`${join(folder, path)} is no regular file; remove it`);
  }
}

async function lookAt(path: string) {
  try {
    return await lstat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** The mode holds from the first moment: nobody gets to read a key in between. */
async function writeNew(path: string, file: NewFile): Promise<void> {
  await using handle = await open(path, "wx", file.mode);
  await handle.writeFile(file.octets);
  await handle.sync();
}
