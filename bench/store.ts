/** Durable transactions a second, two keys each: one by one, and with 8 and 64 in flight. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collectLog } from "#platform/log/collected-log.ts";
import { openStore } from "#platform/store/store.ts";

const secondsEach = 3;
export async function storeRate(): Promise<void> {
  const folder = mkdtempSync(join(process.env["HOMEPORT_BENCH_FOLDER"] ?? tmpdir(), "homeport-bench-store-"));
  try {
    await using store = await openStore({ folder, log: collectLog().log, nowMs: Date.now });
    for (const inFlight of [1, 8, 64]) {
      const untilMs = performance.now() + secondsEach * 1_000;
      let done = 0;
      const startedMs = performance.now();
      const writeOn = async (writer: number) => {
        while (performance.now() < untilMs) {
          const key = `${inFlight}/${writer}/${done++}`;
          await store.transact(
            [],
            [
              { do: "put", key: `left/${key}`, value: { address: "192.0.2.1", ttl: 3_600 } },
              { do: "put", key: `right/${key}`, value: { address: "192.0.2.1", ttl: 3_600 } },
            ],
          );
        }
      };
      await Promise.all(Array.from({ length: inFlight }, (_, writer) => writeOn(writer)));
      const perSecond = Math.round(done / ((performance.now() - startedMs) / 1_000));
      console.log(
        `store: ${String(inFlight).padStart(2)} in flight: ${perSecond} durable transactions a second`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
