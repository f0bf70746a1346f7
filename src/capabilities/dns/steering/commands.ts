/** What rndc does to a zone, as commands of this program. The work is loaded when one runs. */
import type { Command } from "#contracts/command.ts";
import type { SteeringAction } from "./steer-zone.ts";

const zoneArgument = { name: "zone", summary: "name of the zone", required: true, complete: "zone" } as const;

const descriptions: readonly (readonly [action: SteeringAction, summary: string, help?: string])[] = [
  ["reload", "read the file of a zone again; other files are left alone", "What others have changed stays."],
  ["refresh", "ask the primary of a copied zone now whether there is a newer version"],
  ["retransfer", "copy a zone anew from its primary, whatever its serial number"],
  ["notify", "tell the secondaries of a zone that it has changed"],
  [
    "freeze",
    "write a dynamic zone to its file and take no updates, so that the file can be edited",
    `Updates are refused until the zone is thawed, or the program starts again. To change a zone while
it goes on taking updates: homeport zone edit.

  homeport zone freeze example.net
  vi zones/example.net.db
  homeport zone thaw example.net`,
  ],
  ["thaw", "read the file of a frozen zone and take updates again"],
  ["sync", "write a dynamic zone to its file", "The history stays. Comments of the file are not kept."],
];

export const zoneSteeringCommands: readonly Command[] = descriptions.map(([action, summary, help]) => ({
  words: ["zone", action],
  summary,
  ...(help === undefined ? {} : { help }),
  arguments: [zoneArgument],
  run: async (call) => (await import("../commands/zone-steer.ts")).zoneSteer(call, action),
}));
