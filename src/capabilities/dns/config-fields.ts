/** Kinds of fields that several parts of the `dns` section have. */
import { z } from "zod";
import { addressEntryProblem } from "./address-match.ts";

/** A string of which `problemOf` says what is wrong with it. */
export function text(problemOf: (value: string) => string | undefined): z.ZodString {
  return z.string().superRefine((value, context) => {
    const message = problemOf(value);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });
}

export const addressMatch = z
  .array(text(addressEntryProblem))
  .describe(
    "any, none, localhost, localnets, an address, a prefix, `acl NAME` or `key NAME`; `!` in front for not",
  );
