/** Notices in words, for a mail or a message on a telephone. Pure. */
import type { AddressFamily } from "#contracts/public-address.ts";
import { plainText } from "#platform/terminal/plain-text.ts";
import { noticeLimits } from "./limits.ts";
import {
  type AddressChanged,
  type AddressLost,
  isOfRecord,
  type RecordFailed,
  type RecordNotice,
  type TimedNotice,
} from "./notice-event.ts";

export interface NoticeText {
  readonly title: string;
  /** Lines, the last one ended as well. */
  readonly body: string;
  /** Something is wrong. */
  readonly isTrouble: boolean;
  /** A person must act. */
  readonly isUrgent: boolean;
}

type Timed<Event> = Event & { readonly atMs: number };

const familyTitles: Readonly<Record<AddressFamily, string>> = { ipv4: "IPv4", ipv6: "IPv6" };

/** @param site what the machine or the site is called */
export function noticeText(notices: readonly TimedNotice[], site: string): NoticeText {
  const addresses = notices.filter((one) => !isOfRecord(one));
  const records = Map.groupBy(
    notices.filter((one) => isOfRecord(one)),
    ({ kind }) => kind,
  );
  const groups = recordKinds.flatMap((kind) => {
    const group = records.get(kind);
    return group === undefined ? [] : [{ kind, group }];
  });
  const titles = [...addresses.map(addressTitle), ...groups.map(({ kind, group }) => titleOf(kind, group))];
  const paragraphs = [
    ...addresses.map((one) => addressParagraph(one, site)),
    ...groups.map(({ kind, group }) => recordParagraph(kind, group)),
  ];
  return {
    title: cut(plainText(`${site}: ${titles.join("; ")}`), noticeLimits.titleLengthMax),
    body: `${paragraphs.join("\n\n")}\n`,
    isTrouble: notices.some(({ kind }) => troubleKinds.has(kind)),
    isUrgent: records.has("record-stopped"),
  };
}

const troubleKinds: ReadonlySet<string> = new Set(["address-lost", "record-failed", "record-stopped"]);

function addressTitle(notice: AddressChanged | AddressLost): string {
  const title = `public ${familyTitles[notice.family]} address`;
  return notice.kind === "address-changed"
    ? `${title} is now ${notice.address}`
    : `${title} has been out of sight since ${moment(notice.sinceMs)}`;
}

function addressParagraph(notice: Timed<AddressChanged | AddressLost>, site: string): string {
  const title = familyTitles[notice.family];
  if (notice.kind === "address-lost")
    return [
      `Since ${moment(notice.sinceMs)} nobody could tell the public ${title} address of ${plainText(site)}:`,
      `${plainText(notice.why)}.`,
      `The last one that was seen is ${notice.address}, and records keep it.`,
      "Is the line up? `homeport ddns check` asks everybody now and shows what each says.",
    ].join("\n");
  const before = notice.before === undefined ? "None was known before." : `Before it was ${notice.before}.`;
  return [
    `The public ${title} address of ${plainText(site)} is ${notice.address}, seen ${moment(notice.atMs)}.`,
    before,
    "Records that follow it are sent to their providers now; `homeport ddns status` shows each,",
    "and `homeport ddns history` the addresses of the past. Nothing needs to be done.",
  ].join("\n");
}

/** The worst first. */
const recordKinds = ["record-stopped", "record-failed", "record-recovered"] as const;

const words = {
  "record-stopped": {
    verb: ["is refused", "are refused"],
    advice:
      "They are not sent any more until you act: correct what the provider refuses, in the site file or\n" +
      "with the provider, then run `homeport ddns retry`.",
  },
  "record-failed": {
    verb: ["cannot be published", "cannot be published"],
    advice:
      "They keep the address that they have, and are tried again without you;\n" +
      "`homeport ddns status` shows when.",
  },
  "record-recovered": {
    verb: ["is published again", "are published again"],
    advice: "Nothing needs to be done.",
  },
} as const;

function titleOf(kind: RecordNotice["kind"], group: readonly RecordNotice[]): string {
  const { verb } = words[kind];
  const [first] = group;
  if (group.length > 1) return `${group.length} records ${verb[1]}`;
  return `${first!.name} ${first!.type} ${verb[0]} at ${first!.provider}`;
}

function recordParagraph(kind: RecordNotice["kind"], group: readonly RecordNotice[]): string {
  const { verb, advice } = words[kind];
  const { namedRecordsMax } = noticeLimits;
  const count = group.length === 1 ? `A record ${verb[0]}:` : `${group.length} records ${verb[1]}:`;
  const more = group.length - namedRecordsMax;
  return [
    count,
    ...group.slice(0, namedRecordsMax).map((one) => `- ${recordLine(one)}`),
    ...(more > 0 ? [`- and ${more} more`] : []),
    advice,
  ].join("\n");
}

function recordLine(notice: RecordNotice): string {
  const title = `${notice.name} ${notice.type} at ${notice.provider}`;
  if (notice.kind === "record-recovered")
    return notice.address === undefined ? title : `${title} is ${notice.address}`;
  const next = notice.kind === "record-failed" ? nextTry(notice) : "";
  return `${title}: ${plainText(notice.sentence)} [${plainText(notice.code)}]${next}`;
}

function nextTry({ nextTryAtMs }: RecordFailed): string {
  return nextTryAtMs === undefined ? "" : `, next try ${moment(nextTryAtMs)}`;
}

/** To the second, in UTC: who reads it may be elsewhere. */
function moment(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

function cut(text: string, lengthMax: number): string {
  return text.length > lengthMax ? `${text.slice(0, lengthMax - 1)}…` : text;
}
