/** Puts the files of an import into place: all of them, or none. */
import { lstat, mkdir, mkdtemp, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { NewFile } from "./zone-file.ts";

/** Why nothing was written. */
export class WriteRefused extends Error {
  override readonly name = "WriteRefused";
}

/**
 * Writes beside, then renames, the last file last: put the one there that makes the others count. When a
 * rename fails, what was there before comes back.
 * @param replace whether files that are there may go
 */
export async function writeOut(folder: string, files: readonly NewFile[], replace: boolean): Promise<void> {
  await mkdir(folder, { recursive: true });
  await refuseOddities(folder, files, replace);
  const aside = await mkdtemp(join(folder, ".import-"));
  try {
    for (const [i, file] of files.entries()) await writeNew(join(aside, `new-${i}`), file);
    await moveIn(folder, aside, files);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

async function refuseOddities(folder: string, files: readonly NewFile[], replace: boolean): Promise<void> {
  for (const path of new Set(files.map((file) => dirname(file.path)).filter((path) => path !== "."))) {
    const found = await lookAt(join(folder, path));
    if (found !== undefined && !found.isDirectory()) {
      throw new WriteRefused(
        `${join(folder, path)} is no folder, or a link to one; remove it, or choose another --out`,
      );
    }
  }
  for (const { path } of files) {
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

async function moveIn(folder: string, aside: string, files: readonly NewFile[]): Promise<void> {
  const undo: (() => Promise<void>)[] = [];
  try {
    for (const [i, { path }] of files.entries()) {
      const target = join(folder, path);
      const isSecret = path.startsWith("keys/");
      await mkdir(dirname(target), { recursive: true, ...(isSecret && { mode: 0o700 }) });
      const kept = join(aside, `old-${i}`);
      if ((await lookAt(target)) !== undefined) {
        await rename(target, kept);
        undo.push(() => rename(kept, target));
      }
      await rename(join(aside, `new-${i}`), target);
      undo.push(() => rm(target, { force: true }));
    }
  } catch (error) {
    for (const back of undo.reverse()) await back();
    throw error;
  }
}
