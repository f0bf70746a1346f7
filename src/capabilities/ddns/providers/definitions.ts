/** Every kind of provider that a site file can name. */
import { apiDefinitions } from "./api-providers.ts";
import { custom } from "./custom.ts";
import { namecheap } from "./namecheap.ts";
import type { ProviderDefinition } from "./provider.ts";
import { rfc2136 } from "./rfc2136.ts";
import { templateDefinitions } from "./templates/templates.ts";

export const providerDefinitions: readonly ProviderDefinition[] = [
  custom,
  rfc2136,
  namecheap,
  ...templateDefinitions,
  ...apiDefinitions,
];

export function definitionOf(type: string): ProviderDefinition | undefined {
  return providerDefinitions.find((one) => one.type === type);
}
