/** The records of a transfer, one message after the other. */
import { nameToText } from "#protocols/dns/name.ts";
import { mnemonicOfType, RRType } from "#protocols/dns/registry.ts";
import type { ChangeSet } from "../../journal/change-set.ts";
import type { ZoneImage, ZoneRecord } from "../../zones/image.ts";
import type { ZoneCursor } from "../../zones/zone-moment.ts";
import { recordsOf } from "./ixfr.ts";
import { transferLimits } from "./limits.ts";
import type { Outgoing } from "./outgoing.ts";
import type { TransferWriter } from "./transfer-writer.ts";

/** A record that no message has room for. */
export class RecordTooLargeError extends Error {
  override readonly name = "RecordTooLargeError";
}

/**
 * Sends a whole zone: the SOA record, all others, the SOA record once more. RFC 5936 §2.2. Gives others their
 * turn between two messages.
 * @throws RecordTooLargeError
 */
export async function sendZone(outgoing: Outgoing, cursor: ZoneCursor): Promise<void> {
  while (!cursor.survey(transferLimits.surveyNodesPerTurn)) await outgoing.turns.next();
  cursor.next();
  let isClosing = false;
  for (;;) {
    outgoing.begin();
    let isWhole = false;
    while (!isWhole && outgoing.writer.addFrom(cursor)) {
      if (isClosing) isWhole = true;
      else if (!cursor.next()) {
        isClosing = true;
        cursor.restart();
        cursor.next();
      }
    }
    if (outgoing.writer.records === 0) throw tooLarge(cursor.type);
    if (!(await outgoing.send()) || isWhole) return;
    await outgoing.turns.next();
  }
}

/**
 * Sends differences in sequence between two SOA records of what they lead to. RFC 1995 §4.
 * @throws RecordTooLargeError, BrokenHistoryError
 */
export async function sendDifferences(
  outgoing: Outgoing,
  pages: AsyncIterable<readonly ChangeSet[]> | Iterable<readonly ChangeSet[]>,
  soa: ZoneRecord,
): Promise<void> {
  const { writer } = outgoing;
  outgoing.begin();
  writer.add(soa);
  for await (const sets of pages) {
    for (const record of recordsOf(sets))
      if (!writer.add(record) && !(await addToNext(outgoing, record))) return;
  }
  if (writer.add(soa) || (await addToNext(outgoing, soa))) await outgoing.send();
}

/** Differences in one message; false when they do not fit. */
export function addDifferences(writer: TransferWriter, sets: readonly ChangeSet[], soa: ZoneRecord): boolean {
  if (!writer.add(soa)) return false;
  for (const record of recordsOf(sets)) if (!writer.add(record)) return false;
  return writer.add(soa);
}

/** The SOA record of a zone as of the last `begin` of its image. */
export function soaOf(image: ZoneImage): ZoneRecord {
  const rrset = image.rrset(image.apex, RRType.SOA);
  return { owner: image.origin, type: RRType.SOA, ttl: image.ttl(rrset), rdata: image.rdata(rrset)[0]! };
}

/** Sends the message that has no room for a record, and begins the next one with it. */
async function addToNext(outgoing: Outgoing, record: ZoneRecord): Promise<boolean> {
  const { writer } = outgoing;
  if (writer.records === 0) throw tooLarge(record.type, nameToText(record.owner));
  if (!(await outgoing.send())) return false;
  await outgoing.turns.next();
  outgoing.begin();
  if (!writer.add(record)) throw tooLarge(record.type, nameToText(record.owner));
  return true;
}

function tooLarge(type: number, owner = "the zone"): RecordTooLargeError {
  return new RecordTooLargeError(
    `${owner} has a ${mnemonicOfType(type)} record that is too large for a message`,
  );
}
