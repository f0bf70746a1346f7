/**
 * A zone that changes for as long as the program runs: the editor of its present image, and whoever takes the
 * image's place when its room is used up. Changes go on while a large zone is merged; those that came since
 * are carried over afterwards, from the room of the old image, which remembers them anyway.
 */
import type { Name } from "#protocols/dns/name.ts";
import { identityOctets, NodeFlag, nodeHeadOctets, type ZoneImage } from "./image.ts";
import { zoneLimits } from "./limits.ts";
import { ZoneBusyError, type ZoneChange, ZoneFullError } from "./zone-change.ts";
import type { ZoneEditor } from "./zone-editor.ts";
import type { MergeRoom } from "./zone-merge.ts";
import type { ZoneMerger } from "./zone-merger.ts";

export interface ChangingZonePorts {
  readonly merger: Pick<ZoneMerger, "open" | "merge">;
  /**
   * Takes the image that replaces the one before. When it returns, every reader must be able to get at it:
   * the one before counts as retired from then on, and later changes are not seen there.
   */
  readonly onReplaced: (image: ZoneImage) => void;
  /** A merge came to nothing. The zone is as before, and will try again when its room is used up. */
  readonly onMergeFailed: (error: Error) => void;
}

interface WaitingTransaction {
  readonly changes: readonly ZoneChange[];
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

const noRoom: MergeRoom = { octets: 0, names: 0 };
/** The least that a name takes of the room. */
const nodeOctetsMin = identityOctets + nodeHeadOctets + 2;

export class ChangingZone implements Disposable {
  private readonly ports: ChangingZonePorts;
  private editor: ZoneEditor;
  private merging = false;
  /** No merge until the image is full: the last one failed. */
  private patient = false;
  private waiting: WaitingTransaction[] = [];
  private closed = false;

  private constructor(editor: ZoneEditor, ports: ChangingZonePorts) {
    this.editor = editor;
    this.ports = ports;
  }

  /**
   * Copies the image: what it is opened with never changes.
   * @throws ZoneSignedError
   */
  static async open(image: ZoneImage, ports: ChangingZonePorts): Promise<ChangingZone> {
    return new ChangingZone(await ports.merger.open(image), ports);
  }

  /** As of now; `onReplaced` says when it is another. */
  get image(): ZoneImage {
    return this.editor.image;
  }

  /** The record set of a name as it is now. */
  rrset(owner: Name, type: number): { readonly ttl: number; readonly rdata: Uint8Array[] } | undefined {
    return this.editor.rrset(owner, type);
  }

  /**
   * Does all of the changes in one step, or none. Undefined when that is done; a promise when the transaction
   * must wait for a merge. Transactions are done in the order in which they came.
   * @throws ZoneChangeError, ZoneSignedError, ZoneBusyError; the promise rejects with them too
   */
  apply(changes: readonly ZoneChange[]): Promise<void> | undefined {
    if (this.closed) throw new Error("the zone was closed");
    if (this.waiting.length > 0 || !this.applied(changes)) return this.wait(changes);
    if (!this.patient && this.wantsMerge()) this.merge(noRoom);
    return undefined;
  }

  /** Ends the zone's changing. What waits is rejected. */
  [Symbol.dispose](): void {
    this.closed = true;
    this.rejectWaiting(new Error("the zone was closed"));
  }

  /** False when there is no room, for which a merge is under way then. */
  private applied(changes: readonly ZoneChange[]): boolean {
    try {
      this.editor.apply(changes);
    } catch (error) {
      if (!(error instanceof ZoneFullError)) throw error;
      if (!this.merging) this.merge(error);
      if (this.merging) return false;
      this.editor.apply(changes); // a small zone was merged at once, with room for this
    }
    return true;
  }

  private wait(changes: readonly ZoneChange[]): Promise<void> {
    if (this.waiting.length === zoneLimits.transactionsWaitingMax)
      throw new ZoneBusyError(`${this.waiting.length} transactions wait for the zone; await each`);
    return new Promise((resolve, reject) => {
      this.waiting.push({ changes, resolve, reject });
    });
  }

