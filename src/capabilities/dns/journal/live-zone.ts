/**
 * The content of one zone for as long as the program runs, whatever becomes of the site's settings: the image
 * that is served, whoever changes it in place, and how far its history goes.
 */
import { lowerName, type Name } from "#protocols/dns/name.ts";
import { ChangingZone } from "../zones/changing-zone.ts";
import type { ZoneImage } from "../zones/image.ts";
import type { ZoneChange } from "../zones/zone-change.ts";
import type { ZoneMerger } from "../zones/zone-merger.ts";
import type { ZoneRecordValue } from "./journal-store.ts";
import { PendingView } from "./pending-view.ts";

export interface LiveZonePorts {
  readonly merger: Pick<ZoneMerger, "open" | "merge">;
  /** Another image is served from now on; undefined: none. */
  readonly onImage: (zone: LiveZone) => void;
  readonly onMergeFailed: (zone: LiveZone, error: Error) => void;
}

export type SerialStyle = "increment" | "date" | "unixtime";

/** What the site says of the zone that matters for how it changes. */
export interface LiveZoneSettings {
  readonly kind: "primary" | "secondary";
  readonly serialStyle: SerialStyle;
}

export class LiveZone {
  readonly name: Name;
  /** The name in lower case, by which it is found. */
  readonly id: Name;
  settings: LiveZoneSettings;
  /** `rndc freeze`: its file is being edited. Not for longer than the program runs. */
  frozen = false;
  /** A copy that nobody has confirmed for too long. */
  expired = false;
  /** Number of the newest page of its journal. */
  head = 0;
  /** Undefined: it has no history. */
  record: ZoneRecordValue | undefined;
  /** Of its file, as it was taken last; undefined: it has none, or it was not read yet. */
  fileDigest: string | undefined;
  /** Sets and octets since the last snapshot. */
  setsSince = 0;
  octetsSince = 0;
  readonly view: PendingView;
  private present: ZoneImage | undefined;
  private changing: ChangingZone | undefined;
  private opening: Promise<void> | undefined;
  private readonly ports: LiveZonePorts;

  constructor(name: Name, settings: LiveZoneSettings, ports: LiveZonePorts) {
    this.name = name;
    this.id = lowerName(name);
    this.settings = settings;
    this.ports = ports;
    this.view = new PendingView(name, () => this.image!);
  }

  get image(): ZoneImage | undefined {
    return this.present;
  }

  get isOpen(): boolean {
    return this.changing !== undefined;
  }

  /** Puts a whole new content in the place of the one before. */
  replace(image: ZoneImage | undefined): void {
    this.changing?.[Symbol.dispose]();
    this.changing = undefined;
    this.opening = undefined;
    this.present = image;
    if (image !== undefined) this.expired = false;
    this.ports.onImage(this);
  }

  /** Makes the image one that changes in place. @throws ZoneSignedError: it came signed */
  open(): Promise<void> {
    this.opening ??= this.openNow().catch((error: unknown) => {
      this.opening = undefined;
      throw error;
    });
    return this.opening;
  }

  /**
   * Does the changes, which were worked out before, and with them those that were decided. Undefined when that
   * is done; a promise when a merge must make room first.
   */
  apply(changes: readonly ZoneChange[]): Promise<void> | undefined {
    return this.changing!.apply(changes);
  }

  [Symbol.dispose](): void {
    this.changing?.[Symbol.dispose]();
    this.changing = undefined;
  }

  private async openNow(): Promise<void> {
    const { present } = this;
    if (present === undefined) throw new TypeError("a zone without content");
    const changing = await ChangingZone.open(present, {
      merger: this.ports.merger,
      onReplaced: (image) => {
        if (this.changing !== changing) return; // its place was taken while it was merged
        this.present = image;
        this.ports.onImage(this);
      },
      onMergeFailed: (error) => this.ports.onMergeFailed(this, error),
    });
    if (this.present !== present) {
      changing[Symbol.dispose]();
      await this.openNow(); // another content came meanwhile
      return;
    }
    this.changing = changing;
    this.present = changing.image;
    this.ports.onImage(this);
  }
}
