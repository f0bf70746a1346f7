/** Asks the running program about the site's address. */
import { ApiError, type CommandCall } from "#contracts/command.ts";
import type { RecordAnswer } from "../routes/answers.ts";
import { routeLimits } from "../routes/limits.ts";

/** `path` begins behind `/api/ddns/`. A site without the section has none of these routes. */
export async function askDdns(
  { api }: Pick<CommandCall, "api">,
  method: "GET" | "POST" | "PUT" | "DELETE",
  path: string,
  body?: unknown,
): Promise<unknown> {
  try {
    return await api.request(method, `/api/ddns/${path}`, body);
  } catch (error) {
    if (!(error instanceof ApiError && error.code === "HP_NO_ROUTE")) throw error;
    const sentence =
      "the running site does not watch its address; add a section ddns to the site file and reload";
    throw new ApiError(503, "HP_DDNS_ABSENT", sentence);
  }
}

export interface RecordFilter {
  readonly name?: string;
  readonly state?: string;
  readonly provider?: string;
}

/** All pages. */
export async function askRecords(
  call: Pick<CommandCall, "api">,
  filter: RecordFilter,
): Promise<readonly RecordAnswer[]> {
  const records: RecordAnswer[] = [];
  const query = new URLSearchParams({ ...filter, limit: String(routeLimits.recordsPerPageMax) });
  for (;;) {
    const page = (await askDdns(call, "GET", `records?${query}`)) as {
      readonly records: readonly RecordAnswer[];
      readonly next: string | null;
    };
    records.push(...page.records);
    if (page.next === null) return records;
    query.set("after", page.next);
  }
}
