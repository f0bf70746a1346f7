/** Leases, past leases and pools as the API has them. */
import { z } from "zod";
import type { LeaseView, PastLeaseView, PoolView } from "../control.ts";

export const leaseStates = ["offered", "bound", "released", "expired", "declined", "reserved"] as const;

const moment = z.iso.datetime().nullable();
const text = z.string().nullable();

export const LeaseAnswer = z.object({
  address: z.string(),
  subnet: z.string().describe("Such as 192.168.9.0/24"),
  state: z.enum(leaseStates).describe("reserved: of a host of the site file that is not here now"),
  hardwareAddress: text.describe("Such as 52:54:00:12:34:56"),
  clientIdentifier: text.describe("Option 61 in hexadecimal"),
  hostName: text.describe("What the machine calls itself: any text, chosen by a stranger"),
  name: text.describe("Its name in the DNS"),
  nameProblem: text.describe("Why it has not the name that it wanted"),
  reservation: text.describe("The host of the site file that it is: its name there, or its first key"),
  since: moment.describe("Since when this machine has had this address"),
  renewedAt: moment,
  expiresAt: moment.describe("End of the lease, or of the quarantine when it is declined"),
  circuitId: text.describe("What the relay says of where it is plugged in: text, or hexadecimal after 0x"),
  remoteId: text,
  vendorClass: text,
});
export type LeaseAnswer = z.output<typeof LeaseAnswer>;

export const PastLeaseAnswer = z.object({
  address: z.string(),
  hardwareAddress: text,
  clientIdentifier: text,
  hostName: text,
  name: text,
  since: z.iso.datetime(),
  until: moment.describe("null: it still has the address"),
  end: z.enum(["expired", "released", "declined", "moved", "taken-back", "still"]),
});
export type PastLeaseAnswer = z.output<typeof PastLeaseAnswer>;

export const PoolAnswer = z.object({
  subnet: z.string(),
  range: z.string(),
  size: z.int().describe("Addresses that can be given to anybody"),
  used: z.int(),
  free: z.int(),
  declined: z.int(),
  percent: z.number().describe("Of the size that is used"),
});
export type PoolAnswer = z.output<typeof PoolAnswer>;

export function leaseAnswer(lease: LeaseView): LeaseAnswer {
  return {
    address: lease.address,
    subnet: lease.subnet,
    state: lease.state,
    hardwareAddress: lease.hardwareAddress === "" ? null : lease.hardwareAddress,
    clientIdentifier: lease.clientIdentifier ?? null,
    hostName: lease.hostName ?? null,
    name: withoutFinalDot(lease.name),
    nameProblem: lease.nameProblem ?? null,
    reservation: lease.reservation ?? null,
    since: momentOf(lease.sinceMs),
    renewedAt: momentOf(lease.renewedAtMs),
    expiresAt: momentOf(lease.expiresAtMs),
    circuitId: lease.circuitId ?? null,
    remoteId: lease.remoteId ?? null,
    vendorClass: lease.vendorClass ?? null,
  };
}

export function pastLeaseAnswer(past: PastLeaseView): PastLeaseAnswer {
  return {
    address: past.address,
    hardwareAddress: past.hardwareAddress === "" ? null : past.hardwareAddress,
    clientIdentifier: past.clientIdentifier ?? null,
    hostName: past.hostName ?? null,
    name: withoutFinalDot(past.name),
    since: new Date(past.sinceMs).toISOString(),
    until: momentOf(past.untilMs),
    end: past.end,
  };
}

export function poolAnswer({ subnet, range, size, used, free, declined, percent }: PoolView): PoolAnswer {
  return { subnet, range, size, used, free, declined, percent };
}

/** As zones are called in the API. */
function withoutFinalDot(name: string | undefined): string | null {
  return name?.replace(/(?<=.)\.$/, "") ?? null;
}

function momentOf(atMs: number | undefined): string | null {
  return atMs === undefined ? null : new Date(atMs).toISOString();
}
