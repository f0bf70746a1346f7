/** Whether a record at a provider is to say which domain it is in. */
import { definitionOf } from "../providers/definitions.ts";
import { templateEntries } from "../providers/templates/templates.ts";

/**
 * Services that are asked by the whole name do not care, nor do accounts of one domain; APIs look for it
 * themselves, and need not.
 */
export function needsZone(type: string): boolean {
  if (definitionOf(type)?.settings["domain"] !== undefined) return false;
  return templateEntries.every((one) => one.type !== type) || isAskedByZone(type);
}

/** It is asked for the host and the domain, and cannot look for it. */
export function isAskedByZone(type: string): boolean {
  return templateEntries.some(
    (one) =>
      one.type === type && one.zone === undefined && /\{(domain|hosts?)\}/.test(one.path + (one.body ?? "")),
  );
}
