/** The folder of snapshots. Large ones are written, read and compared in a thread. */
import { mkdirSync, readdirSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import type { Name } from "#protocols/dns/name.ts";
import { CallThread } from "../zones/call-thread.ts";
import { ZoneImage } from "../zones/image.ts";
import { diffImages } from "../zones/image-diff.ts";
import { ImageMemory } from "../zones/image-memory.ts";
import { keptMoment } from "../zones/zone-merge.ts";
import { journalLimits } from "./limits.ts";
import { packRecords } from "./record-octets.ts";
import { isLeftover, SnapshotError, writeSnapshot } from "./snapshot-file.ts";
import type { PackedDifference, SnapshotAnswer, SnapshotCall } from "./snapshot-thread.ts";

export class Snapshots implements AsyncDisposable {
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
   * what the file system says.
   */
  async write(file: string, image: ZoneImage): Promise<void> {
    const path = this.pathOf(file);
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    if (isSmall(image)) {
      writeSnapshot(path, image);
      return;
    }
    await this.call({ do: "write", path, content: keptMoment(new ImageMemory(image)) });
  }

  /** @throws SnapshotError, or what the file system says */
  async read(file: string, origin: Name): Promise<ZoneImage> {
    const answer = await this.call({ do: "read", path: this.pathOf(file), origin });
    if (answer.did !== "read") throw new TypeError(answer.did);
    return new ZoneImage(answer.buffer);
  }

  /** What the images differ in. Neither may change meanwhile. */
  async compare(before: ZoneImage, after: ZoneImage): Promise<PackedDifference> {
    if (isSmall(before) && isSmall(after)) {
      const { removed, added } = diffImages(before, after);
      return { removed: removed.length, added: added.length, octets: packRecords([...removed, ...added]) };
    }
    const answer = await this.call({ do: "compare", before: before.buffer, after: after.buffer });
    if (answer.did !== "compare") throw new TypeError(answer.did);
    return answer;
  }

  /** It may be gone already. */
  remove(file: string): void {
    try {
      unlinkSync(this.pathOf(file));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
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
    throw answer.why === "snapshot" ? new SnapshotError(answer.sentence) : new Error(answer.sentence);
  }
}

function isSmall(image: ZoneImage): boolean {
  return new ImageMemory(image).end <= journalLimits.smallImageOctetsMax;
}
