/** The commands that every Homeport has, whatever it runs. */
import type { CapabilityDoor } from "#contracts/capability.ts";
import type { Command } from "#contracts/command.ts";
import type { PlaceFacts } from "#platform/process/places.ts";
import { checkCommand } from "./check.ts";
import { completionCommand } from "./completion.ts";
import { historyCommand } from "./history.ts";
import { metricsCommand } from "./metrics.ts";
import { reloadCommand } from "./reload.ts";
import { startCommand } from "./start.ts";
import { statusCommand } from "./status.ts";
import { stopCommand } from "./stop.ts";
import { versionCommand } from "./version.ts";

export interface CoreParts {
  readonly capabilities: readonly CapabilityDoor[];
  readonly facts: PlaceFacts;
  readonly version: string;
}

export function coreCommands(parts: CoreParts): readonly Command[] {
  return [
    startCommand(parts),
    checkCommand(parts),
    statusCommand,
    metricsCommand,
    historyCommand,
    reloadCommand,
    stopCommand,
    versionCommand(parts.version),
    completionCommand,
  ];
}
