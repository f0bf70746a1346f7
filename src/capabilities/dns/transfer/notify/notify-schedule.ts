/**
 * When which server is told of which zone: tries, back-off and the bound on messages a second. Knows no clock
 * and no socket.
 *
 * For each zone and server there is one telling. A newer serial takes the place of the one that is being
 * told, and is sent at once unless the server owes a response already: then each further message waits twice
 * as long as the one before, so that a server that is down costs little however often its zone changes.
 */
import type { Name } from "#protocols/dns/name.ts";
import { DueQueue } from "./due-queue.ts";
import { notifyLimits } from "./limits.ts";
import type { Announcement } from "./notify-message.ts";
import type { NotifyServer } from "./notify-server.ts";

export type TellingState =
  /** Is about to be sent. */
  | "waiting"
  /** Sent, and not answered yet. */
  | "asked"
  /** The server knows. */
  | "told"
  /** It answered that it will not have it; see `why`. */
  | "refused"
  /** It did not answer, however often it was told. */
  | "unanswered";

export interface Telling {
  readonly server: NotifyServer;
  /** What is to be said. */
  announcement: Announcement;
  state: TellingState;
  /** Messages since the last response. */
  tries: number;
  /** What was said last. */
  sentSerial: number | undefined;
  sentMs: number;
  /** When the state began. */
  sinceMs: number;
  /** Why it is refused or unanswered, in words that follow a colon. */
  why: string | undefined;
  /** Tells entries of the queues that count from those that do not. */
  turn: number;
}

interface Turn {
  readonly telling: Telling;
  readonly turn: number;
}

export interface Taken {
  /** To be sent now, in this order. */
  readonly send: readonly Telling[];
  /** Have not answered the last try. */
  readonly givenUp: readonly Telling[];
}

export class NotifySchedule {
  /** By zone, then by the server's id. */
  private readonly zones = new Map<Name, Map<string, Telling>>();
  /** First tries, which go before those that a server did not answer. */
  private readonly fresh = new DueQueue<Turn>();
  private readonly again = new DueQueue<Turn>();
  private tellings = 0;
  private tokens: number = notifyLimits.burst;
  private tokensAtMs = Number.NEGATIVE_INFINITY;

  /**
   * Has the servers told. Those of the zone that are not among them are forgotten.
   * @param already ids of servers that were told of it before, and are only kept
   * @returns how many there was no room for
   */
  announce(
    announcement: Announcement,
    servers: readonly NotifyServer[],
    dueMs: number,
    already?: ReadonlySet<string>,
  ): number {
    const before = this.zones.get(announcement.zone);
    const now = new Map<string, Telling>();
    let left = 0;
    for (const server of servers) {
      const known = before?.get(server.id);
      if (known === undefined && this.tellings - (before?.size ?? 0) + now.size >= notifyLimits.tellingsMax) {
        left++;
        continue;
      }
      const telling = known ?? newTelling(server, announcement, dueMs);
      telling.announcement = announcement;
      now.set(server.id, telling);
      if (known === undefined || already?.has(server.id) !== true) this.start(telling, dueMs);
    }
    for (const [id, telling] of before ?? []) if (!now.has(id)) telling.turn++;
    this.tellings += now.size - (before?.size ?? 0);
    if (now.size === 0) this.zones.delete(announcement.zone);
    else this.zones.set(announcement.zone, now);
    return left;
  }

  /** The zone is gone. */
  forget(zone: Name): void {
    const tellings = this.zones.get(zone);
    if (tellings === undefined) return;
    for (const telling of tellings.values()) telling.turn++;
    this.tellings -= tellings.size;
    this.zones.delete(zone);
  }

  of(zone: Name): readonly Telling[] {
    return [...(this.zones.get(zone)?.values() ?? [])];
  }

  /** What is due, as far as the bound on messages lets it. */
  take(nowMs: number): Taken {
    this.refill(nowMs);
    const send: Telling[] = [];
    const givenUp: Telling[] = [];
    while (this.tokens >= 1) {
      const telling = nextDue(this.fresh, nowMs) ?? nextDue(this.again, nowMs);
      if (telling === undefined) break;
      if (telling.tries < notifyLimits.triesMax) send.push(this.sent(telling, nowMs));
      else {
        givenUp.push(telling);
        this.close(telling, "unanswered", nowMs);
        if (telling.sentSerial !== telling.announcement.serial) this.begin(telling, nowMs);
      }
    }
    return { send, givenUp };
  }

