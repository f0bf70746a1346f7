/** The folder of snapshots. Large ones are written, read and compared in a thread. */
import { mkdirSync, readdirSync, statSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { StoreError } from "#contracts/store.ts";
import type { Name } from "#protocols/dns/name.ts";
import { CallThread } from "../zones/call-thread.ts";
import { ZoneImage } from "../zones/image.ts";
import { ImageMemory } from "../zones/image-memory.ts";
import { keptMoment } from "../zones/zone-merge.ts";
import { journalLimits } from "./limits.ts";
import { type PackedDifference, packedDifference } from "./snapshot-compare.ts";
import { isLeftover, readSnapshot, SnapshotError, writeSnapshot } from "./snapshot-file.ts";
import type { SnapshotAnswer, SnapshotCall } from "./snapshot-thread.ts";

export class Snapshots implements AsyncDisposable {
  /** Since the start. */
  written = 0;
  private readonly folder: string;
  private readonly thread = new CallThread<SnapshotCall, SnapshotAnswer>({
    name: "zone-snapshots",
    module: new URL("./snapshot-thread.ts", import.meta.url),
    underWayMax: 1,
    idleMsMax: 5_000,
  });

  constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * Writes the image as it is now, whatever changes while that takes. Durable when it resolves. Rejects with
   * StoreError: nothing was written.
   */
  async write(file: string, image: ZoneImage): Promise<void> {
    const path = this.pathOf(file);
    const isLarge = !isSmall(image);
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      if (!isLarge) writeSnapshot(path, image);
    } catch (error) {
      throw failureOf((error as NodeJS.ErrnoException).code, (error as Error).message);
    }
    if (isLarge) await this.call({ do: "write", path, content: keptMoment(new ImageMemory(image)) });
    this.written++;
  }

  /** Rejects with SnapshotError: it is damaged; or StoreError: it cannot be read. */
  async read(file: string, origin: Name): Promise<ZoneImage> {
    const path = this.pathOf(file);
    try {
      if (statSync(path).size <= journalLimits.smallImageOctetsMax) return readSnapshot(path, origin);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      throw error instanceof SnapshotError || code === undefined ? error : failureOf(code, message);
    }
    const answer = await this.call({ do: "read", path, origin });
    if (answer.did !== "read") throw new TypeError(answer.did);
    return new ZoneImage(answer.buffer);
  }

  /** What the images differ in. Neither may change meanwhile. */
  async compare(before: ZoneImage, after: ZoneImage): Promise<PackedDifference> {
    if (isSmall(before) && isSmall(after)) {
      return packedDifference(before, after);
    }
    const answer = await this.call({ do: "compare", before: before.buffer, after: after.buffer });
    if (answer.did !== "compare") throw new TypeError(answer.did);
    return answer;
  }

  /** It may be gone already; one that cannot be removed is swept up at the next start. */
  remove(file: string): void {
    try {
      unlinkSync(this.pathOf(file));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    }
  }

  /** Removes what nobody refers to: left by a write that was interrupted. */
  sweep(wanted: ReadonlySet<string>): void {
    for (const file of this.files()) if (isLeftover(file) || !wanted.has(file)) this.remove(file);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.thread[Symbol.asyncDispose]();
  }

  private files(): readonly string[] {
    try {
      return readdirSync(this.folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw error;
    }
  }

  private pathOf(file: string): string {
    return join(this.folder, file);
  }

  private async call(call: SnapshotCall): Promise<SnapshotAnswer> {
    const answer = await this.thread.call(call);
    if (answer.did !== "fail") return answer;
    throw answer.why === "snapshot"
      ? new SnapshotError(answer.sentence)
      : failureOf(answer.why, answer.sentence);
  }
}

function failureOf(code: string | undefined, sentence: string): StoreError {
  const isFull = code === "ENOSPC" || code === "EDQUOT";
  return new StoreError(isFull ? "HP_STORE_FULL" : "HP_STORE_FAILED", sentence);
}

function isSmall(image: ZoneImage): boolean {
  return new ImageMemory(image).end <= journalLimits.smallImageOctetsMax;
}
