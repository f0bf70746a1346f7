/** An entry of `ddns.providers`: its fields are those of its type. */
import { z } from "zod";
import { word } from "../config-fields.ts";
import { providerDefinitions } from "./definitions.ts";
import type { ProviderDefinition, ProviderSettings } from "./provider.ts";
import { secretProblem } from "./secret-fields.ts";

/** Those whose fields are one and the same object are one option. */
function optionOf(settings: z.ZodRawShape, definitions: readonly ProviderDefinition[]) {
  const types = definitions.map(({ type }) => type) as [string, ...string[]];
  return z
    .strictObject({
      name: word.describe("By which records name it"),
      type: z.enum(types).describe("Kind of the service"),
      ...settings,
    })
    .superRefine((section, context) => {
      const message = secretProblem(settings, section);
      if (message !== undefined) context.addIssue({ code: "custom", message });
    });
}

const [first, ...others] = [...Map.groupBy(providerDefinitions, ({ settings }) => settings)].map(
  ([settings, definitions]) => optionOf(settings, definitions),
);

export const ProviderConfig = z.discriminatedUnion("type", [first!, ...others]);

export interface ProviderConfig extends ProviderSettings {
  readonly name: string;
  readonly type: string;
}
