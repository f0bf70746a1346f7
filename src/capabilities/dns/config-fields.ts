/** Kinds of fields that several parts of the `dns` section have. */
import { z } from "zod";
import { text } from "#platform/site/config-fields.ts";
import { addressEntryProblem } from "./address-match.ts";

export const addressMatch = z
  .array(text(addressEntryProblem))
  .describe(
    "any, none, localhost, localnets, an address, a prefix, `acl NAME` or `key NAME`; `!` in front for not",
  );
