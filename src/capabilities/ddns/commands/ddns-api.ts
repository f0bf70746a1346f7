/** Asks the running program about the site's address. */
import { askSection, type SectionQuestion } from "#contracts/ask-section.ts";
import type { CommandCall } from "#contracts/command.ts";
import type { RecordAnswer } from "../routes/answers.ts";
import { routeLimits } from "../routes/limits.ts";

const absent = {
  code: "HP_DDNS_ABSENT",
  sentence: "the running site does not watch its address; add a section ddns to the site file and reload",
} as const;

/** `path` begins behind `/api/ddns/`. A site without the section has none of these routes. */
export function askDdns(
  call: Pick<CommandCall, "api">,
  method: SectionQuestion["method"],
  path: string,
  body?: unknown,
): Promise<unknown> {
  return askSection(call, { method, path: `/api/ddns/${path}`, body }, absent);
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
