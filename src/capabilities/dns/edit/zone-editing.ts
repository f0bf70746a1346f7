/**
 * Zones as operators change them: a text in place of the zone, the next version of a file kept elsewhere, a
 * way back, and what was done when by whom. All changes go through the writer, like those of anybody else.
 */
import { RouteError } from "#contracts/route.ts";
import { type Name, nameToText } from "#protocols/dns/name.ts";
import { isLaterSerial } from "#protocols/dns/serial.ts";
import type { ZoneProblem } from "#protocols/zonefile/problem.ts";
import type { Author, ChangeSet } from "../journal/change-set.ts";
import type { SummaryPage } from "../journal/zone-past.ts";
import type { Decision, ZoneView } from "../journal/zone-writer.ts";
import type { ZoneImage } from "../zones/image.ts";
import type { ZoneDifference } from "../zones/image-diff.ts";
import { checkTextSize } from "./applied-zones.ts";
import { differenceOf } from "./changes-difference.ts";
import type {
  EditedZone,
  EditOptions,
  EditOutcome,
  FileApply,
  SerialDifference,
  TextEdit,
  ZoneEditingPorts,
} from "./edit-request.ts";
import { editLimits } from "./limits.ts";
import { carryOut, type Merge } from "./merge-file.ts";
import { type MergeSources, planMerge } from "./merge-plan.ts";
import { netDifference } from "./net-difference.ts";
import {
  busyZone,
  emptyZone,
  movedZone,
  noHistory,
  notKept,
  refusalOf,
  tooManyChanges,
  unknownSerial,
  unknownZone,
} from "./refusals.ts";
import { revertChanges } from "./revert.ts";
import { parseZoneText } from "./zone-text.ts";

type Made = Pick<EditOutcome, "difference" | "conflicts"> | RouteError | "moved";

const nothing: ZoneDifference = { removed: [], added: [] };

/** All of it rejects with RouteError for what cannot be done. */
export class ZoneEditing {
  private readonly ports: ZoneEditingPorts;

  constructor(ports: ZoneEditingPorts) {
    this.ports = ports;
  }

  /** The text takes the place of the zone that it was made from. */
  async edit(name: Name, text: string, options: TextEdit): Promise<EditOutcome> {
    const { baseSerial, merge } = options;
    const read = this.read(name, text);
    if ("problems" in read) return read;
    const { since, image } = await this.changesSince(name, baseSerial);
    const moved = (serial: number): RouteError => movedZone(shown(name), { baseSerial, serial, since });
    if (since.length > 0 && !merge) throw moved(image.serial());
    const plan = planMerge({ file: read.image, present: image, base: { changedSince: since } });
    return this.carry(name, options, read.warnings, (view) =>
      view.serial !== baseSerial && !merge ? moved(view.serial) : carryOut(plan, view),
    );
  }

  /** The text is the next version of what was last applied; what others did to the zone stays. */
  async apply(name: Name, text: string, options: FileApply): Promise<EditOutcome> {
    const { ports } = this;
    const read = this.read(name, text);
    if ("problems" in read) return read;
    const base: MergeSources["base"] = options.whole
      ? { changedSince: [] }
      : ((await refused(ports.applied.last(name))) ?? (await refused(ports.fileBase(name))));
    const plan = planMerge({ file: read.image, present: this.content(name), base });
    const outcome = await this.carry(name, options, read.warnings, (view) => carryOut(plan, view));
    if (!options.dryRun) await refused(ports.applied.keep(name, text));
    return outcome;
  }

  /** Makes the zone what it was at a serial number. */
  async revert(name: Name, serial: number, options: EditOptions): Promise<EditOutcome> {
    const note = `revert to ${serial}`;
    for (let tries = 0; tries < editLimits.triesMax; tries++) {
      const { since, image } = await this.changesSince(name, serial);
      const present = image.serial();
      const outcome = await this.carry(name, { ...options, note }, [], (view) =>
        view.serial === present ? { changes: revertChanges(serial, since, view), conflicts: [] } : "moved",
      );
      if (outcome !== "moved") return outcome;
    }
    throw busyZone(shown(name));
  }

