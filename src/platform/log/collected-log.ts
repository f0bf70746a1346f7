/** A log that keeps its lines, for tests. */
import type { Log } from "#contracts/log.ts";

export interface CollectedLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly facts: Readonly<Record<string, unknown>>;
  readonly sentence: string;
}

export function collectLog(): { readonly log: Log; readonly lines: readonly CollectedLine[] } {
  const lines: CollectedLine[] = [];
  const withFacts = (bound: object): Log => {
    const keep = (level: CollectedLine["level"]) => (facts: object, sentence: string) =>
      void lines.push({ level, facts: { ...bound, ...facts }, sentence });
    return {
      debug: keep("debug"),
      info: keep("info"),
      warn: keep("warn"),
      error: keep("error"),
      child: (facts) => withFacts({ ...bound, ...facts }),
    };
  };
  return { log: withFacts({}), lines };
}
