/** The DHCP server over HTTP. */
import { z } from "zod";
import type { ProgramPort } from "#contracts/capability.ts";
import { defineRoute, type Route } from "#contracts/route.ts";
import { SiteEditor } from "#platform/site/site-editor.ts";
import type { DhcpControl } from "./control.ts";
import { historyRoute } from "./routes/history-route.ts";
import { hostRoutes } from "./routes/host-routes.ts";
import { PoolAnswer, poolAnswer } from "./routes/lease-answer.ts";
import { leaseRoutes } from "./routes/lease-routes.ts";
import { routeLimits } from "./routes/limits.ts";

/** Both are asked when a request comes: the routes are also described where nothing runs. */
export function dhcpRoutes(
  control: () => DhcpControl,
  program: () => Pick<ProgramPort, "siteFile" | "reload">,
): readonly Route[] {
  let editor: SiteEditor | undefined;
  return [
    ...leaseRoutes(control),
    historyRoute(control),
    poolsRoute(control),
    searchRoute(control),
    importRoute(control),
    ...hostRoutes(control, {
      siteFile: () => program().siteFile,
      editor: () => (editor ??= new SiteEditor(program())),
    }),
  ];
}

function poolsRoute(control: () => DhcpControl): Route {
  return defineRoute({
    method: "GET",
    path: "/api/dhcp/pools",
    summary: "How full the pools are",
    answer: z.object({ pools: z.array(PoolAnswer) }),
    handle: () => ({ pools: control().pools().map(poolAnswer) }),
  });
}

const FoundServerAnswer = z.object({
  interface: z.string(),
  server: z.string(),
  hardwareAddress: z.string(),
  isUs: z.boolean().describe("It is this program"),
  offered: z.string().nullable().describe("The address that it offers"),
  gateway: z.string().nullable(),
  dnsServers: z.array(z.string()),
});
export type FoundServerAnswer = z.output<typeof FoundServerAnswer>;

function searchRoute(control: () => DhcpControl): Route {
  return defineRoute({
    method: "POST",
    path: "/api/dhcp/search",
    summary: "Look for DHCP servers by asking for an address; takes some seconds",
    body: z
      .strictObject({
        interface: z
          .string()
          .min(1)
          .max(15)
          .optional()
          .describe("Only there; default: wherever this one serves"),
      })
      .prefault({}),
    answer: z.object({ servers: z.array(FoundServerAnswer) }),
    async handle({ body }) {
      const found = await control().searchServers(body.interface);
      return {
        servers: found.map(({ offered, gateway, dnsServers, ...rest }) => ({
          ...rest,
          offered: offered ?? null,
          gateway: gateway ?? null,
          dnsServers: [...dnsServers],
        })),
      };
    },
  });
}

const ImportedLeaseBody = z.strictObject({
  address: z.ipv4(),
  hardwareAddress: z.string().max(47).describe("Hexadecimal with colons"),
  hardwareType: z.int().min(0).max(255).default(1).describe("1 is Ethernet"),
  clientIdentifier: z.string().max(765).optional().describe("Hexadecimal; absent: the machine sent none"),
  hostName: z.string().max(255).optional(),
  sinceMs: z.int().min(0).describe("Milliseconds since 1970"),
  expiresAtMs: z.int().min(0),
});

function importRoute(control: () => DhcpControl): Route {
  return defineRoute({
    method: "POST",
    path: "/api/dhcp/leases/import",
    summary: "Take over leases of another server",
    body: z.strictObject({ leases: z.array(ImportedLeaseBody).min(1).max(routeLimits.importedLeasesMax) }),
    answer: z.object({
      taken: z.int(),
      left: z
        .array(z.object({ address: z.string(), why: z.string() }))
        .describe("Those that were not, and why"),
    }),
    async handle({ body }) {
      const leases = body.leases.map(({ clientIdentifier, hostName, ...rest }) => ({
        ...rest,
        clientIdentifier,
        hostName,
      }));
      const { taken, left } = await control().importLeases(leases);
      return { taken, left: [...left] };
    },
  });
}