  private wantsMerge(): boolean {
    const { roomUsed, roomOctets, slotsLoad, garbageOctets, memory } = this.editor;
    if (this.merging) return false;
    return (
      roomUsed > roomOctets * zoneLimits.roomShareBeforeMerge ||
      slotsLoad > zoneLimits.slotShareBeforeMerge ||
      garbageOctets > Math.max(memory.end * zoneLimits.garbageShareBeforeMerge, zoneLimits.roomOctetsMin)
    );
  }

  /** `need`: what a transaction wants that found no room. */
  private merge(need: MergeRoom): void {
    const { editor } = this;
    const from = editor.memory.end;
    // What may come until the merge is done must find a place in the new image too.
    const left = editor.memory.slab.length - from;
    const names = Math.min(editor.namesLeft, Math.floor(left / nodeOctetsMin));
    const room = { octets: need.octets + left, names: need.names + names };
    const merged = this.ports.merger.merge(editor.memory, room);
    if (!(merged instanceof Promise)) {
      this.replace(merged);
      return;
    }
    this.merging = true;
    merged.then((next) => this.carry(next, from, need)).catch((error: Error) => this.failed(error));
  }

  /**
   * Brings the merged image up to date, from `from` in the old one's room on, in turns. Each name is taken
   * over as it is now, which makes no difference when the merge had it so already.
   */
  private carry(next: ZoneEditor, from: number, need: MergeRoom): void {
    if (this.closed) return;
    const endMs = performance.now() + zoneLimits.turnMs;
    const { memory } = this.editor;
    let at = from;
    while (at < memory.end && performance.now() < endMs) {
      const node = at + identityOctets;
      at = memory.image.nodeEnd(node);
      try {
        next.apply(this.changesTo(node));
      } catch (error) {
        if (!(error instanceof ZoneFullError)) throw error;
        this.merging = false;
        this.merge({ octets: need.octets * 2 + error.octets, names: need.names * 2 + error.names });
        if (!this.merging) this.resume();
        return;
      }
    }
    if (at < memory.end) setImmediate(() => this.inTurn(() => this.carry(next, at, need)));
    else this.finish(next);
  }

  /** What makes the name of a node what it is now; nothing when a later version says so. */
  private changesTo(node: number): ZoneChange[] {
    const { image } = this.editor;
    if (!this.editor.memory.isLatest(node)) return [];
    const owner = image.nodeName(node);
    const changes: ZoneChange[] = [{ do: "delete-name", owner }];
    if ((image.flags(node) & NodeFlag.removed) !== 0) return changes;
    let rrset = image.firstRrset(node);
    for (let left = image.rrsetsAt(node); left > 0; left--) {
      changes.push({
        do: "set",
        owner,
        type: image.type(rrset),
        ttl: image.ttl(rrset),
        rdata: image.rdata(rrset),
      });
      rrset = image.nextRrset(rrset);
    }
    return changes;
  }

  private finish(next: ZoneEditor): void {
    this.merging = false;
    this.patient = false;
    this.replace(next);
    this.resume();
  }

  private replace(next: ZoneEditor): void {
    const before = this.editor;
    this.editor = next;
    this.ports.onReplaced(next.image);
    before.retire();
  }

  /** Does what has waited, in turns. */
  private resume(): void {
    const endMs = performance.now() + zoneLimits.turnMs;
    let done = 0;
    while (done < this.waiting.length && performance.now() < endMs) {
      const { changes, resolve, reject } = this.waiting[done]!;
      try {
        if (!this.applied(changes)) break;
        resolve();
      } catch (error) {
        reject(error as Error);
      }
      done++;
    }
    this.waiting.splice(0, done);
    if (this.waiting.length > 0 && !this.merging) setImmediate(() => this.inTurn(() => this.resume()));
  }

  private inTurn(turn: () => void): void {
    try {
      if (!this.closed) turn();
    } catch (error) {
      this.failed(error as Error);
    }
  }

  private failed(error: Error): void {
    this.merging = false;
    this.patient = true;
    if (this.closed) return;
    this.rejectWaiting(error);
    this.ports.onMergeFailed(error);
  }

  private rejectWaiting(error: Error): void {
    const { waiting } = this;
    this.waiting = [];
    for (const { reject } of waiting) reject(error);
  }
}
