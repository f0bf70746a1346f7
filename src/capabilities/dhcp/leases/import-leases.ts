/** Takes leases of another server over, so that its clients keep their addresses. */
import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import type { ImportedLease, ImportOutcome } from "../control.ts";
import { poolOf, subnetOf } from "../network/plan.ts";
import { isActive, keyKind, type Lease } from "./lease.ts";
import type { LeaseClock } from "./lease-clock.ts";
import type { LeaseLife } from "./lease-life.ts";
import type { LeaseTable } from "./lease-table.ts";

interface ImportPorts {
  readonly table: LeaseTable;
  readonly clock: LeaseClock;
  readonly life: Pick<LeaseLife, "takeOver">;
}

/** Those that cannot be are left, each with its reason. Rejects with StoreError. */
export async function importLeases(
  leases: readonly ImportedLease[],
  ports: ImportPorts,
): Promise<ImportOutcome> {
  const seen = new Set<number>();
  const reasons = await Promise.all(
    leases.map(async (imported) => {
      const lease = leaseFrom(imported);
      if (lease === undefined) return "is no lease: an address, an identifier or a time in it cannot be read";
      const why = hindrance(lease, seen, ports);
      if (why !== undefined) return why;
      seen.add(lease.address);
      return (await ports.life.takeOver(lease)) ? undefined : toAnother;
    }),
  );
  const left = leases.flatMap(({ address }, index) => {
    const why = reasons[index];
    return why === undefined ? [] : [{ address, why }];
  });
  return { taken: leases.length - left.length, left };
}

const toAnother = "has been given to another machine";

function leaseFrom(imported: ImportedLease): Lease | undefined {
  const { hardwareType, clientIdentifier, hostName, sinceMs, expiresAtMs } = imported;
  const address = parseIpv4(imported.address);
  const hardware = hexOf(imported.hardwareAddress);
  const identifier = clientIdentifier === undefined ? undefined : hexOf(clientIdentifier);
  if (
    address === -1 ||
    hardware === undefined ||
    (clientIdentifier !== undefined && identifier === undefined) ||
    (hardware === "" && !identifier) || // nobody
    !isOctet(hardwareType) ||
    !isTime(sinceMs) ||
    !isTime(expiresAtMs)
  )
    return undefined;
  const hardwareKey = octetHex(hardwareType) + hardware;
  return {
    address,
    client:
      identifier === undefined || identifier === ""
        ? `00${hardwareKey}`
        : octetHex(keyKind.clientIdentifier) + identifier,
    hardware: hardwareKey,
    state: "bound",
    since: Math.floor(sinceMs / 1000),
    renewedAt: Math.floor(sinceMs / 1000),
    expiresAt: Math.floor(expiresAtMs / 1000),
    hostName,
    name: undefined,
    nameProblem: undefined,
    agent: undefined,
    vendorClass: undefined,
  };
}

function hindrance(
  lease: Lease,
  seen: ReadonlySet<number>,
  { table, clock }: ImportPorts,
): string | undefined {
  const { address } = lease;
  const subnet = subnetOf(table.plan, address);
  if (subnet === undefined) return "lies in none of the subnets";
  if (lease.expiresAt <= clock.nowSeconds()) return "has ended";
  const host = table.plan.hosts.at(address);
  if (host === undefined && poolOf(subnet, address) === undefined) return "lies in no pool, and is no host's";
  if (host !== undefined && !host.macs.includes(lease.hardware)) return `is reserved for ${host.title}`;
  if (host === undefined && table.countAt(address)?.space.isBlocked(address))
    return "is kept out of the pool";
  const other = table.at(address);
  if (seen.has(address)) return "is there twice";
  if (other !== undefined && other.client !== lease.client && isActive(other, clock.nowSeconds()))
    return toAnother;
  return undefined;
}

function hexOf(text: string): string | undefined {
  const hex = text.replaceAll(/[:-]/g, "").toLowerCase();
  return /^([0-9a-f]{2})*$/.test(hex) ? hex : undefined;
}

function isOctet(number: number): boolean {
  return Number.isInteger(number) && number >= 0 && number <= 255;
}

function isTime(ms: number): boolean {
  return Number.isSafeInteger(Math.floor(ms)) && ms >= 0;
}

function octetHex(octet: number): string {
  return octet.toString(16).padStart(2, "0");
}
