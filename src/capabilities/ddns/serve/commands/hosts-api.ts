/** Asks the running program about hosts of its update server. */
import { askSection, type SectionQuestion } from "#contracts/ask-section.ts";
import type { CommandCall } from "#contracts/command.ts";

/** What to do where nothing listens. */
export const notServing = "Updates are not taken yet: add ddns.server to the site file, and reload.";

const absent = {
  code: "HP_DDNS_ABSENT",
  sentence: "the running site has no ddns; add a section ddns with a server to the site file and reload",
} as const;

/** `path` begins behind `/api/ddns/hosts`. A site without the section has none of these routes. */
export function askHosts(
  call: Pick<CommandCall, "api">,
  method: SectionQuestion["method"],
  path: string,
  body?: unknown,
): Promise<unknown> {
  return askSection(call, { method, path: `/api/ddns/hosts${path}`, body }, absent);
}

/** `/friend.home.example`, and further words. */
export function pathOf(call: Pick<CommandCall, "arguments">, ...words: readonly string[]): string {
  return ["", encodeURIComponent(String(call.arguments["host"])), ...words].join("/");
}
