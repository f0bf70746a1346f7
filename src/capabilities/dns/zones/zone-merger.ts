/**
 * Merges zones for all that change: those that take a few milliseconds at once, large ones in a thread, one
 * at a time, so that never more than one zone stands twice in memory.
 */
import { CallThread } from "./call-thread.ts";
import { ZoneImage } from "./image.ts";
import { ImageMemory } from "./image-memory.ts";
import { zoneLimits } from "./limits.ts";
import type { MergeAnswer, MergeCall } from "./merge-thread.ts";
import { OffsetMap } from "./offset-map.ts";
import { ZoneEditor } from "./zone-editor.ts";
import { keptMoment, type MergeRoom, mergeZone, presentMoment } from "./zone-merge.ts";

export class ZoneMerger implements AsyncDisposable {
  private readonly thread = new CallThread<MergeCall, MergeAnswer>({
    name: "zone-merger",
    module: new URL("./merge-thread.ts", import.meta.url),
    underWayMax: 1,
    idleMsMax: zoneLimits.mergerIdleMsMax,
  });

  /**
   * An editor over a copy of the image that has room.
   * @throws ZoneSignedError
   */
  async open(image: ZoneImage): Promise<ZoneEditor> {
    if (image.signed || isSmall(image)) return ZoneEditor.open(image);
    return editorOf(await this.thread.call({ open: image.buffer }));
  }

  /** An editor over a merged image, at once when the zone is small. The zone may go on changing meanwhile. */
  merge(memory: ImageMemory, room: MergeRoom): ZoneEditor | Promise<ZoneEditor> {
    if (isSmall(memory.image)) {
      const { image, children } = mergeZone(presentMoment(memory), room);
      return new ZoneEditor(image, children);
    }
    const moment = keptMoment(memory);
    return this.thread.call({ merge: moment, room }, [moment.slots.buffer as ArrayBuffer]).then(editorOf);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.thread[Symbol.asyncDispose]();
  }
}

function isSmall(image: ZoneImage): boolean {
  return new ImageMemory(image).end <= zoneLimits.smallImageOctetsMax;
}

function editorOf({ buffer, children }: MergeAnswer): ZoneEditor {
  return new ZoneEditor(new ZoneImage(buffer), new OffsetMap(children));
}
