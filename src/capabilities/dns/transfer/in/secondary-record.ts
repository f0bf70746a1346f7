/** What of a copied zone must survive a restart besides its content. */
import { z } from "zod";
import { typedKey } from "#platform/store/typed-key.ts";

/** Times are milliseconds since 1970. */
const SecondaryRecord = z.strictObject({
  serial: z.int().min(0).optional(),
  /** When a primary last said that the content is its own. */
  confirmedAtMs: z.number().optional(),
  /** When the content is given up. */
  expiresAtMs: z.number().optional(),
  error: z
    .strictObject({ atMs: z.number(), primary: z.string(), code: z.string(), sentence: z.string() })
    .optional(),
});
export type SecondaryRecord = z.output<typeof SecondaryRecord>;

/** By the name of the zone for people, in lower case. */
export const secondaryRecords = typedKey("dns/secondary/", SecondaryRecord);
