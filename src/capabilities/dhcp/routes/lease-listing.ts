/**
 * Leases page by page. To look at all of them costs time that clients wait for, so that whoever goes on
 * reading gets the pages of one look.
 */
import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import type { LeaseView, LeaseViewState } from "../control.ts";
import { routeLimits } from "./limits.ts";

export interface ListingFilter {
  readonly states: readonly string[] | undefined;
  readonly subnet: string | undefined;
  readonly search: string | undefined;
}

export interface Listing {
  readonly matching: readonly LeaseView[];
  /** Of those that all filters but the one by state let through. */
  readonly counts: Readonly<Record<LeaseViewState, number>>;
}

export class LeaseListings {
  readonly #leases: () => readonly LeaseView[];
  #last: { readonly filter: string; readonly listing: Listing } | undefined;
  #forgetting: NodeJS.Timeout | undefined;

  constructor(leases: () => readonly LeaseView[]) {
    this.#leases = leases;
  }

  /** `isNew`: not one that was made for an earlier page. */
  of(filter: ListingFilter, isNew: boolean): Listing {
    const name = JSON.stringify(filter);
    const known = !isNew && this.#last?.filter === name ? this.#last.listing : undefined;
    const listing = known ?? listingOf(this.#leases(), filter);
    this.#last = { filter: name, listing };
    clearTimeout(this.#forgetting);
    this.#forgetting = setTimeout(() => (this.#last = undefined), routeLimits.listingMsMax).unref();
    return listing;
  }
}

/** `leases`: in the order of addresses. */
export function pageOf(
  { matching }: Listing,
  { after, limit }: { readonly after: number; readonly limit: number },
): { readonly page: readonly LeaseView[]; readonly isLast: boolean } {
  let [first, end] = [0, matching.length];
  while (first < end) {
    const middle = (first + end) >> 1;
    if (parseIpv4(matching[middle]!.address) <= after) first = middle + 1;
    else end = middle;
  }
  return { page: matching.slice(first, first + limit), isLast: first + limit >= matching.length };
}

function listingOf(leases: readonly LeaseView[], { states, subnet, search }: ListingFilter): Listing {
  const words = search?.toLowerCase();
  const counts = { offered: 0, bound: 0, released: 0, expired: 0, declined: 0, reserved: 0 };
  const matching: LeaseView[] = [];
  for (const lease of leases) {
    if (subnet !== undefined && lease.subnet !== subnet) continue;
    if (words !== undefined && !isFound(lease, words)) continue;
    counts[lease.state]++;
    if (states?.includes(lease.state) ?? true) matching.push(lease);
  }
  return { matching, counts };
}

/** `words`: in small letters. */
function isFound(lease: LeaseView, words: string): boolean {
  const { address, hardwareAddress, clientIdentifier, hostName, name, reservation, circuitId, vendorClass } =
    lease;
  return [
    address,
    hardwareAddress,
    clientIdentifier,
    hostName,
    name,
    reservation,
    circuitId,
    vendorClass,
  ].some((field) => field?.toLowerCase().includes(words));
}
