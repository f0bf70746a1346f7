/** How much is asked of primaries: serial numbers so many in a second, transfers so many at once. */
import { limits } from "./limits.ts";

interface WaitingTransfer {
  readonly primary: string;
  readonly run: () => Promise<void>;
}

export class TransferQueue {
  /** Those who want to know at once come before those whose time has come, all but every so many. */
  private urgent: (() => void)[] = [];
  private patient: (() => void)[] = [];
  private turn = 0;
  private tokens: number = limits.serialQueriesPerSecond;
  private filledMs: number;
  private transfers: WaitingTransfer[] = [];
  private running = 0;
  private readonly runningAt = new Map<string, number>();

  constructor(nowMs: number) {
    this.filledMs = nowMs;
  }

  /** Transfers under way, and those that wait. */
  get load(): { readonly running: number; readonly waiting: number } {
    return { running: this.running, waiting: this.transfers.length };
  }

  ask(run: () => void, urgent: boolean, nowMs: number): void {
    (urgent ? this.urgent : this.patient).push(run);
    this.drain(nowMs);
  }

  /** Asks as much as may be asked by now. */
  drain(nowMs: number): void {
    const { serialQueriesPerSecond: rate } = limits;
    this.tokens = Math.min(rate, this.tokens + ((nowMs - this.filledMs) / 1000) * rate);
    this.filledMs = nowMs;
    while (this.tokens >= 1) {
      const run = this.next();
      if (run === undefined) return;
      this.tokens--;
      run();
    }
  }

  /** Forged notifications can make zones urgent without end: the others must not expire by that. */
  private next(): (() => void) | undefined {
    if (this.urgent.length === 0) return this.patient.shift();
    if (this.patient.length === 0) return this.urgent.shift();
    this.turn = (this.turn + 1) % limits.patientShare;
    return this.turn === 0 ? this.patient.shift() : this.urgent.shift();
  }

  /** `run` must not reject. */
  transfer(primary: string, run: () => Promise<void>): void {
    this.transfers.push({ primary, run });
    this.startTransfers();
  }

  private startTransfers(): void {
    for (let at = 0; at < this.transfers.length && this.running < limits.transfersMax; ) {
      const { primary, run } = this.transfers[at]!;
      const present = this.runningAt.get(primary) ?? 0;
      if (present >= limits.transfersPerPrimaryMax) {
        at++;
        continue;
      }
      this.transfers.splice(at, 1);
      this.running++;
      this.runningAt.set(primary, present + 1);
      void run().finally(() => this.ended(primary));
    }
  }

  private ended(primary: string): void {
    this.running--;
    const left = this.runningAt.get(primary)! - 1;
    if (left === 0) this.runningAt.delete(primary);
    else this.runningAt.set(primary, left);
    this.startTransfers();
  }
}
