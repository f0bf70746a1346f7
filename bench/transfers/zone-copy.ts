/**
 * What a secondary has: a zone copied whole, and changed by differences. Slow and plain on purpose; it is to
 * say whether a server's differences lead to the server's zone.
 */
import { connect } from "node:net";
import { decodeMessage, type MessageRecord } from "#protocols/dns/message.ts";
import { lowerName, nameToText } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { splitFrames } from "./frames.ts";
import { TransferEnd } from "./transfer-end.ts";
import { transferQuery } from "./transfer-query.ts";

/** Records as text by which they are told apart. */
export class ZoneCopy {
  readonly records: ReadonlySet<string>;
  readonly serial: number;

  constructor(records: ReadonlySet<string>, serial: number) {
    this.records = records;
    this.serial = serial;
  }

  /** From the records of an AXFR, which has its SOA record at the end again. RFC 5936 §2.2. */
  static ofWhole(records: readonly MessageRecord[]): ZoneCopy {
    return new ZoneCopy(new Set(records.map(textOf)), serialOf(records[0]!));
  }

  /**
   * The zone after the differences of an IXFR, RFC 1995 §4. Throws when they are no differences, begin with
   * another serial, remove what is not there or add what is.
   */
  after(answer: readonly MessageRecord[]): ZoneCopy {
    const final = serialOf(answer[0]!);
    if (answer.length === 1 && final === this.serial) return this;
    if (answer[1]?.type !== RRType.SOA) throw new Error("the answer is the whole zone");
    const records = new Set(this.records);
    let at = this.serial;
    let adds = true;
    for (const record of answer.slice(1, -1)) {
      if (record.type === RRType.SOA) {
        adds = !adds;
        if (adds) at = serialOf(record);
        else if (serialOf(record) !== at) throw new Error(`differences from ${serialOf(record)}, not ${at}`);
      }
      const text = textOf(record);
      if (adds ? records.has(text) : !records.delete(text)) {
        throw new Error(`${adds ? "added" : "removed"} wrongly in ${at}: ${text}`);
      }
      if (adds) records.add(text);
    }
    if (at !== final) throw new Error(`the differences end with ${at}, not ${final}`);
    return new ZoneCopy(records, final);
  }

  /** The first records that only one of both has; empty when they are equal. */
  differencesFrom(other: ZoneCopy, most = 5): string[] {
    const missing = [...other.records].filter((text) => !this.records.has(text));
    const added = [...this.records].filter((text) => !other.records.has(text));
    return [...missing.map((text) => `- ${text}`), ...added.map((text) => `+ ${text}`)].slice(0, most);
  }

  /** Names in lower case, with their final dots. */
  owners(): Set<string> {
    return new Set([...this.records].map((text) => text.slice(0, text.indexOf(" "))));
  }
}

/** Copies a zone; with `from`, what has changed since that serial. Throws what the server refuses. */
export async function copyRecords(port: number, zone: string, from?: number): Promise<MessageRecord[]> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  socket.write(transferQuery(zone, from));
  const records: MessageRecord[] = [];
  const end = new TransferEnd();
  try {
    for await (const message of splitFrames(socket)) {
      const { rcode, answers } = decodeMessage(message);
      if (rcode !== 0) throw new Error(`the transfer is refused with response code ${rcode}`);
      records.push(...answers);
      end.take(message);
      if (end.isReached(from !== undefined)) return records;
    }
  } finally {
    socket.destroy();
  }
  throw new Error(`the transfer ends after ${records.length} records`);
}

/** Of an SOA record: the first of the five numbers at its end. */
function serialOf({ rdata }: MessageRecord): number {
  return Buffer.from(rdata).readUInt32BE(rdata.length - 20);
}

function textOf({ name, type, ttl, rdata }: MessageRecord): string {
  return `${nameToText(lowerName(name))} ${type} ${ttl} ${Buffer.from(rdata).toString("hex")}`;
}
