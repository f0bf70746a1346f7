/** What the API offers to whoever steers zones without rndc. */
import { z } from "zod";
import type { ConfigProblem } from "#contracts/configuration.ts";
import { defineRoute, type Route, RouteError } from "#contracts/route.ts";
import { lowerName, type Name, NameError, parseName } from "#protocols/dns/name.ts";
import { type SteeringAction, type SteeringPorts, steeringOutcomes, steerZone } from "./steer-zone.ts";

const ZoneParameters = z.object({ zone: z.string().describe("Name of the zone, such as example.net") });

const Answer = z.object({
  outcome: z.enum(steeringOutcomes).describe("`started` goes on after the answer"),
  said: z.string().describe("The same for people"),
  problems: z.array(
    z.object({
      severity: z.enum(["error", "warning"]),
      file: z.string().optional(),
      line: z.int().optional(),
      column: z.int().optional(),
      path: z.string().optional(),
      what: z.string(),
      remedy: z.string().optional(),
    }),
  ),
});

const summaries: Readonly<Record<SteeringAction, string>> = {
  refresh: "Ask the primary of a copied zone now whether there is a newer version",
  retransfer: "Copy a zone anew from its primary, whatever its serial number",
  notify: "Tell the secondaries of a zone that it has changed",
  freeze: "Write a dynamic zone to its file and take no updates, so that the file can be edited",
  thaw: "Read the file of a frozen zone and take updates again",
  sync: "Write a dynamic zone to its file",
  reload: "Read the file of a zone again",
};

/** Those that read a file, and so may find something in it. */
const reading: ReadonlySet<SteeringAction> = new Set<SteeringAction>(["thaw", "reload"]);

export interface SteeringRoutesPorts extends SteeringPorts {
  /** What is wrong with the zone, as of now. */
  readonly problems: (zone: Name) => readonly ConfigProblem[];
}

export function zoneSteeringRoutes(ports: SteeringRoutesPorts): readonly Route[] {
  return Object.entries(summaries).map(([action, summary]) =>
    steeringRoute(action as SteeringAction, summary, ports),
  );
}

function steeringRoute(action: SteeringAction, summary: string, ports: SteeringRoutesPorts): Route {
  return defineRoute({
    method: "POST",
    path: `/api/dns/zones/{zone}/${action}`,
    summary,
    parameters: ZoneParameters,
    answer: Answer,
    handle: async ({ parameters }) => {
      const zone = zoneNamed(parameters.zone);
      const answer = await steerZone(action, zone, ports);
      return { ...answer, problems: reading.has(action) ? [...ports.problems(zone)] : [] };
    },
  });
}

function zoneNamed(text: string): Name {
  try {
    return lowerName(parseName(text.endsWith(".") ? text : `${text}.`));
  } catch (error) {
    if (error instanceof NameError) throw new RouteError(400, "HP_DNS_NAME", error.message);
    throw error;
  }
}
