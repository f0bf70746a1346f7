/** Commands by which operators change zones and see their past. The work of each is loaded when it runs. */
import type { Command } from "#contracts/command.ts";

const zoneArgument = { name: "zone", summary: "name of the zone", required: true, complete: "zone" } as const;
const dryRunOption = { name: "dry-run", summary: "only show what would change" } as const;
const yesOption = { name: "yes", short: "y", summary: "do it without asking" } as const;

export const zoneEditCommands: readonly Command[] = [
  {
    words: ["zone", "history"],
    summary: "show what changed in a zone, when, and by whom",
    arguments: [zoneArgument],
    options: [{ name: "limit", value: "COUNT", summary: "how many changes, the newest first (default 50)" }],
    run: async (call) => (await import("../commands/zone-history.ts")).zoneHistory(call),
  },
  {
    words: ["zone", "diff"],
    summary: "show what changed in a zone between two serial numbers",
    help: `Without serial numbers: the last change. With one: all since then.

  homeport zone diff example.net
  homeport zone diff example.net 2026112401 2026112407`,
    arguments: [
      zoneArgument,
      { name: "from", summary: "serial number before", required: false },
      { name: "to", summary: "serial number after (default: now)", required: false },
    ],
    run: async (call) => (await import("../commands/zone-diff.ts")).zoneDiff(call),
  },
  {
    words: ["zone", "revert"],
    summary: "make a zone what it was at a serial number",
    help: `Takes back all changes since, whoever made them. The serial number goes on, so that
secondaries follow; to undo a revert, revert to the serial number before it.

  homeport zone revert example.net 2026112401 --dry-run`,
    arguments: [zoneArgument, { name: "serial", summary: "serial number to go back to", required: true }],
    options: [dryRunOption, yesOption],
    run: async (call) => (await import("../commands/zone-revert.ts")).zoneRevert(call),
  },
  {
    words: ["zone", "edit"],
    summary: "edit a zone in $VISUAL, $EDITOR or vi",
    help: `Shows the difference before anything is changed. Mistakes go back into the editor.
When the zone has changed meanwhile, your changes can be merged into it.`,
    arguments: [zoneArgument],
    options: [yesOption],
    run: async (call) => (await import("../commands/zone-edit.ts")).zoneEdit(call),
  },
  {
    words: ["zone", "apply"],
    summary: "change a zone by what is new in a file, such as one in git",
    help: `Compares the file with what was last applied, and does the difference. What others
added to the zone stays; with --whole the zone is what the file says and nothing else.
The exit code is 0 when it was applied or nothing was new, 3 when the file has mistakes
or a part of it could not be taken.

  homeport zone apply zones/example.net.db --dry-run`,
    arguments: [
      { name: "file", summary: "zone file", required: true, complete: "file" },
      {
        name: "zone",
        summary: "name of the zone; default: what the SOA record says, else the file's name",
        required: false,
      },
    ],
    options: [dryRunOption, { name: "whole", summary: "drop what others added" }, yesOption],
    run: async (call) => (await import("../commands/zone-apply.ts")).zoneApply(call),
  },
  {
    words: ["zone", "export"],
    summary: "write a zone as a zone file",
    arguments: [zoneArgument],
    options: [{ name: "out", short: "o", value: "FILE", summary: "write it there", complete: "file" }],
    run: async (call) => (await import("../commands/zone-export.ts")).zoneExport(call),
  },
];
