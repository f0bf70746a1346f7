/** How many transfers run at once, in all and for one client, and who waits for his turn. */

export interface QuotaLimits {
  readonly transfersMax: number;
  readonly transfersPerClientMax: number;
  readonly waitingMax: number;
  readonly waitingPerClientMax: number;
  readonly waitingMs: number;
}

interface Waiting {
  readonly client: string;
  readonly sinceMs: number;
  readonly resolve: (mayRun: boolean) => void;
}

export class TransferQuota {
  private readonly limits: QuotaLimits;
  private readonly running = new Map<string, number>();
  private runningTotal = 0;
  /** In the order in which they came. */
  private waiting: Waiting[] = [];

  constructor(limits: QuotaLimits) {
    this.limits = limits;
  }

  /**
   * True when a transfer may begin, which `leave` must end; false when too many wait, or when this one has
   * waited for too long.
   */
  enter(client: string, nowMs: number): Promise<boolean> | boolean {
    if (this.hasRoom(client)) {
      this.count(client, 1);
      return true;
    }
    const { waitingMax, waitingPerClientMax } = this.limits;
    const own = this.waiting.filter((one) => one.client === client).length;
    if (this.waiting.length >= waitingMax || own >= waitingPerClientMax) return false;
    return new Promise((resolve) => this.waiting.push({ client, sinceMs: nowMs, resolve }));
  }

  leave(client: string): void {
    this.count(client, -1);
    const next = this.waiting.findIndex((one) => this.hasRoom(one.client));
    if (next === -1) return;
    const [first] = this.waiting.splice(next, 1);
    this.count(first!.client, 1);
    first!.resolve(true);
  }

  /** Sends away those who have waited for too long. */
  sweep(nowMs: number): void {
    const late = this.waiting.filter(({ sinceMs }) => nowMs - sinceMs >= this.limits.waitingMs);
    if (late.length === 0) return;
    this.waiting = this.waiting.filter((one) => !late.includes(one));
    for (const { resolve } of late) resolve(false);
  }

  /** Sends all of them away. */
  close(): void {
    for (const { resolve } of this.waiting.splice(0)) resolve(false);
  }

  private hasRoom(client: string): boolean {
    const { transfersMax, transfersPerClientMax } = this.limits;
    return this.runningTotal < transfersMax && (this.running.get(client) ?? 0) < transfersPerClientMax;
  }

  private count(client: string, difference: number): void {
    this.runningTotal += difference;
    const running = (this.running.get(client) ?? 0) + difference;
    if (running === 0) this.running.delete(client);
    else this.running.set(client, running);
  }
}
