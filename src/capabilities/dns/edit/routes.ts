/** What the API offers to whoever edits zones. */
import { z } from "zod";
import { defineRoute, type Route, RouteError } from "#contracts/route.ts";
import { type Name, NameError, nameToText, parseName } from "#protocols/dns/name.ts";
import { mnemonicOfType, RRType } from "#protocols/dns/registry.ts";
import { writeZone } from "#protocols/zonefile/writer.ts";
import type { ChangeSummary } from "../journal/change-set.ts";
import type { ZoneDifference } from "../zones/image-diff.ts";
import { recordsByName } from "../zones/order.ts";
import { diffText } from "./diff-text.ts";
import type { EditOutcome } from "./edit-request.ts";
import { editLimits } from "./limits.ts";
import type { ZoneEditing } from "./zone-editing.ts";

const Serial = z.int().min(0).max(0xffff_ffff).describe("Serial number of the zone");
const SerialText = z.string().regex(/^\d{1,10}$/);
const ZoneParameters = z.object({ zone: z.string().describe("Name of the zone, such as example.net") });
const By = z
  .string()
  .regex(/^[\x21-\x7e]{1,64}$/)
  .default("operator")
  .describe("Who does it: a name for the history");
const DryRun = z.boolean().default(false).describe("Only say what would change");

const Change = z.object({
  serial: Serial.describe("Serial number since"),
  from: Serial.describe("Serial number before"),
  at: z.iso.datetime(),
  author: z.object({ kind: z.enum(["update", "transfer", "file", "user", "capability"]), name: z.string() }),
  removed: z.int().describe("Records, the SOA not counted"),
  added: z.int(),
  note: z.string().optional(),
  kept: z.boolean().describe("What it removed and added is kept"),
});

const Difference = {
  removed: z.int().describe("Records, the SOA not counted"),
  added: z.int(),
  diff: z.array(z.string()).describe("Such as `-www.example.net. 3600 IN A 192.0.2.1`"),
  left: z.int().describe("How many lines more there would be"),
};

const Problem = z.object({
  severity: z.enum(["error", "warning"]),
  file: z.string().describe("Name of the zone: the text has no other"),
  line: z.int().optional(),
  column: z.int().optional(),
  what: z.string(),
  remedy: z.string().optional(),
});

const Outcome = z.object({
  serial: Serial,
  ...Difference,
  problems: z.array(Problem).describe("With an error among them, nothing was done"),
  conflicts: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      outcome: z.enum(["merged", "kept", "taken", "hidden"]),
      text: z.string(),
    }),
  ),
  conflictsLeft: z.int().describe("How many conflicts more there are"),
});

export function zoneEditRoutes(editing: ZoneEditing): readonly Route[] {
  return [
    historyRoute(editing),
    diffRoute(editing),
    revertRoute(editing),
    readRoute(editing),
    writeRoute(editing),
  ];
}

function historyRoute(editing: ZoneEditing): Route {
  return defineRoute({
    method: "GET",
    path: "/api/dns/zones/{zone}/history",
    summary: "What changed in a zone, when, and by whom, newest first",
    parameters: ZoneParameters.extend({
      limit: z
        .string()
        .regex(/^\d{1,4}$/)
        .optional(),
      before: z
        .string()
        .regex(/^\d{1,15}$/)
        .optional()
        .describe("As the page before has it"),
    }),
    answer: z.object({
      changes: z.array(Change),
      before: z.int().optional().describe("Where the next page begins; absent: there are no older changes"),
    }),
    async handle({ parameters: { zone, limit, before } }) {
      const most = Math.min(Number(limit ?? editLimits.historyPageDefault), editLimits.historyPageMax);
      const page = await editing.history(
        zoneNamed(zone),
        most,
        before === undefined ? undefined : Number(before),
      );
      return {
        changes: page.sets.map(changeAnswer),
        ...(page.before === undefined ? {} : { before: page.before }),
      };
    },
  });
}

function diffRoute(editing: ZoneEditing): Route {
  return defineRoute({
    method: "GET",
    path: "/api/dns/zones/{zone}/diff",
    summary: "What changed in a zone between two serial numbers, since one, or last",
    parameters: ZoneParameters.extend({ from: SerialText.optional(), to: SerialText.optional() }),
    answer: z.object({ from: Serial, to: Serial, ...Difference }),
    async handle({ parameters: { zone, from, to } }) {
      if (from === undefined && to !== undefined) {
        throw new RouteError(400, "HP_BAD_REQUEST", "`to` needs `from`; name the earlier serial number too");
      }
      const serials = [from, to].map((text) => (text === undefined ? undefined : serialOf(text)));
      const found = await editing.diff(zoneNamed(zone), ...serials);
      return { from: found.from, to: found.to, ...differenceAnswer(found.difference) };
    },
  });
}

