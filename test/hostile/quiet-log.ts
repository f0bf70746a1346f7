import type { Log } from "#contracts/log.ts";

const quiet = (): void => {};

/** A log that says nothing. */
export const quietLog: Log = { debug: quiet, info: quiet, warn: quiet, error: quiet, child: () => quietLog };
