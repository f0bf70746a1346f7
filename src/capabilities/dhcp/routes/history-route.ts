/** Who had which address when. */
import { z } from "zod";
import { defineRoute, type Route, RouteError } from "#contracts/route.ts";
import type { DhcpControl, PastLeaseView } from "../control.ts";
import { addressMeant } from "./find-lease.ts";
import { PastLeaseAnswer, pastLeaseAnswer } from "./lease-answer.ts";
import { routeLimits } from "./limits.ts";

export function historyRoute(control: () => DhcpControl): Route {
  return defineRoute({
    method: "GET",
    path: "/api/dhcp/history",
    summary: "Who had an address, or which addresses a machine had, newest first",
    parameters: z.object({
      address: z.string().optional().describe("Such as 192.168.9.12, or .12 when only one network has it"),
      machine: z.string().max(255).optional().describe("Hardware address, client identifier or name"),
      at: z.iso.datetime({ offset: true }).optional().describe("Only who had it at this moment"),
      from: z.iso.datetime({ offset: true }).optional().describe("Only who had it at some time after this"),
      to: z.iso.datetime({ offset: true }).optional().describe("and before this"),
      limit: z
        .string()
        .regex(/^[1-9]\d{0,5}$/)
        .optional()
        .describe("How many; 100 unless told, 1000 at most"),
    }),
    answer: z.object({
      address: z.string().nullable().describe("The whole address that was asked for"),
      leases: z.array(PastLeaseAnswer),
      more: z.boolean().describe("There are older ones"),
    }),
    async handle({ parameters: { address: asked, machine, at, from, to, limit } }) {
      if (at !== undefined && (from ?? to) !== undefined)
        throw new RouteError(
          400,
          "HP_DHCP_HISTORY_TIME",
          "ask either for a moment, `at`, or for `from` and `to`",
        );
      const address = asked === undefined ? undefined : addressMeant(control(), asked);
      const most = Math.min(
        limit === undefined ? routeLimits.pastLeasesDefault : Number(limit),
        routeLimits.pastLeasesMax,
      );
      const isSpan = (from ?? to) !== undefined;
      const found = await control().history({
        ...(address === undefined ? {} : { address }),
        ...(machine === undefined ? {} : { machine }),
        ...(at === undefined ? {} : { atMs: Date.parse(at) }),
        limit: isSpan ? routeLimits.pastLeasesSearchedMax : most + 1,
      });
      const span = {
        fromMs: from === undefined ? -Infinity : Date.parse(from),
        toMs: to === undefined ? Infinity : Date.parse(to),
      };
      const wanted = isSpan ? found.filter((past) => touches(past, span)) : found;
      return {
        address: address ?? null,
        leases: wanted.slice(0, most).map(pastLeaseAnswer),
        more: wanted.length > most,
      };
    },
  });
}

function touches(
  { sinceMs, untilMs = Infinity }: PastLeaseView,
  span: { fromMs: number; toMs: number },
): boolean {
  return sinceMs < span.toMs && untilMs > span.fromMs;
}
