/** Files that are written whole or not at all, and survive a loss of power. */
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";

/** What a file is written as, until it is whole: left behind by who was killed. */
export const unfinishedEnding = ".homeport-new";

/**
 * Replaces a file by what `fill` writes, piece by piece; where it is a link, the file that it leads to. A new
 * one gets `mode`, an old one keeps its own. Durable when it returns. Throws what the file system and `fill`
 * throw; then the file is as it was.
 */
export function writeDurably(
  link: string,
  mode: number,
  fill: (write: (octets: Uint8Array) => void) => void,
): void {
  const before = statSync(link, { throwIfNoEntry: false });
  const path = before === undefined ? link : realpathSync(link);
  const unfinished = path + unfinishedEnding;
  const file = openSync(unfinished, "w", mode);
  try {
    if (before !== undefined) fchmodSync(file, before.mode & 0o777);
    fill((octets) => {
      for (let at = 0; at < octets.length; ) at += writeSync(file, octets, at);
    });
    fsyncSync(file);
  } catch (error) {
    closeSync(file);
    unlinkSync(unfinished);
    throw error;
  }
  closeSync(file);
  renameSync(unfinished, path);
  syncFolder(dirname(path));
}

/** So that the new content survives under the name. */
function syncFolder(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
