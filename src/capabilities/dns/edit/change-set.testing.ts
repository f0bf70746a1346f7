/** For tests: a zone that is changed step by step, with the change sets of all steps. */
import { RRType } from "#protocols/dns/registry.ts";
import { isLaterSerial, nextSerial, serialOfSoa } from "#protocols/dns/serial.ts";
import type { Author, ChangeSet } from "../journal/change-set.ts";
import type { ZoneImage } from "../zones/image.ts";
import { diffImages } from "../zones/image-diff.ts";
import type { ZoneChange } from "../zones/zone-change.ts";
import { ZoneModel } from "../zones/zone-model.ts";
import { soaWithSerial } from "./record-sets.ts";

export const byKey: Author = { kind: "update", name: "a-key" };

export class RecordedZone {
  readonly sets: ChangeSet[] = [];
  image: ZoneImage;

  constructor(image: ZoneImage) {
    this.image = image;
  }

  /** Does what a writer does: raises the serial number, and records what changed. False: nothing did. */
  change(changes: readonly ZoneChange[], author: Author = byKey, note?: string): boolean {
    const before = this.image;
    const model = new ZoneModel(before);
    model.apply(changes);
    const content = model.image();
    const { removed, added } = diffImages(before, content);
    if (removed.length + added.length === 0) return false;
    const from = before.serial();
    if (!isLaterSerial(content.serial(), from)) {
      const [soa] = [...content.recordsOf(content.apex)].filter(({ type }) => type === RRType.SOA);
      const serial = nextSerial("increment", from, 0);
      model.apply([{ ...soa!, do: "set", rdata: [soaWithSerial(soa!.rdata, serial)] }]);
    }
    this.image = model.image();
    const difference = diffImages(before, this.image);
    const to = serialOfSoa(difference.added[0]!.rdata);
    const said = note === undefined ? {} : { note };
    this.sets.push({ from, to, atMs: 1_000 * (this.sets.length + 1), author, ...said, ...difference });
    return true;
  }

  /** The sets from a serial number to now. */
  since(serial: number): readonly ChangeSet[] {
    const at = this.sets.findIndex(({ from }) => from === serial);
    return at === -1 ? [] : this.sets.slice(at);
  }
}
