/** What the API offers to whoever wants to know who has which address. */
import { z } from "zod";
import { defineRoute, type Route, RouteError } from "#contracts/route.ts";
import { ipv4ToText, parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import type { DhcpControl } from "../control.ts";
import { knownAddressMeant, leaseAt, leasesMeant } from "./find-lease.ts";
import { LeaseAnswer, leaseAnswer, leaseStates } from "./lease-answer.ts";
import { LeaseListings, pageOf } from "./lease-listing.ts";
import { routeLimits } from "./limits.ts";

const AddressParameters = z.object({
  address: z.string().describe("Such as 192.168.9.12, or .12 when only one network has such an address"),
});
const count = z.string().regex(/^[1-9]\d{0,5}$/);

export function leaseRoutes(control: () => DhcpControl): readonly Route[] {
  return [listRoute(control), showRoute(control), findRoute(control), releaseRoute(control)];
}

function listRoute(control: () => DhcpControl): Route {
  const listings = new LeaseListings(() => control().leases());
  return defineRoute({
    method: "GET",
    path: "/api/dhcp/leases",
    summary: "Who has which address, in the order of addresses, page by page",
    parameters: z.object({
      state: z
        .string()
        .regex(new RegExp(`^(${leaseStates.join("|")})(,(${leaseStates.join("|")}))*$`))
        .optional()
        .describe("Only those in this state, or in one of several: `bound,offered`"),
      subnet: z.string().optional().describe("Only those of this network, such as 192.168.9.0/24"),
      search: z.string().max(255).optional().describe("Only those in which this text is found"),
      after: z.string().optional().describe("Only addresses behind this one: `next` of the page before"),
      limit: count.optional().describe("How many; 100 unless told, 1000 at most"),
    }),
    answer: z.object({
      leases: z.array(LeaseAnswer),
      total: z.int().describe("All that the filters let through"),
      counts: z
        .record(z.enum(leaseStates), z.int())
        .describe("By state, of those that the other filters let through"),
      next: z.string().nullable().describe("What to send as `after` for the next page; null: there is none"),
    }),
    handle({ parameters: { state, subnet, search, after, limit } }) {
      const states = state?.split(",");
      const listing = listings.of({ states, subnet, search }, after === undefined);
      const { page, isLast } = pageOf(listing, {
        after: after === undefined ? -1 : addressOf(after),
        limit: Math.min(Number(limit ?? routeLimits.leasesPerPageDefault), routeLimits.leasesPerPageMax),
      });
      return {
        leases: page.map(leaseAnswer),
        total: listing.matching.length,
        counts: { ...listing.counts },
        next: isLast ? null : page.at(-1)!.address,
      };
    },
  });
}

function showRoute(control: () => DhcpControl): Route {
  return defineRoute({
    method: "GET",
    path: "/api/dhcp/leases/{address}",
    summary: "Who has an address",
    parameters: AddressParameters,
    answer: LeaseAnswer,
    handle: ({ parameters }) =>
      leaseAnswer(leaseAt(control(), knownAddressMeant(control(), parameters.address))),
  });
}

function findRoute(control: () => DhcpControl): Route {
  return defineRoute({
    method: "GET",
    path: "/api/dhcp/find/{question}",
    summary: "All leases of an address, a hardware address, a client identifier or a name",
    parameters: z.object({
      question: z
        .string()
        .min(1)
        .max(255)
        .describe("Such as .12, 52:54:00:12:34:56, laptop or laptop.lan.example"),
    }),
    answer: z.object({ leases: z.array(LeaseAnswer) }),
    handle: ({ parameters: { question } }) => ({
      leases: leasesMeant(control(), question).slice(0, routeLimits.leasesPerPageMax).map(leaseAnswer),
    }),
  });
}

function releaseRoute(control: () => DhcpControl): Route {
  return defineRoute({
    method: "POST",
    path: "/api/dhcp/leases/{address}/release",
    summary: "Take an address back, or end its quarantine",
    parameters: AddressParameters,
    answer: z.object({
      address: z.string(),
      outcome: z
        .enum(["freed", "held"])
        .describe("held: the machine may still use it, so that others get it last"),
      before: LeaseAnswer.describe("What was known of it until now"),
    }),
    async handle({ parameters }) {
      const address = knownAddressMeant(control(), parameters.address);
      const before = leaseAnswer(leaseAt(control(), address));
      const outcome = await control().release(address);
      if (outcome !== undefined) return { address, outcome, before };
      const sentence = `${address} is nobody's now, so that there is nothing to take back`;
      throw new RouteError(404, "HP_DHCP_LEASE_UNKNOWN", sentence);
    },
  });
}

function addressOf(text: string): number {
  const address = parseIpv4(text);
  if (address !== -1) return address;
  throw new RouteError(
    400,
    "HP_DHCP_ADDRESS",
    `"${text}" is no address; write one such as ${ipv4ToText(0xc0a8090c)}`,
  );
}
