/**
 * Writes transactions of two keys each from many writers. Each one, after it was acknowledged, is a line of
 * the record:
 * `writer/number revision`; and a dot on standard output. Ends after so many; the test kills it before.
 */
import { openSync, writeSync } from "node:fs";
import { openStore } from "#platform/store/store.ts";

const [folder = "", record = "", round = "", writers = "", acknowledgedMax = ""] = process.argv.slice(2);
const silent = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };
const store = await openStore({ folder, log: silent, nowMs: Date.now });
const recordFile = openSync(record, "a");
let started = 0;

async function write(writer: number): Promise<void> {
  for (let number = 0; started < Number(acknowledgedMax); number++) {
    started++;
    const name = `${writer}/${number}`;
    const value = { writer, number };
    const outcome = await store.transact(
      [{ key: `round/${round}/left/${name}`, modifyRevision: 0 }],
      [
        { do: "put", key: `round/${round}/left/${name}`, value },
        { do: "put", key: `round/${round}/right/${name}`, value },
      ],
    );
    if (!outcome.committed) throw new Error(`${name} exists already`);
    // Synchronous: the kernel has the line before the next one is written, and keeps it when this process is
    // killed.
    writeSync(recordFile, `${name} ${outcome.revision}\n`);
    process.stdout.write(".");
  }
}

await Promise.all(Array.from({ length: Number(writers) }, (_, writer) => write(writer)));
await store[Symbol.asyncDispose]();
