/**
 * How long a thread rests after a batch. Waking up costs as much as answering several messages, so that under
 * load it is cheaper to come a little later and find more of them, as network cards do with interrupts.
 *
 * Clients that send nothing before they have their answers would only be made to wait. So it is tried out,
 * again and again: where fewer messages come in a second with rests than without, there are none until the
 * next try.
 */
import { limits } from "./limits.ts";

const Phase = { without: 0, with: 1, chosen: 2 } as const;

export class Pace {
  private phase: number = Phase.without;
  private batches = 0;
  private messages = 0;
  private sinceMs = -1;
  /** Messages in a millisecond. */
  private rateWithout = 0;
  private isWorth = false;

  /**
   * Microseconds to rest; 0 for none. A rest is never longer than the work before it.
   * @param messages of the batch that was answered; `full`: there may be more of them already
   * @param tookMs what answering them took, which ended at `nowMs`
   */
  restAfter(messages: number, full: boolean, tookMs: number, nowMs: number): number {
    if (this.sinceMs < 0) this.sinceMs = nowMs - tookMs;
    this.messages += messages;
    if (messages < limits.restFromMessages) return 0;
    this.batches++;
    if (this.batches >= (this.phase === Phase.chosen ? limits.restChosenBatches : limits.restTrialBatches)) {
      this.nextPhase(nowMs);
    }
    const rests = this.phase === Phase.with || (this.phase === Phase.chosen && this.isWorth);
    return rests && !full ? Math.min(limits.restMicrosecondsMax, Math.floor(tookMs * 1_000)) : 0;
  }

  private nextPhase(nowMs: number): void {
    const rate = this.messages / (nowMs - this.sinceMs);
    if (this.phase === Phase.without) this.rateWithout = rate;
    else if (this.phase === Phase.with) this.isWorth = rate >= this.rateWithout * limits.restRateMin;
    this.phase = this.phase === Phase.chosen ? Phase.without : this.phase + 1;
    this.batches = this.messages = 0;
    this.sinceMs = nowMs;
  }
}
