/** What the API offers to whoever reserves addresses and names: it edits the site file. */
import { z } from "zod";
import { defineRoute, type Route, RouteError } from "#contracts/route.ts";
import { localAddresses } from "#platform/listen/local-addresses.ts";
import {
  type PlanChanges,
  type SiteEdit,
  SiteEditError,
  type SiteEditor,
} from "#platform/site/site-editor.ts";
import { label } from "../config-fields.ts";
import type { DhcpControl, LeaseView } from "../control.ts";
import { addressMeant, leasesMeant } from "./find-lease.ts";
import {
  type HostKey,
  macOf,
  planRemoval,
  planReservation,
  type Reservation,
  type ReservationPlan,
} from "./reservation.ts";

const dryRun = z.boolean().default(false).describe("Only say what would change");

const ReservationAnswer = z.object({
  outcome: z.enum(["added", "changed", "unchanged", "removed"]),
  path: z.string().describe("Of the host in the site file, such as dhcp.hosts[2]"),
  name: z.string().nullable(),
  address: z.string().nullable(),
  file: z.string(),
  diff: z.array(z.string()).describe("Lines of the site file with `-`, `+` or a blank in front"),
  notes: z.array(z.string()).describe("What else the operator should know, as sentences"),
});
export type ReservationAnswer = z.output<typeof ReservationAnswer>;

/** `siteFile`: asked when it is needed. */
export interface EditedSite {
  readonly siteFile: () => string;
  readonly editor: () => SiteEditor;
}

export function hostRoutes(control: () => DhcpControl, site: EditedSite): readonly Route[] {
  return [reserveRoute(control, site), removeRoute(control, site)];
}

function reserveRoute(control: () => DhcpControl, site: EditedSite): Route {
  return defineRoute({
    method: "POST",
    path: "/api/dhcp/hosts",
    summary: "Reserve an address, a name or both for a machine, in the site file",
    body: z.strictObject({
      who: z
        .string()
        .min(1)
        .max(255)
        .describe("The machine: an address that it has, its hardware address or its name"),
      name: label.optional().describe("Its name from now on; default: what it calls itself"),
      address: z.string().optional().describe("Its address from now on; default: the one that it has"),
      dryRun,
    }),
    answer: ReservationAnswer,
    async handle({ body }) {
      const machine = machineMeant(control(), body.who);
      const address =
        body.address === undefined ? machine.lease?.address : addressMeant(control(), body.address);
      if (localAddresses().some((local) => local.address === address)) {
        const sentence = `${address} is this server's own; take another`;
        throw new RouteError(409, "HP_DHCP_ADDRESS_TAKEN", sentence);
      }
      const { key, lease } = machine;
      const wish: Reservation = { key, name: body.name, address, title: lease?.reservation };
      const notes = notesOf(control(), wish, lease);
      return await answerOf(
        site,
        body.dryRun,
        (content) => planned(planReservation(content, wish), body.who),
        notes,
      );
    },
  });
}

/** A reservation that says nothing is none. */
function planned(plan: ReservationPlan, who: string): ReservationPlan {
  if (plan.name !== undefined || plan.address !== undefined) return plan;
  const sentence = `${who} has no lease now; say which name or address it shall have, with --name or --address`;
  throw new RouteError(400, "HP_DHCP_HOST_EMPTY", sentence);
}

function removeRoute(control: () => DhcpControl, site: EditedSite): Route {
  return defineRoute({
    method: "DELETE",
    path: "/api/dhcp/hosts/{host}",
    summary: "Take a reservation out of the site file",
    parameters: z.object({
      host: z
        .string()
        .min(1)
        .max(255)
        .describe("Its name, address or hardware address, or those of the machine"),
      dryRun: z.enum(["true", "false"]).default("false").describe("Only say what would change"),
    }),
    answer: ReservationAnswer,
    handle: async ({ parameters }) => {
      const leases = leasesMeant(control(), parameters.host);
      const titles = new Set(leases.flatMap(({ reservation }) => reservation ?? []));
      const title = titles.size === 1 ? [...titles][0] : undefined;
      const plan = (content: unknown): ReservationPlan => planRemoval(content, parameters.host, title);
      return await answerOf(site, parameters.dryRun === "true", plan, []);
    },
  });
}

