/** What sections of the site file say of hooks, whatever the events are. */
import { z } from "zod";
import { duration, httpUrl } from "#platform/site/config-fields.ts";

export const hookFields = {
  url: httpUrl.optional().describe("Where to POST the event as JSON"),
  command: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe(
      "Program and its arguments; it gets the event in HOMEPORT_ variables and as JSON on standard input",
    ),
  timeout: duration(1, 300).default("10s").describe("After so long it has failed"),
} as const;
