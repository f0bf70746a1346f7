/** The TSIG record of a response that is not signed, since the key is unknown. RFC 8945 §5.2.1, §5.3.2. */
import { Rcode, RRClass, RRType } from "#protocols/dns/registry.ts";
import type { Request } from "./request.ts";
import { nameEnd, type ResponseWriter, Section } from "./response-writer.ts";

/** `seconds` since 1970. */
export function writeBadKey(writer: ResponseWriter, request: Request, seconds: number): void {
  const { octets, tsigAt, tsigRdataAt } = request;
  const algorithmEnd = nameEnd(octets, tsigRdataAt);
  writer.copy(octets, tsigAt, nameEnd(octets, tsigAt) - tsigAt);
  writer.u16(RRType.TSIG);
  writer.u16(RRClass.ANY);
  writer.u32(0);
  writer.u16(algorithmEnd - tsigRdataAt + 16);
  writer.copy(octets, tsigRdataAt, algorithmEnd - tsigRdataAt);
  writer.u16(0); // the upper 16 bits of the time
  writer.u32(seconds);
  writer.copy(octets, algorithmEnd + 6, 2); // fudge
  writer.u16(0); // no MAC
  writer.u16(request.id);
  writer.u16(Rcode.BADKEY);
  writer.u16(0); // no other data
  writer.count(Section.additional, 1);
}
