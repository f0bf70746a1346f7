/** Serial numbers of zones: a circle on which every number has 2^31 - 1 later ones. RFC 1982. */

/** What a serial number becomes with a change; the styles of BIND's serial-update-method. */
export type SerialStyle = "increment" | "date" | "unixtime";

/** RFC 1982 §3.2. Of two numbers that are 2^31 apart neither is later. */
export function isLaterSerial(one: number, other: number): boolean {
  const ahead = (one - other) >>> 0;
  return ahead !== 0 && ahead < 0x8000_0000;
}

/** The later one. */
export function laterSerial(one: number, other: number): number {
  return isLaterSerial(other, one) ? other : one;
}

/**
 * The serial number that follows `serial`, always a later one: where the style's is not later (a hundredth
 * change on one day, a clock that went back), it is one more. Never 0, which some take for "none".
 * `atLeast`: the result is not earlier than this, if this is later than `serial`.
 */
export function nextSerial(style: SerialStyle, serial: number, nowMs: number, atLeast?: number): number {
  // By how much each is ahead of `serial`: "later" alone is not an order, since it goes round.
  let most = (raised(serial) - serial) >>> 0;
  for (const wish of [styled(style, nowMs), atLeast]) {
    if (wish === undefined) continue;
    const ahead = ((wish || 1) - serial) >>> 0;
    if (ahead < 0x8000_0000) most = Math.max(most, ahead);
  }
  return (serial + most) >>> 0;
}

/** RFC 1982 §3.1. */
function raised(serial: number): number {
  return (serial + 1) >>> 0 || 1;
}

function styled(style: SerialStyle, nowMs: number): number | undefined {
  switch (style) {
    case "increment":
      return undefined;
    case "date":
      return Number(new Date(nowMs).toISOString().slice(0, 10).replaceAll("-", "")) * 100 + 1;
    case "unixtime":
      return Math.floor(nowMs / 1000) >>> 0;
  }
}

/** Where the serial number of an SOA record is: before four more numbers. RFC 1035 §3.3.13. */
export const serialFromEnd = 20;

/** The serial number in the first `octets` of an SOA record's RDATA. */
export function serialOfSoa(rdata: Uint8Array, octets = rdata.length): number {
  const at = octets - serialFromEnd;
  return ((rdata[at]! << 24) | (rdata[at + 1]! << 16) | (rdata[at + 2]! << 8) | rdata[at + 3]!) >>> 0;
}