function revertRoute(editing: ZoneEditing): Route {
  return defineRoute({
    method: "POST",
    path: "/api/dns/zones/{zone}/revert",
    summary: "Make a zone what it was at a serial number; its serial number goes on",
    parameters: ZoneParameters,
    body: z.object({ serial: Serial, by: By, dryRun: DryRun }),
    answer: Outcome,
    handle: async ({ parameters, body: { serial, by, dryRun } }) =>
      outcomeAnswer(await editing.revert(zoneNamed(parameters.zone), serial, { by, dryRun })),
  });
}

function readRoute(editing: ZoneEditing): Route {
  return defineRoute({
    method: "GET",
    path: "/api/dns/zones/{zone}/text",
    summary: "One zone as a zone file",
    parameters: ZoneParameters,
    answer: z.object({ text: z.string(), serial: Serial }),
    handle({ parameters }) {
      const image = editing.content(zoneNamed(parameters.zone));
      return {
        text: writeZone(recordsByName(image), { origin: image.origin }),
        serial: image.serial(),
      };
    },
  });
}

function writeRoute(editing: ZoneEditing): Route {
  return defineRoute({
    method: "PUT",
    path: "/api/dns/zones/{zone}/text",
    summary: "Change a zone to a text, or by what differs from the text that was applied last",
    parameters: ZoneParameters,
    body: z.object({
      text: z.string().describe("The zone as a zone file, without $INCLUDE"),
      baseSerial: Serial.optional().describe(
        "Serial number of the zone that the text was made from: it takes the place of that. Absent: the " +
          "text is the next version of what was applied last, and what others did to the zone stays",
      ),
      merge: z.boolean().default(false).describe("Keep what changed in the zone since `baseSerial`"),
      whole: z.boolean().default(false).describe("Without `baseSerial`: nothing of others stays"),
      note: z.string().max(200).optional().describe("For the history"),
      by: By,
      dryRun: DryRun,
    }),
    answer: Outcome,
    async handle({ parameters, body: { text, baseSerial, merge, whole, note, by, dryRun } }) {
      const zone = zoneNamed(parameters.zone);
      const noted = note === undefined ? {} : { note };
      const options = { by, dryRun, ...noted };
      return outcomeAnswer(
        baseSerial === undefined
          ? await editing.apply(zone, text, { ...options, whole })
          : await editing.edit(zone, text, { ...options, baseSerial, merge }),
      );
    },
  });
}

function zoneNamed(text: string): Name {
  try {
    return parseName(text.endsWith(".") ? text : `${text}.`);
  } catch (error) {
    if (error instanceof NameError) throw new RouteError(400, "HP_DNS_NAME", error.message);
    throw error;
  }
}

function serialOf(text: string): number {
  const serial = Number(text);
  if (serial <= 0xffff_ffff) return serial;
  throw new RouteError(400, "HP_BAD_REQUEST", `${text} is no serial number; 4294967295 is the highest`);
}

function changeAnswer({
  from,
  to,
  atMs,
  author,
  removed,
  added,
  note,
  kept,
}: ChangeSummary): z.input<typeof Change> {
  const said = note === undefined ? {} : { note };
  return { serial: to, from, at: new Date(atMs).toISOString(), author, removed, added, kept, ...said };
}

function differenceAnswer(difference: ZoneDifference) {
  const [removed, added] = [difference.removed, difference.added].map(
    (records) => records.filter(({ type }) => type !== RRType.SOA).length,
  );
  const { lines, left } = diffText(difference, editLimits.diffLinesMax);
  return { removed: removed!, added: added!, diff: [...lines], left };
}

function outcomeAnswer({ serial, problems, difference, conflicts }: EditOutcome): z.input<typeof Outcome> {
  const most = editLimits.findingsMax;
  return {
    serial,
    ...differenceAnswer(difference),
    problems: problems.slice(0, most),
    conflicts: conflicts.slice(0, most).map(({ owner, type, outcome, text }) => ({
      name: nameToText(owner),
      type: mnemonicOfType(type),
      outcome,
      text,
    })),
    conflictsLeft: Math.max(conflicts.length - most, 0),
  };
}
