/** The rules of the registry, over a store that forgets and over the one that the program has. */
import { join } from "node:path";
import { nameRegistryCompliance } from "#contracts/name-registry-compliance.ts";
import { collectLog } from "#platform/log/collected-log.ts";
import { openMemoryStore } from "#platform/store/memory-store.ts";
import { openStore } from "#platform/store/store.ts";
import { openRegistryBench } from "./registry-bench.testing.ts";

nameRegistryCompliance("over a store in memory", (zones) => {
  const store = openMemoryStore(); // outlives the program's end
  return openRegistryBench(zones, async () => ({ store, close: async () => {} }));
});

nameRegistryCompliance("over the store on the disk", (zones) =>
  openRegistryBench(zones, async (folder) => {
    const { log } = collectLog();
    const store = await openStore({ folder: join(folder, "store"), nowMs: Date.now, log });
    return { store, close: () => store[Symbol.asyncDispose]() };
  }),
);
