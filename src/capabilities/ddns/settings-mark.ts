/** The key of the marks by which settings of an account are known again: random, and kept in the store. */
import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { Store } from "#contracts/store.ts";
import { typedKey } from "#platform/store/typed-key.ts";

const key = typedKey("ddns/site/", z.object({ markKey: z.string() }));
const name = "mark";
const markKeyOctets = 16;

/** Rejects with StoreError. */
export async function markKeyOf(store: Store): Promise<string> {
  const entry = await key.get(store, name).catch((error: unknown) => {
    if (error instanceof z.ZodError) return undefined; // another version's
    throw error;
  });
  if (entry !== undefined) return entry.value.markKey;
  const markKey = randomBytes(markKeyOctets).toString("hex");
  await store.transact([], [key.put(name, { markKey })]);
  return markKey;
}
