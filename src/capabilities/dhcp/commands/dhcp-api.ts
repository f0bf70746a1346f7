/** Asks the running program about DHCP. */
import { askSection, type SectionQuestion } from "#contracts/ask-section.ts";
import type { CommandCall } from "#contracts/command.ts";
import type { LeaseAnswer } from "../routes/lease-answer.ts";
import { routeLimits } from "../routes/limits.ts";

const absent = {
  code: "HP_DHCP_ABSENT",
  sentence: "the running site has no DHCP; add a section dhcp with subnets to the site file and reload",
} as const;

/** `path` begins behind `/api/dhcp/`. A site without the section has none of these routes. */
export function askDhcp(
  call: Pick<CommandCall, "api">,
  method: SectionQuestion["method"],
  path: string,
  body?: unknown,
): Promise<unknown> {
  return askSection(call, { method, path: `/api/dhcp/${path}`, body }, absent);
}

export interface LeaseFilter {
  readonly state?: string;
  readonly subnet?: string;
  readonly search?: string;
}

export interface ListedLeases {
  readonly leases: readonly LeaseAnswer[];
  readonly counts: Readonly<Record<LeaseAnswer["state"], number>>;
}

/** All pages. */
export async function askLeases(call: Pick<CommandCall, "api">, filter: LeaseFilter): Promise<ListedLeases> {
  const leases: LeaseAnswer[] = [];
  const query = new URLSearchParams({ ...filter, limit: String(routeLimits.leasesPerPageMax) });
  for (;;) {
    const page = (await askDhcp(call, "GET", `leases?${query}`)) as ListedLeases & {
      readonly next: string | null;
    };
    leases.push(...page.leases);
    if (page.next === null) return { leases, counts: page.counts };
    query.set("after", page.next);
  }
}
