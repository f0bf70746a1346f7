/** A name server in which nothing has happened yet. For tests of metrics. */
import type { MeasuredNameServer } from "../metrics.ts";
import { CopyCounters } from "../transfer/in/counters.ts";
import { newTransferCounters } from "../transfer/out/counters.ts";
import { emptyZoneSet } from "../zones/zone-set.ts";

export function quietServer(): MeasuredNameServer {
  return {
    counterMemories: [],
    zones: emptyZoneSet,
    server: { counters: [] },
    tls: { counters: [] },
    channels: { status: [] },
    served: {
      catalogFacts: [],
      keeper: { counts: { commits: 0, sets: 0, failed: 0, waiting: 0, snapshots: 0 } },
    },
    services: {
      updates: {
        counts: {
          changed: 0,
          unchanged: 0,
          prerequisiteFailed: 0,
          refused: 0,
          invalid: 0,
          failed: 0,
          forwarded: 0,
          overQuota: 0,
        },
      },
      replays: { replays: 0, forgotten: 0 },
      router: { refused: { FORMERR: 0, BADKEY: 0, BADSIG: 0, BADTIME: 0, BADTRUNC: 0 } },
      transfersOut: { counters: newTransferCounters(), runningCount: 0 },
      secondaries: {
        counters: new CopyCounters(),
        load: { running: 0, waiting: 0 },
        status: () => undefined,
      },
      notifier: {
        counters: {
          sent: 0,
          retried: 0,
          answered: 0,
          refused: 0,
          unanswered: 0,
          strays: 0,
          badSignatures: 0,
          leftOut: 0,
        },
      },
      notifyReceiver: { counters: { taken: 0, refused: 0, unknown: 0, malformed: 0 } },
    },
  };
}
