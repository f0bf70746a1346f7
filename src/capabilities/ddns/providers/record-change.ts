/** What is to be done about a record, by what the provider has. Pure. */
import { canonicalAddress } from "#protocols/public-address/public-address.ts";
import type { PublishResult, WantedRecord } from "./provider.ts";
import type { Change, FoundRecord, Zone, ZoneApi } from "./zone-api.ts";

/** @param found of the zone, with all that has the record's name */
export function changeOf(
  wanted: WantedRecord,
  found: readonly FoundRecord[],
  zone: Zone,
  api: Pick<ZoneApi, "dialect" | "ttlDefault" | "ttlFor">,
): PublishResult | Change {
  const { title } = api.dialect;
  const { name, type } = wanted;
  const there = found.filter((one) => one.name === name);
  // RFC 1034 §3.6.2: no other data beside a CNAME
  if (there.some((one) => one.type === "CNAME"))
    return refused(
      "cname",
      `${title} has a CNAME record at ${name}, which ${type} cannot be beside; delete it`,
    );
  const [before, ...others] = there.filter((one) => one.type === type);
  if (others.length > 0)
    return refused(
      "several",
      `${title} has ${others.length + 1} ${type} records at ${name}; delete all but one`,
    );
  const isProxied = wanted.proxied ?? before?.isProxied;
  const ttl =
    wanted.ttl === undefined
      ? (before?.ttl ?? api.ttlDefault)
      : api.ttlFor(wanted.ttl, { zone, isProxied: isProxied === true });
  const isSame =
    before !== undefined &&
    isSameAddress(before.content, wanted) &&
    (wanted.ttl === undefined || before.ttl === ttl) &&
    (wanted.proxied === undefined || before.isProxied === wanted.proxied);
  return isSame ? { outcome: "same" } : { wanted, before, ttl, isProxied };
}

function refused(code: string, sentence: string): PublishResult {
  return { outcome: "refused", scope: "record", code, sentence };
}

/** Providers write IPv6 addresses in their own ways. */
function isSameAddress(content: string, { address, type }: WantedRecord): boolean {
  return content === address || canonicalAddress(content.trim(), type === "A" ? "ipv4" : "ipv6") === address;
}
