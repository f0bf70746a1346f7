/** A site's address that only has answers. For tests of what asks it. */
import type {
  DdnsControl,
  FamilyView,
  LookView,
  PastAddressView,
  ProviderView,
  RecordView,
} from "../control.ts";

/** 2026-11-24 12:00 UTC. */
export const noonMs = Date.UTC(2026, 10, 24, 12);
export const hourMs = 3_600_000;

export function lookView(given: Partial<LookView> = {}): LookView {
  return {
    atMs: noonMs - 60_000,
    family: "ipv4",
    outcome: "same",
    address: "198.51.100.1",
    sentence: undefined,
    witnesses: [{ title: "ipify", address: "198.51.100.1", why: undefined }],
    ...given,
  };
}

export const ipv4View: FamilyView = {
  family: "ipv4",
  isWatched: true,
  address: "198.51.100.1",
  sinceMs: noonMs - 5 * hourMs,
  lastSeenMs: noonMs - 60_000,
  prefix: undefined,
  lastLook: lookView(),
  nextLookMs: noonMs + 240_000,
};

/** Nobody looks for it. */
export const ipv6View: FamilyView = {
  family: "ipv6",
  isWatched: false,
  address: undefined,
  sinceMs: undefined,
  lastSeenMs: undefined,
  prefix: undefined,
  lastLook: undefined,
  nextLookMs: undefined,
};

export function recordView(name: string, given: Partial<RecordView> = {}): RecordView {
  const { type = "A", provider = "friend" } = given;
  return {
    id: `${name}/${type}/${provider}`,
    name,
    type,
    provider,
    state: "current",
    current: "198.51.100.1",
    wanted: "198.51.100.1",
    changedAtMs: noonMs - 5 * hourMs,
    checkedAtMs: noonMs - 5 * hourMs,
    nextTryMs: undefined,
    failures: 0,
    error: undefined,
    confirmation: { outcome: "not-asked", sentence: undefined, atMs: undefined },
    ...given,
  };
}

export function providerView(given: Partial<ProviderView> = {}): ProviderView {
  return {
    name: "friend",
    type: "dyn",
    title: "Dyn",
    records: 2,
    stopped: undefined,
    requestsThisHour: 3,
    requestsPerHourMax: 60,
    ...given,
  };
}

/** @param untilHours from noon; undefined: it still is */
export function pastView(
  address: string,
  fromHours: number | undefined,
  untilHours: number | undefined,
): PastAddressView {
  const untilMs = untilHours === undefined ? undefined : noonMs + untilHours * hourMs;
  return {
    family: address.includes(":") ? "ipv6" : "ipv4",
    address,
    fromMs: fromHours === undefined ? undefined : noonMs + fromHours * hourMs,
    untilMs,
    lastSeenMs: untilMs ?? noonMs,
    isPresent: untilMs === undefined,
    seenBy: ["ipify", "amazon"],
  };
}

export class FakeControl implements DdnsControl {
  familyViews: readonly FamilyView[] = [ipv4View, ipv6View];
  providerViews: readonly ProviderView[] = [providerView()];
  past: readonly PastAddressView[] = [];
  looks: readonly LookView[] = [lookView()];
  views: readonly RecordView[];
  /** Who asked what. */
  readonly asked: unknown[] = [];

  constructor(...views: RecordView[]) {
    this.views = views;
  }

  families() {
    return this.familyViews;
  }

  records() {
    return this.views;
  }

  providers() {
    return this.providerViews;
  }

  async history(question: Parameters<DdnsControl["history"]>[0]) {
    this.asked.push(question);
    return this.past;
  }

  async importHistory(...given: Parameters<DdnsControl["importHistory"]>) {
    this.asked.push(given);
    return given[0].length - 1;
  }

  async check() {
    this.asked.push("check");
    return this.looks;
  }

  async update(name: string) {
    this.asked.push(["update", name]);
    return this.#named(name);
  }

  async retry(name?: string) {
    this.asked.push(["retry", name]);
    return name === undefined ? this.views.filter(({ failures }) => failures > 0) : this.#named(name);
  }

  #named(wanted: string): readonly RecordView[] | undefined {
    const named = this.views.filter(({ name }) => name === wanted);
    return named.length === 0 ? undefined : named;
  }
}
