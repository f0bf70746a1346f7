/** Brings zones to what their files say now, and tells of what others had changed too. */
import type { ConfigProblem } from "#contracts/configuration.ts";
import type { Log } from "#contracts/log.ts";
import { StoreError } from "#contracts/store.ts";
import type { ZoneKeeper } from "./journal/zone-keeper.ts";
import { ZoneUnchangeableError } from "./journal/zone-writer.ts";
import { type SiteZone, zoneText } from "./zones/zone-set.ts";

const conflictsToldMax = 20;

const remedyOf: Partial<Record<ZoneUnchangeableError["why"], string>> = {
  signed: "take keys and NSEC records out of the file: a zone that others change too cannot come signed",
  invalid: "correct the file as the message says and run `homeport reload`",
};

/** Resolves when all are as they should be. What went wrong is said with the zone. */
export async function takeFiles(
  zones: readonly SiteZone[],
  keeper: Pick<ZoneKeeper, "takeFile">,
  log: Log,
): Promise<void> {
  const arriving = zones.filter(({ arriving: file }) => file?.image !== undefined);
  await Promise.all(arriving.map((zone) => takeFile(zone, keeper, log)));
}

async function takeFile(zone: SiteZone, keeper: Pick<ZoneKeeper, "takeFile">, log: Log): Promise<void> {
  const name = zoneText(zone.name);
  try {
    const conflicts = await keeper.takeFile(zone.live, zone.arriving!, zone.request!.file);
    for (const { text } of conflicts.slice(0, conflictsToldMax)) log.warn({ zone: name }, text);
    const told = conflicts.slice(0, conflictsToldMax).map(({ text }) => conflictProblem(zone, text));
    if (told.length > 0) zone.problems = [...zone.problems, ...told];
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

function conflictProblem(zone: SiteZone, text: string): ConfigProblem {
  return {
    severity: "warning",
    file: zone.request!.file,
    what: text,
    remedy: "look at `homeport zone diff`",
  };
}
