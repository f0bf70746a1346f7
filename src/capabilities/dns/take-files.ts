/** Brings zones to what their files say now, and tells of what others had changed too. */
import type { ConfigProblem } from "#contracts/configuration.ts";
import type { Log } from "#contracts/log.ts";
import { StoreError } from "#contracts/store.ts";
import { isLaterSerial } from "#protocols/dns/serial.ts";
import type { ZoneKeeper } from "./journal/zone-keeper.ts";
import { ZoneUnchangeableError } from "./journal/zone-writer.ts";
import { type SiteZone, zoneText } from "./zones/zone-set.ts";

const conflictsToldMax = 20;

const remedyOf: Partial<Record<ZoneUnchangeableError["why"], string>> = {
  signed: "take keys and NSEC records out of the file: a zone that others change too cannot come signed",
  invalid: "correct the file as the message says and run `homeport reload`",
};

export interface TakeFilesPorts {
  readonly keeper: Pick<ZoneKeeper, "takeFile">;
  readonly log: Log;
  /** Who may copy zones that do not say it themselves. */
  readonly allowTransfer: readonly string[];
}

/** Resolves when all are as they should be. What went wrong is said with the zone. */
export async function takeFiles(zones: readonly SiteZone[], ports: TakeFilesPorts): Promise<void> {
  const arriving = zones.filter(({ arriving: file }) => file?.image !== undefined);
  await Promise.all(arriving.map((zone) => takeFile(zone, ports)));
}

async function takeFile(zone: SiteZone, ports: TakeFilesPorts): Promise<void> {
  const { keeper, log } = ports;
  const name = zoneText(zone.name);
  const { image, head } = zone.live;
  // Of a zone that others change too, the serial number is raised when its file is merged in.
  const serial = zone.live.record?.dynamic === true ? undefined : image?.serial();
  try {
    const conflicts = await keeper.takeFile(zone.live, zone.arriving!, zone.request!.file);
    for (const { text } of conflicts.slice(0, conflictsToldMax)) log.warn({ zone: name }, text);
    const told = conflicts.slice(0, conflictsToldMax).map(({ text }) => conflictProblem(zone, text));
    if (told.length > 0) zone.problems = [...zone.problems, ...told];
    if (serial !== undefined && zone.live.head > head) lookAtSerial(zone, serial, ports);
  } catch (error) {
    if (!(error instanceof StoreError) && !(error instanceof ZoneUnchangeableError)) throw error;
    const what = `${name} goes on as it was: what its file says now could not be taken (${error.message})`;
    const remedy =
      error instanceof StoreError
        ? "make room in the data folder and run `homeport reload`"
        : (remedyOf[error.why] ?? "run `homeport reload` once more");
    zone.problems = [...zone.problems, { severity: "error", what, remedy }];
    log.error({ zone: name, error: error.message }, "the zone's file could not be taken");
  }
}

/**
 * Secondaries go by the serial number alone: without a later one they keep what they have. RFC 1034 §4.3.5.
 */
function lookAtSerial(zone: SiteZone, before: number, { log, allowTransfer }: TakeFilesPorts): void {
  const serial = zone.image!.serial();
  const { config, name, request } = zone;
  const mayCopy = (config.allowTransfer ?? allowTransfer).some((entry) => entry !== "none");
  if (isLaterSerial(serial, before) || !(mayCopy || config.alsoNotify.length > 0)) return;
  const how = serial === before ? `its serial is still ${serial}` : `its serial went back to ${serial}`;
  const what = `${zoneText(name)} has changed but ${how}: secondaries will not notice`;
  const remedy = `write a serial later than ${before} into its SOA record and run \`homeport reload\``;
  zone.problems = [...zone.problems, { severity: "warning", file: request!.file, what, remedy }];
  log.warn({ zone: zoneText(name), serial, before }, what);
}

function conflictProblem(zone: SiteZone, text: string): ConfigProblem {
  return {
    severity: "warning",
    file: zone.request!.file,
    what: text,
    remedy: "look at `homeport zone diff`",
  };
}
