/**
 * Counts the records of a transfer, message by message, and sees where it ends: only their boundaries, types
 * and the serials of SOA records are read, so that counting takes little of what is measured.
 */
import { RRType } from "#protocols/dns/registry.ts";

const headerOctets = 12;

export class TransferEnd {
  messages = 0;
  octets = 0;
  records = 0;
  /** Response code of the last message. */
  rcode = 0;
  private firstSerial = -1;
  private secondIsSoa = false;
  /** SOA records with the serial of the first. */
  private finals = 0;

  take(message: Buffer): void {
    this.messages++;
    this.octets += message.length;
    this.rcode = message[3]! & 15;
    let at = headerOctets;
    for (let left = message.readUInt16BE(4); left > 0; left--) at = afterName(message, at) + 4;
    for (let left = message.readUInt16BE(6); left > 0; left--) {
      at = afterName(message, at);
      const type = message.readUInt16BE(at);
      const end = at + 10 + message.readUInt16BE(at + 8);
      if (type === RRType.SOA) this.takeSoa(message.readUInt32BE(end - 20));
      this.records++;
      at = end;
    }
  }

  /**
   * RFC 5936 §2.2: a zone ends with its SOA record again. RFC 1995 §4: differences have the first serial
   * twice more, in what the last of them adds and at the very end; who has the zone already gets one record.
   */
  isReached(isIncremental: boolean): boolean {
    if (this.rcode !== 0) return true;
    if (this.isDifferences) return this.finals === 3;
    return this.finals === 2 || (isIncremental && this.records === 1);
  }

  /** Whether these are differences and not the zone. */
  get isDifferences(): boolean {
    return this.secondIsSoa && this.records > 2;
  }

  private takeSoa(serial: number): void {
    if (this.records === 0) this.firstSerial = serial;
    if (this.records === 1) this.secondIsSoa = true;
    if (serial === this.firstSerial) this.finals++;
  }
}

/** RFC 1035 §4.1.4: labels up to the root, or to a pointer. */
function afterName(message: Buffer, from: number): number {
  let at = from;
  for (;;) {
    const length = message[at]!;
    if (length === 0) return at + 1;
    if (length >= 0xc0) return at + 2;
    at += 1 + length;
  }
}
