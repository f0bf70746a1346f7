/** Tries again what may work later. */
import { setTimeout as wait } from "node:timers/promises";

/** Why it did not work, and whether the next try may. */
export interface HookFailure {
  readonly why: string;
  readonly isFinal: boolean;
}

export interface Patience {
  /** Between the tries; there is one more of those. */
  readonly waitsMs: readonly number[];
  /** The program ends. */
  readonly end: AbortSignal;
}

/** Undefined: a try has worked. Else why the last did not. */
export async function tryPatiently(
  { waitsMs, end }: Patience,
  attempt: () => Promise<HookFailure | undefined>,
): Promise<string | undefined> {
  for (let tries = 0; ; tries++) {
    const failure = await attempt();
    if (failure === undefined) return undefined;
    const waitMs = waitsMs[tries];
    if (failure.isFinal || waitMs === undefined || end.aborted) return failure.why;
    try {
      await wait(waitMs, undefined, { signal: end });
    } catch {
      return failure.why;
    }
  }
}