async function answerOf(
  site: EditedSite,
  isDryRun: boolean,
  planOf: (content: unknown) => ReservationPlan,
  notes: readonly string[],
): Promise<ReservationAnswer> {
  let made: ReservationPlan | undefined;
  const plan: PlanChanges = (content) => {
    made = planOf(content);
    return made.changes;
  };
  const { difference } = await editSite(site.editor(), plan, isDryRun);
  const { outcome, path, name, address } = made!;
  const file = site.siteFile();
  return {
    outcome,
    path,
    name: name ?? null,
    address: address ?? null,
    file,
    diff: [...difference],
    notes: [...notes],
  };
}

async function editSite(editor: SiteEditor, plan: PlanChanges, isDryRun: boolean): Promise<SiteEdit> {
  try {
    return isDryRun ? await editor.preview(plan) : await editor.change(plan);
  } catch (error) {
    if (error instanceof SiteEditError) throw new RouteError(409, error.code, error.message);
    throw error;
  }
}

interface Machine {
  readonly key: HostKey;
  /** That it has now, or had last. */
  readonly lease: LeaseView | undefined;
}

function machineMeant(control: DhcpControl, who: string): Machine {
  const mac = macOf(who);
  // Of an address in quarantine nobody knows whose it is.
  const leases = leasesMeant(control, mac ?? who).filter(({ state }) => state !== "declined");
  const machines = Map.groupBy(leases, (lease) => JSON.stringify(keyOf(lease)));
  if (mac !== undefined) return { key: { mac }, lease: latest(leases) };
  if (machines.size > 1) {
    const each = [...machines.values()].map(
      (of) => `${latest(of)!.address} (${latest(of)!.hardwareAddress})`,
    );
    const sentence = `${who} may be ${each.join(" or ")}; name it by its address or hardware address`;
    throw new RouteError(409, "HP_DHCP_WHO_AMBIGUOUS", sentence);
  }
  const lease = latest(leases);
  const identifier = lease?.clientIdentifier;
  // Whoever says the identifier means it: several clients may have one hardware address.
  if (identifier !== undefined && identifier === who.toLowerCase())
    return { key: { clientIdentifier: identifier }, lease };
  const key = lease === undefined ? undefined : keyOf(lease);
  if (key !== undefined) return { key, lease };
  const sentence = `no machine is known as ${who}; name its hardware address, such as 52:54:00:12:34:56`;
  throw new RouteError(404, "HP_DHCP_WHO_UNKNOWN", sentence);
}

function keyOf({ hardwareAddress, clientIdentifier }: LeaseView): HostKey | undefined {
  const mac = macOf(hardwareAddress);
  if (mac !== undefined) return { mac };
  return clientIdentifier === undefined ? undefined : { clientIdentifier };
}

/** Programs of one machine may be clients by themselves, and then one reservation does not do for them. */
function twinNotes(control: DhcpControl, key: HostKey): string[] {
  if (!("mac" in key)) return [];
  const clients = control.find(key.mac).filter(({ state }) => state === "bound");
  const identifiers = new Set(clients.map(({ clientIdentifier }) => clientIdentifier));
  if (identifiers.size < 2) return [];
  return [
    `${identifiers.size} clients have the hardware address ${key.mac}; to reserve for one, name its client identifier`,
  ];
}

function latest(leases: readonly LeaseView[]): LeaseView | undefined {
  const rank = ({ state, renewedAtMs }: LeaseView): number =>
    (state === "bound" ? 1e15 : 0) + (renewedAtMs ?? 0);
  return leases.toSorted((one, other) => rank(other) - rank(one))[0];
}

function notesOf(control: DhcpControl, wish: Reservation, lease: LeaseView | undefined): string[] {
  const { address } = wish;
  const notes = twinNotes(control, wish.key);
  if (address === undefined || address === lease?.address) return notes;
  const now = control.find(address).find((one) => one.address === address);
  const key = JSON.stringify(wish.key);
  if (now?.state === "bound" && JSON.stringify(keyOf(now)) !== key) {
    const title = now.hostName === undefined ? "" : ` (${now.hostName})`;
    notes.push(
      `${address} is now that of ${now.hardwareAddress}${title}, which takes another when it asks next`,
    );
  }
  if (now?.state === "declined")
    notes.push(`${address} is in quarantine, because somebody else was found at it`);
  if (lease?.state === "bound")
    notes.push(`it has ${lease.address} now, and gets ${address} when it asks next`);
  return notes;
}
