/** What operators are told of. */
import type { AddressFamily } from "#contracts/public-address.ts";
import type { HookEvent } from "#platform/hooks/hook-event.ts";
import { plainText } from "#platform/terminal/plain-text.ts";
import type { NoticeEventKind } from "../config.ts";

export type NoticeEvent = AddressChanged | AddressLost | RecordFailed | RecordStopped | RecordRecovered;

export interface AddressChanged {
  readonly kind: "address-changed";
  readonly family: AddressFamily;
  readonly address: string;
  /** Undefined: none was known. */
  readonly before: string | undefined;
}

/** For long nobody could tell what it is. */
export interface AddressLost {
  readonly kind: "address-lost";
  readonly family: AddressFamily;
  /** The last that was seen. */
  readonly address: string;
  /** When it was seen last. */
  readonly sinceMs: number;
  readonly why: string;
}

interface OfRecord {
  readonly name: string;
  readonly type: string;
  readonly provider: string;
}

export interface RecordFailed extends OfRecord {
  readonly kind: "record-failed";
  readonly code: string;
  readonly sentence: string;
  readonly nextTryAtMs: number | undefined;
}

/** It is not sent any more until a person acts. */
export interface RecordStopped extends OfRecord {
  readonly kind: "record-stopped";
  readonly code: string;
  readonly sentence: string;
}

export interface RecordRecovered extends OfRecord {
  readonly kind: "record-recovered";
  readonly address: string | undefined;
}

export type RecordNotice = RecordFailed | RecordStopped | RecordRecovered;

/** With the moment at which it came. */
export type TimedNotice = NoticeEvent & { readonly atMs: number };

export function isOfRecord<Notice extends NoticeEvent>(notice: Notice): notice is Notice & RecordNotice {
  return notice.kind.startsWith("record-");
}

/** Whom it is about: what is told of one subject replaces what was told of it before. */
export function subjectOf(event: NoticeEvent): string {
  if (!isOfRecord(event)) return event.family;
  return `${event.name}/${event.type}/${event.provider}`;
}

/** Two of one subject with the same are one: words and times of a failure differ each time. */
export function essenceOf(event: NoticeEvent): string {
  switch (event.kind) {
    case "address-changed":
      return `${event.kind} ${event.address} ${event.before}`;
    case "address-lost":
      return `${event.kind} ${event.sinceMs}`;
    case "record-failed":
    case "record-stopped":
      return `${event.kind} ${event.code}`;
    case "record-recovered":
      return event.kind;
  }
}

/** All facts of all events: a script finds a variable for each, if only an empty one. */
export const noticeFacts = [
  "family",
  "address",
  "before",
  "since",
  "why",
  "name",
  "type",
  "provider",
  "code",
  "sentence",
  "nextTryAt",
] as const;

export function noticeHookEvent(notice: TimedNotice): HookEvent {
  const { kind, atMs } = notice;
  return {
    event: kind satisfies NoticeEventKind,
    subject: subjectOf(notice),
    facts: { event: kind, at: new Date(atMs).toISOString(), ...factsOf(notice) },
  };
}

function factsOf(event: NoticeEvent): Record<string, string | null> {
  switch (event.kind) {
    case "address-changed": {
      const { family, address, before } = event;
      return { family, address, before: before ?? null };
    }
    case "address-lost": {
      const { family, address, sinceMs, why } = event;
      return { family, address, since: new Date(sinceMs).toISOString(), why: plainText(why) };
    }
    case "record-failed": {
      const { name, type, provider, code, sentence, nextTryAtMs } = event;
      const nextTryAt = nextTryAtMs === undefined ? null : new Date(nextTryAtMs).toISOString();
      return { name, type, provider, code, sentence: plainText(sentence), nextTryAt };
    }
    case "record-stopped": {
      const { name, type, provider, code, sentence } = event;
      return { name, type, provider, code, sentence: plainText(sentence) };
    }
    case "record-recovered": {
      const { name, type, provider, address } = event;
      return { name, type, provider, address: address ?? null };
    }
  }
}
