/** Asks the running program about DHCP. */
import { ApiError, type CommandCall } from "#contracts/command.ts";
import type { LeaseAnswer } from "../routes/lease-answer.ts";
import { routeLimits } from "../routes/limits.ts";

type Method = "GET" | "POST" | "PUT" | "DELETE";

/** `path` begins behind `/api/dhcp/`. A site without the section has none of these routes. */
export async function askDhcp(
  { api }: Pick<CommandCall, "api">,
  method: Method,
  path: string,
  body?: unknown,
): Promise<unknown> {
  try {
    return await api.request(method, `/api/dhcp/${path}`, body);
  } catch (error) {
    if (!(error instanceof ApiError && error.code === "HP_NO_ROUTE")) throw error;
    const sentence =
      "the running site has no DHCP; add a section dhcp with subnets to the site file and reload";
    throw new ApiError(503, "HP_DHCP_ABSENT", sentence);
  }
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
