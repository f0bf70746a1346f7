/** A request for a transfer, as it goes over TCP. */
import { encodeMessage, queryMessage } from "#protocols/dns/message.ts";
import { parseName, rootName } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";

/** AXFR (RFC 5936 §2.1), or with `from`, IXFR with an SOA record of that serial (RFC 1995 §3). */
export function transferQuery(zone: string, from?: number): Uint8Array {
  const name = parseName(`${zone}.`);
  const type = from === undefined ? RRType.AXFR : RRType.IXFR;
  const message = encodeMessage(
    queryMessage({
      id: 0x4852,
      question: { name, type, class: 1 },
      authorities:
        from === undefined ? [] : [{ name, type: RRType.SOA, class: 1, ttl: 0, rdata: soaRdata(from) }],
    }),
  );
  return Uint8Array.of(message.length >>> 8, message.length, ...message);
}

/** Two root names and five numbers. RFC 1035 §3.3.13. */
function soaRdata(serial: number): Uint8Array {
  const rdata = new Uint8Array(2 * rootName.length + 20);
  new DataView(rdata.buffer).setUint32(rdata.length - 20, serial);
  return rdata;
}
