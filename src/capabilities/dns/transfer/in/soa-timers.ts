/** The times that the SOA record of a zone gives to those who copy it, within bounds. RFC 1035 §3.3.13. */
import { RRType } from "#protocols/dns/registry.ts";
import { readU32, type ZoneImage } from "../../zones/image.ts";
import { limits } from "./limits.ts";

export interface SoaTimers {
  readonly serial: number;
  readonly refreshMs: number;
  readonly retryMs: number;
  readonly expireMs: number;
}

export function timersOf(image: ZoneImage): SoaTimers {
  return timersIn(image.rdata(image.rrset(image.apex, RRType.SOA))[0]!);
}

/** `soa`: RDATA, its names whole. */
export function timersIn(soa: Uint8Array): SoaTimers {
  const at = soa.length - 20;
  const refresh = within(readU32(soa, at + 4), limits.refreshSecondsMin, limits.refreshSecondsMax);
  const retry = within(readU32(soa, at + 8), limits.retrySecondsMin, limits.retrySecondsMax);
  // A zone must not expire before it was tried to refresh it and to do so again; as BIND
  const expire = within(readU32(soa, at + 12), refresh + retry, limits.expireSecondsMax);
  return {
    serial: readU32(soa, at),
    refreshMs: refresh * 1000,
    retryMs: retry * 1000,
    expireMs: expire * 1000,
  };
}

function within(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max);
}
