/** Every kind of provider that a site file can name. */
import type { ProviderDefinition } from "./provider.ts";

export const providerDefinitions: readonly ProviderDefinition[] = [];

export function definitionOf(type: string): ProviderDefinition | undefined {
  return providerDefinitions.find((one) => one.type === type);
}
