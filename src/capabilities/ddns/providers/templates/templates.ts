/** All services that are data, EditDNS's old API first. */
import type { ProviderDefinition } from "../provider.ts";
import { dyndns2Services } from "./dyndns2-services.ts";
import { otherServices } from "./other-services.ts";
import { definitionOfTemplate, type TemplateEntry } from "./template-definition.ts";

const [editDns, ...others] = otherServices;

export const templateEntries: readonly TemplateEntry[] = [editDns!, ...dyndns2Services, ...others];

export const templateDefinitions: readonly ProviderDefinition[] = templateEntries.map(definitionOfTemplate);
