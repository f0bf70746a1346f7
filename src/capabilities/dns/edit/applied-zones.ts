/**
 * What was last applied to each zone from a file that Homeport does not read by itself, such as one in git:
 * the next version of it is compared with this, so that what others did to the zone is no part of the
 * difference.
 */
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { z } from "zod";
import { RouteError } from "#contracts/route.ts";
import type { Store } from "#contracts/store.ts";
import { typedKey } from "#platform/store/typed-key.ts";
import type { Name } from "#protocols/dns/name.ts";
import { zoneKey } from "../journal/zone-key.ts";
import type { ZoneImage } from "../zones/image.ts";
import { editLimits } from "./limits.ts";
import { parseZoneText } from "./zone-text.ts";

/** The text, deflated, in base64. */
const appliedTexts = typedKey("dns/applied/", z.object({ text: z.string() }));

export class AppliedZones {
  private readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  /** Undefined: nothing was applied to the zone yet. Rejects with StoreError. */
  async last(zone: Name): Promise<ZoneImage | undefined> {
    const entry = await appliedTexts.get(this.store, zoneKey(zone));
    if (entry === undefined) return undefined;
    const text = inflateRawSync(Buffer.from(entry.value.text, "base64"), {
      maxOutputLength: editLimits.textOctetsMax,
    }).toString();
    return parseZoneText({ name: zone, text, file: "applied", checkNames: "ignore" }).image;
  }

  /** Rejects with StoreError. */
  async keep(zone: Name, text: string): Promise<void> {
    const value = { text: deflateRawSync(text).toString("base64") };
    const key = zoneKey(zone);
    const before = await appliedTexts.get(this.store, key);
    if (before?.value.text === value.text) return;
    await this.store.transact([], [appliedTexts.put(key, value)]);
  }
}

/** Throws for a text that could not be kept. */
export function checkTextSize(text: string): void {
  const octets = Buffer.byteLength(text);
  if (octets <= editLimits.textOctetsMax) return;
  const what = `a zone text of ${octets} octets; ${editLimits.textOctetsMax} are the most`;
  throw new RouteError(
    400,
    "HP_DNS_TEXT_TOO_LARGE",
    `${what}: put larger ones into the zone's file and reload`,
  );
}