  /** When `take` has something to give next. */
  nextMs(nowMs: number): number | undefined {
    const first = Math.min(firstDue(this.fresh), firstDue(this.again));
    if (first === Number.POSITIVE_INFINITY) return undefined;
    this.refill(nowMs);
    const tokenMs = this.tokens >= 1 ? nowMs : nowMs + ((1 - this.tokens) * 1000) / notifyLimits.perSecond;
    return Math.max(first, tokenMs);
  }

  /** The server has answered what it was told of this serial. */
  answered(telling: Telling, serial: number, refusal: string | undefined, nowMs: number): void {
    if (!this.isPresent(telling)) return;
    telling.tries = 0;
    telling.why = refusal;
    const { announcement, sentMs } = telling;
    if (serial !== announcement.serial) {
      if (telling.state === "asked") this.push(this.fresh, telling, Math.max(nowMs, sentMs + coalesceMs));
    } else this.close(telling, refusal === undefined ? "told" : "refused", nowMs);
  }

  /** What was taken could not be sent: counts as a try without an answer. */
  unsent(telling: Telling, why: string): void {
    telling.why = why;
  }

  private start(telling: Telling, dueMs: number): void {
    if (telling.state !== "asked") {
      this.begin(telling, Math.max(dueMs, telling.sentMs + coalesceMs));
      return;
    }
    // As it owes a response: sooner than the next try would be, and later each time.
    const soonMs = telling.sentMs + coalesceMs * 2 ** (telling.tries - 1);
    if (telling.tries < notifyLimits.triesMax) this.push(this.again, telling, Math.max(dueMs, soonMs));
  }

  private begin(telling: Telling, dueMs: number): void {
    telling.tries = 0;
    telling.why = undefined;
    telling.state = "waiting";
    telling.sinceMs = dueMs;
    this.push(this.fresh, telling, dueMs);
  }

  private sent(telling: Telling, nowMs: number): Telling {
    telling.tries++;
    if (telling.state !== "asked") telling.sinceMs = nowMs;
    telling.state = "asked";
    telling.sentMs = nowMs;
    telling.sentSerial = telling.announcement.serial;
    this.push(this.again, telling, nowMs + notifyLimits.firstTimeoutMs * 2 ** (telling.tries - 1));
    this.tokens--;
    return telling;
  }

  private close(telling: Telling, state: TellingState, nowMs: number): void {
    telling.state = state;
    telling.sinceMs = nowMs;
    telling.turn++;
  }

  private push(queue: DueQueue<Turn>, telling: Telling, dueMs: number): void {
    queue.add(dueMs, { telling, turn: ++telling.turn });
  }

  private isPresent(telling: Telling): boolean {
    return this.zones.get(telling.announcement.zone)?.get(telling.server.id) === telling;
  }

  private refill(nowMs: number): void {
    const passedMs = nowMs - this.tokensAtMs;
    this.tokens = Math.min(notifyLimits.burst, this.tokens + (passedMs * notifyLimits.perSecond) / 1000);
    this.tokensAtMs = nowMs;
  }
}

const { coalesceMs } = notifyLimits;

function newTelling(server: NotifyServer, announcement: Announcement, sinceMs: number): Telling {
  return {
    server,
    announcement,
    state: "waiting",
    tries: 0,
    sentSerial: undefined,
    sentMs: Number.NEGATIVE_INFINITY,
    sinceMs,
    why: undefined,
    turn: 0,
  };
}

/** The time of the first entry that still counts. */
function firstDue(queue: DueQueue<Turn>): number {
  for (;;) {
    const first = queue.first;
    if (first === undefined) return Number.POSITIVE_INFINITY;
    if (first.item.telling.turn === first.item.turn) return first.dueMs;
    queue.take();
  }
}

function nextDue(queue: DueQueue<Turn>, nowMs: number): Telling | undefined {
  return firstDue(queue) <= nowMs ? queue.take()?.item.telling : undefined;
}
