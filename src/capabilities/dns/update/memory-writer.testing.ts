/** For tests: changes zones in memory, one after the other, and keeps nothing on a disk. */
import { lowerName, type Name } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { isLaterSerial, serialOfSoa } from "#protocols/dns/serial.ts";
import type { Author } from "../journal/change-set.ts";
import {
  type Decision,
  type RrsetView,
  ZoneUnchangeableError,
  type ZoneView,
  type ZoneWriter,
} from "../journal/zone-writer.ts";
import { writeU32, type ZoneImage } from "../zones/image.ts";
import { type ZoneChange, ZoneChangeError, ZoneFullError, ZoneSignedError } from "../zones/zone-change.ts";
import { ZoneEditor } from "../zones/zone-editor.ts";
import { mergeZone, presentMoment } from "../zones/zone-merge.ts";

export class MemoryWriter implements Pick<ZoneWriter, "change"> {
  private readonly editors: Map<Name, ZoneEditor>;
  /** Who changed what, in order. */
  readonly authors: Author[] = [];

  constructor(images: readonly ZoneImage[]) {
    this.editors = new Map(images.map((image) => [lowerName(image.origin), ZoneEditor.open(image)]));
  }

  image(zone: Name): ZoneImage {
    return this.editorOf(zone).image;
  }

  view(zone: Name): ZoneView {
    return viewOf(this.image(zone));
  }

  async change<Outcome>(
    zone: Name,
    author: Author,
    decide: (view: ZoneView) => Decision<Outcome>,
  ): Promise<Outcome> {
    const editor = this.editorOf(zone);
    const view = viewOf(editor.image);
    const { changes, outcome } = decide(view);
    if (changes.length === 0) return outcome;
    try {
      this.apply(editor, [...changes, ...raise(view, changes)]);
    } catch (error) {
      if (error instanceof ZoneSignedError) throw new ZoneUnchangeableError("signed", error.message);
      if (error instanceof ZoneChangeError) throw new ZoneUnchangeableError("invalid", error.message);
      throw error;
    }
    this.authors.push(author);
    return outcome;
  }

  private apply(editor: ZoneEditor, changes: readonly ZoneChange[]): void {
    try {
      editor.apply(changes);
    } catch (error) {
      if (!(error instanceof ZoneFullError)) throw error;
      const { octets, names } = error;
      const merged = new ZoneEditor(mergeZone(presentMoment(editor.memory), { octets, names }).image);
      this.editors.set(lowerName(editor.image.origin), merged);
      merged.apply(changes);
    }
  }

  private editorOf(zone: Name): ZoneEditor {
    const editor = this.editors.get(lowerName(zone));
    if (editor === undefined) throw new ZoneUnchangeableError("unknown", "there is no such zone");
    return editor;
  }
}

/** One more, and never zero, unless the changes say something later. */
function raise(view: ZoneView, changes: readonly ZoneChange[]): ZoneChange[] {
  const apex = view.rrset(view.origin, RRType.SOA)!;
  const later = changes.some(
    (change) =>
      change.do === "set" &&
      change.type === RRType.SOA &&
      isLaterSerial(serialOfSoa(change.rdata[0]!), view.serial),
  );
  if (later) return [];
  const rdata = apex.rdata[0]!.slice();
  writeU32(rdata, rdata.length - 20, (view.serial + 1) >>> 0 || 1);
  return [{ do: "set", owner: view.origin, type: RRType.SOA, ttl: apex.ttl, rdata: [rdata] }];
}

export function viewOf(image: ZoneImage): ZoneView {
  const rrsetsAt = (owner: Name): RrsetView[] => {
    const node = image.find(owner);
    if (node === 0) return [];
    const sets: RrsetView[] = [];
    let at = image.firstRrset(node);
    for (let left = image.rrsetsAt(node); left > 0; left--) {
      sets.push({ type: image.type(at), ttl: image.ttl(at), rdata: image.rdata(at) });
      at = image.nextRrset(at);
    }
    return sets;
  };
  return {
    origin: image.origin,
    serial: image.serial(),
    rrset: (owner, type) => rrsetsAt(owner).find((set) => set.type === type),
    rrsetsAt,
  };
}
