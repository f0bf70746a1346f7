/** Every kind of provider that a site file can name. */
import { custom } from "./custom.ts";
import type { ProviderDefinition } from "./provider.ts";
import { templateDefinitions } from "./templates/templates.ts";

export const providerDefinitions: readonly ProviderDefinition[] = [custom, ...templateDefinitions];

export function definitionOf(type: string): ProviderDefinition | undefined {
  return providerDefinitions.find((one) => one.type === type);
}
