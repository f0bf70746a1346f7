/** Values with a type: what a schema lets in is what it gives back. */
import type { z } from "zod";
import type { Store, StoreOperation } from "#contracts/store.ts";

export interface TypedEntry<Value> {
  /** Without the prefix. */
  readonly name: string;
  readonly value: Value;
  readonly createRevision: number;
  readonly modifyRevision: number;
}

export interface TypedKey<Value> {
  readonly prefix: string;
  key(name: string): string;
  /** Throws ZodError for a value that the schema does not know. */
  put(name: string, value: Value): StoreOperation;
  delete(name: string): StoreOperation;
  get(store: Store, name: string): Promise<TypedEntry<Value> | undefined>;
  list(store: Store): Promise<readonly TypedEntry<Value>[]>;
  parse(value: unknown): Value;
}

/** Keys `prefix` + name with values of one schema: `typedKey("dns/zone-status/", ZoneStatus)`. */
export function typedKey<Schema extends z.ZodType>(
  prefix: string,
  schema: Schema,
): TypedKey<z.output<Schema>> {
  type Value = z.output<Schema>;
  const parse = (value: unknown): Value => schema.parse(value);
  return {
    prefix,
    parse,
    key: (name) => prefix + name,
    put: (name, value) => ({ do: "put", key: prefix + name, value: schema.parse(value) }),
    delete: (name) => ({ do: "delete", key: prefix + name }),
    async get(store, name) {
      const entry = await store.get(prefix + name);
      return entry && { ...entry, name, value: parse(entry.value) };
    },
    async list(store) {
      const entries = await store.list(prefix);
      return entries.map((entry) => ({
        ...entry,
        name: entry.key.slice(prefix.length),
        value: parse(entry.value),
      }));
    },
  };
}