  /** Between two serial numbers, from one to now, or, without any, the last change. */
  async diff(name: Name, from?: number, to?: number): Promise<SerialDifference> {
    if (from === undefined) {
      const [last] = (await this.history(name, 1)).sets;
      if (last === undefined) throw noHistory(shown(name));
      return this.diff(name, last.from, last.to);
    }
    if (to !== undefined && isLaterSerial(from, to)) {
      const { difference } = await this.diff(name, to, from);
      return { from, to, difference: { removed: difference.added, added: difference.removed } };
    }
    const { since, image } = await this.changesSince(name, from);
    if (to === undefined) return { from, to: image.serial(), difference: netDifference(since) };
    const end = from === to ? 0 : since.findIndex((set) => set.to === to) + 1;
    if (end === 0 && from !== to) throw unknownSerial(shown(name), to);
    return { from, to, difference: netDifference(since.slice(0, end)) };
  }

  /** Newest first. */
  async history(name: Name, limit: number, before?: number): Promise<SummaryPage> {
    return refused(this.ports.summaries(this.zone(name).name, limit, before));
  }

  private read(
    name: Name,
    text: string,
  ): EditOutcome | { readonly image: ZoneImage; readonly warnings: readonly ZoneProblem[] } {
    checkTextSize(text);
    const present = this.content(name);
    const { checkNames } = this.zone(name);
    const { image, problems } = parseZoneText({ name, text, file: shown(name), checkNames });
    if (image !== undefined) return { image, warnings: problems };
    return { serial: present.serial(), problems, difference: nothing, conflicts: [] };
  }

  private carry(
    name: Name,
    options: EditOptions,
    problems: readonly ZoneProblem[],
    work: (view: ZoneView) => Merge | RouteError,
  ): Promise<EditOutcome>;
  private carry(
    name: Name,
    options: EditOptions,
    problems: readonly ZoneProblem[],
    work: (view: ZoneView) => Merge | "moved",
  ): Promise<EditOutcome | "moved">;
  /** Does what `work` makes of the zone when its turn comes, or only says what that would be. */
  private async carry(
    name: Name,
    { by, dryRun, note }: EditOptions,
    problems: readonly ZoneProblem[],
    work: (view: ZoneView) => Merge | RouteError | "moved",
  ): Promise<EditOutcome | "moved"> {
    const author: Author = { kind: "user", name: by };
    const made = await refused(
      this.ports.writer.change(name, author, (view): Decision<Made> => {
        const merge = work(view);
        if (merge === "moved" || merge instanceof RouteError) return { changes: [], outcome: merge };
        const { changes, conflicts } = merge;
        const outcome = { difference: differenceOf(changes, view), conflicts };
        return { changes: dryRun ? [] : changes, outcome, ...(note === undefined ? {} : { note }) };
      }),
    );
    if (made instanceof RouteError) throw made;
    return made === "moved" ? made : { ...made, problems, serial: this.content(name).serial() };
  }

  private zone(name: Name): EditedZone {
    const zone = this.ports.zoneOf(name);
    if (zone === undefined) throw unknownZone(shown(name));
    return zone;
  }

  /** As it is served now. */
  content(name: Name): ZoneImage {
    const { image } = this.zone(name);
    if (image === undefined) throw emptyZone(shown(name));
    return image;
  }

  /** The sets from a serial number to the image that is served when this resolves. */
  private async changesSince(
    name: Name,
    serial: number,
  ): Promise<{ readonly since: readonly ChangeSet[]; readonly image: ZoneImage }> {
    for (let tries = 0; tries < editLimits.triesMax; tries++) {
      if (this.content(name).serial() === serial) return { since: [], image: this.content(name) };
      const since = await this.collect(name, serial);
      const image = this.content(name);
      if (image.serial() === (since.at(-1)?.to ?? serial)) return { since, image };
    }
    throw busyZone(shown(name));
  }

  private async collect(name: Name, serial: number): Promise<ChangeSet[]> {
    const pages = await this.ports.history.since(name, serial);
    if (pages === undefined) throw unknownSerial(shown(name), serial);
    const since: ChangeSet[] = [];
    let records = 0;
    try {
      for await (const sets of pages) {
        for (const set of sets) records += set.removed.length + set.added.length;
        if (records > editLimits.undoneRecordsMax) throw tooManyChanges(shown(name));
        since.push(...sets);
      }
    } catch (error) {
      const refusal = refusalOf(error);
      throw refusal instanceof RouteError ? refusal : notKept(shown(name), (error as Error).message);
    }
    return since;
  }
}

/** A zone's name for people: without the final dot, but for the root. */
function shown(name: Name): string {
  return nameToText(name).replace(/(?<=.)\.$/, "");
}

async function refused<Value>(promise: Promise<Value>): Promise<Value> {
  try {
    return await promise;
  } catch (error) {
    throw refusalOf(error);
  }
}
