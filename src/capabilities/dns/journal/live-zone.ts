/**
 * The content of one zone for as long as the program runs, whatever becomes of the site's settings: the image
 * that is served, whoever changes it in place, and how far its history goes.
 */
import { lowerName, type Name } from "#protocols/dns/name.ts";
import { ChangingZone } from "../zones/changing-zone.ts";
import type { ZoneImage } from "../zones/image.ts";
import { type ZoneChange, ZoneSignedError } from "../zones/zone-change.ts";
import type { ZoneMerger } from "../zones/zone-merger.ts";
import type { ZoneRecordValue } from "./journal-store.ts";
import { PendingView } from "./pending-view.ts";
import { ZoneUnchangeableError } from "./zone-writer.ts";

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
  /** A transaction failed of which it is not known whether it wrote `record`. */
  isRecordInDoubt = false;
  /** The journal has changes that the image has not: they wait for room. */
  isBehind = false;
  /** Between a commit and its pages' being counted: the image may be ahead of `head`. */
  isShowing = false;
  /**
   * Of a zone that only its file has changed: what the file said, as long as it is not known to be kept
   * elsewhere. The image may be a copy of it.
   */
  pristine: ZoneImage | undefined;
  /** Sets and octets since the last snapshot. */
  setsSince = 0;
  octetsSince = 0;
  readonly view: PendingView;
  private present: ZoneImage | undefined;
  private changing: ChangingZone | undefined;
  private opening: Promise<void> | undefined;
  private closed = false;
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
    const isOfFile = this.settings.kind === "primary" && this.record?.dynamic !== true;
    this.pristine = isOfFile ? image : undefined;
    if (image !== undefined) this.expired = false;
    this.ports.onImage(this);
  }

  /**
   * Makes the image one that changes in place.
   * @throws ZoneUnchangeableError: it has no content, or it came signed
   */
  open(): Promise<void> {
    if (this.changing !== undefined) return Promise.resolve();
    const opening = (this.opening ?? this.openNow()).finally(() => {
      if (this.opening === opening) this.opening = undefined;
    });
    this.opening = opening;
    return opening;
  }

  /**
   * Does the changes, which were worked out before, and with them those that were decided. Undefined when
   * that is done; a promise when a merge must make room first.
   */
  apply(changes: readonly ZoneChange[]): Promise<void> | undefined {
    return this.changing!.apply(changes);
  }

  /** It is served no longer, and changes no longer. */
  [Symbol.dispose](): void {
    this.closed = true;
    this.changing?.[Symbol.dispose]();
    this.changing = undefined;
    this.pristine = undefined;
    this.present = undefined;
  }

  private async openNow(): Promise<void> {
    for (;;) {
      const { present } = this;
      if (this.closed || present === undefined)
        throw new ZoneUnchangeableError("not-loaded", "the zone has no content now");
      const changing = await this.changingOf(present);
      if (this.present === present && this.changing === undefined && !this.closed) {
        this.changing = changing;
        this.present = changing.image;
        this.ports.onImage(this);
        return;
      }
      changing[Symbol.dispose](); // another content came meanwhile
      if (this.changing !== undefined) return;
    }
  }

  private async changingOf(image: ZoneImage): Promise<ChangingZone> {
    try {
      const changing: ChangingZone = await ChangingZone.open(image, {
        merger: this.ports.merger,
        onReplaced: (next) => {
          if (this.changing !== changing) return; // its place was taken while it was merged
          this.present = next;
          this.ports.onImage(this);
        },
        onMergeFailed: (error) => this.ports.onMergeFailed(this, error),
      });
      return changing;
    } catch (error) {
      if (error instanceof ZoneSignedError) throw new ZoneUnchangeableError("signed", error.message);
      throw error;
    }
  }
}
