/** What is left to tell of events that came close together: the last of each, if it differs. Pure. */
import {
  type AddressChanged,
  type AddressLost,
  isOfRecord,
  type NoticeEvent,
  type RecordNotice,
  subjectOf,
  type TimedNotice,
} from "./notice-event.ts";
import type { Told } from "./told.ts";

type Timed<Event extends NoticeEvent> = Event & { readonly atMs: number };
type RecordKind = RecordNotice["kind"];

/** @param told what the messages before have said of records; is brought up to date */
export function digestOf(events: readonly TimedNotice[], told: Told<RecordKind>): readonly TimedNotice[] {
  const left: TimedNotice[] = [];
  for (const [subject, ofSubject] of Map.groupBy(events, subjectOf)) {
    const ofRecord = ofSubject.filter((one) => isOfRecord(one));
    left.push(...addressNews(ofSubject.filter((one) => !isOfRecord(one))));
    const news = recordNews(ofRecord, told.get(subject));
    if (news === undefined) continue;
    left.push(news);
    told.set(subject, news.kind);
  }
  return left;
}

function recordNews(
  events: readonly Timed<RecordNotice>[],
  before: RecordKind | undefined,
): Timed<RecordNotice> | undefined {
  const [first] = events;
  const last = events.at(-1);
  if (first === undefined || last === undefined) return undefined;
  // Of what an earlier run of the program told, nothing is known: then the first event says how it was.
  const wasWell = before === undefined ? first.kind !== "record-recovered" : before === "record-recovered";
  if (last.kind === "record-recovered") return wasWell ? undefined : last;
  return events.length > 1 && last.kind === before ? undefined : last;
}

/** Of one family. */
function addressNews(events: readonly Timed<AddressChanged | AddressLost>[]): TimedNotice[] {
  const changes = events.filter((one) => one.kind === "address-changed");
  const [first] = changes;
  const last = changes.at(-1);
  const end = events.at(-1);
  const lost = end?.kind === "address-lost" ? [end] : [];
  if (first === undefined || last === undefined || first.before === last.address) return lost;
  return [{ ...last, before: first.before }, ...lost];
}
