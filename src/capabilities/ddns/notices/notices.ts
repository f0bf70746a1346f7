/**
 * Tells operators of a new address and of records in trouble. Programs and servers get each event; people get
 * messages in which what happens together stands together.
 */
import { hostname } from "node:os";
import { setImmediate as turn } from "node:timers/promises";
import type { Log } from "#contracts/log.ts";
import type { Clock } from "#platform/clock/clock.ts";
import type { HookEvent } from "#platform/hooks/hook-event.ts";
import { type HookCounters, newHookCounters } from "#platform/hooks/hook-queue.ts";
import { Hooks } from "#platform/hooks/hooks.ts";
import type { HttpClient } from "#platform/http-client/http-client.ts";
import type { NoticeConfig } from "../config.ts";
import type { RecordTurn } from "../publish/take-results.ts";
import { type Digest, deliveryToPeople, deliveryToPrograms } from "./deliveries.ts";
import { digestOf } from "./digest.ts";
import { Gatherer } from "./gatherer.ts";
import {
  essenceOf,
  type NoticeEvent,
  noticeHookEvent,
  type RecordNotice,
  subjectOf,
  type TimedNotice,
} from "./notice-event.ts";
import { noticeOf } from "./notice-of.ts";
import { Told } from "./told.ts";

export { noticeProblems } from "./notice-secrets.ts";

export interface NoticeParts {
  readonly config: readonly NoticeConfig[];
  readonly log: Log;
  readonly clock: Clock;
  /** Folder of the site file: commands run there, and files of secrets are found from there. */
  readonly folder: string;
  readonly http: HttpClient;
  /** Default: new ones. */
  readonly counters?: HookCounters;
  /** What titles begin with; default: the name of this machine. */
  readonly site?: string;
  /** Between the tries of a request, a mail or a message; default: those of the limits. */
  readonly retryWaitsMs?: readonly number[];
  /** In PEM: mail servers whom these vouch for are believed too. */
  readonly authorities?: readonly string[];
}

export interface RunningNotices extends AsyncDisposable {
  /** Of all notices together, from the start on. */
  readonly counters: HookCounters;
  /** To be called when something has changed; what is told twice in a row is told on once. Must not fail. */
  tell(event: NoticeEvent): void;
  /** The same for what became of a record. */
  tellTurn(turn: RecordTurn): void;
  /** Other receivers from now on; what waits for those that stay goes on waiting. Must not fail. */
  use(config: readonly NoticeConfig[]): void;
}

export function startNotices(parts: NoticeParts): RunningNotices {
  return new Notices(parts);
}

class Notices implements RunningNotices {
  readonly counters: HookCounters;
  readonly #clock: Clock;
  readonly #programs: Hooks<NoticeConfig, HookEvent>;
  readonly #people: Hooks<NoticeConfig, Digest>;
  readonly #gatherer: Gatherer;
  readonly #told = new Told<string>();
  readonly #toldPeople = new Told<RecordNotice["kind"]>();

  constructor(parts: NoticeParts) {
    const { config, log, clock, counters = newHookCounters(), site = hostname() } = parts;
    this.counters = counters;
    this.#clock = clock;
    const delivery = { ...parts, site };
    this.#programs = new Hooks({
      open: (notice, surroundings) => deliveryToPrograms(notice, { ...delivery, ...surroundings }),
      log,
      counters,
    });
    this.#people = new Hooks({
      open: (notice, surroundings) => deliveryToPeople(notice, { ...delivery, ...surroundings }),
      log,
      counters,
    });
    this.#gatherer = new Gatherer({ clock, onDue: (events) => this.#tellPeople(events) });
    this.use(config);
  }

  use(config: readonly NoticeConfig[]): void {
    const [people, programs] = [config.filter(isForPeople), config.filter((one) => !isForPeople(one))];
    this.#people.use(people);
    this.#programs.use(programs);
  }

  tell(event: NoticeEvent): void {
    const essence = essenceOf(event);
    const subject = subjectOf(event);
    if (this.#told.get(subject) === essence) return;
    this.#told.set(subject, essence);
    const notice: TimedNotice = { ...event, atMs: this.#clock.nowMs() };
    this.#gatherer.add(notice);
    if (this.#programs.isWanted(event.kind)) this.#programs.tell(noticeHookEvent(notice));
  }

  tellTurn(turn: RecordTurn): void {
    const event = noticeOf.turn(turn);
    if (event !== undefined) this.tell(event);
  }

  /** What is gathered goes out still, if it can in a moment. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#gatherer.flush();
    await turn();
    await Promise.all([this.#programs[Symbol.asyncDispose](), this.#people[Symbol.asyncDispose]()]);
  }

  #tellPeople(events: readonly TimedNotice[]): boolean {
    const notices = digestOf(events, this.#toldPeople);
    const isWanted = notices.some(({ kind }) => this.#people.isWanted(kind));
    if (isWanted)
      this.#people.tell({ event: "digest", subject: "all", notices }, (setting) =>
        notices.some(({ kind }) => setting.events.includes(kind)),
      );
    return isWanted;
  }
}

function isForPeople({ mail, ntfy }: NoticeConfig): boolean {
  return mail !== undefined || ntfy !== undefined;
}
