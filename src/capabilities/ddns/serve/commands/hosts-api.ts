/** Asks the running program about hosts of its update server. */
import { ApiError, type CommandCall } from "#contracts/command.ts";

/** What to do where nothing listens. */
export const notServing = "Updates are not taken yet: add ddns.server to the site file, and reload.";

type Method = "GET" | "POST" | "PUT" | "DELETE";

/** `path` begins behind `/api/ddns/hosts`. A site without the section has none of these routes. */
export async function askHosts(
  { api }: Pick<CommandCall, "api">,
  method: Method,
  path: string,
  body?: unknown,
): Promise<unknown> {
  try {
    return await api.request(method, `/api/ddns/hosts${path}`, body);
  } catch (error) {
    if (!(error instanceof ApiError && error.code === "HP_NO_ROUTE")) throw error;
    const sentence =
      "the running site has no ddns; add a section ddns with a server to the site file and reload";
    throw new ApiError(503, "HP_DDNS_ABSENT", sentence);
  }
}

/** `/friend.home.example`, and further words. */
export function pathOf(call: Pick<CommandCall, "arguments">, ...words: readonly string[]): string {
  return ["", encodeURIComponent(String(call.arguments["host"])), ...words].join("/");
}
