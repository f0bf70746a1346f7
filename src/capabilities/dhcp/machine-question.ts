/**
 * Which machine somebody means: by its hardware address, its identifier, what it calls itself, or its name.
 */
import type { LeaseView } from "./control.ts";
import type { Lease } from "./leases/lease.ts";

/** Hyphens count as colons on both sides, so that a hardware address may be written either way. */
export function plainQuestion(question: string): string {
  return question.trim().toLowerCase().replace(/\.$/, "").replaceAll("-", ":");
}

/** Of a lease as it is kept; `wanted` as `plainQuestion` makes it. */
export function isOfMachine(
  {
    hardware,
    client,
    hostName,
    name,
  }: Pick<Lease, "hardware" | "client" | "hostName"> & Partial<Pick<Lease, "name">>,
  wanted: string,
): boolean {
  const hex = wanted.replaceAll(":", "");
  if (hardware.length > 2 && hardware.slice(2) === hex) return true;
  if (client.length > 2 && client.slice(2) === hex) return true;
  if (hostName !== undefined && plainQuestion(hostName) === wanted) return true;
  return (
    name !== undefined && (plainQuestion(name) === wanted || plainQuestion(name.split(".")[0]!) === wanted)
  );
}

/** The same of a view; `wanted` as `plainQuestion` makes it. */
export function isAbout(
  view: Pick<LeaseView, "hardwareAddress" | "clientIdentifier" | "hostName" | "name"> &
    Partial<Pick<LeaseView, "reservation">>,
  wanted: string,
): boolean {
  const { hardwareAddress, clientIdentifier, hostName, name, reservation } = view;
  const words = [hardwareAddress, clientIdentifier, hostName, name, name?.split(".")[0], reservation];
  return words.some((word) => word !== undefined && word !== "" && plainQuestion(word) === wanted);
}
