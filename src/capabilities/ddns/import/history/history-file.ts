/** The file in which an import of a config leaves the addresses of the past for the running program. */
import { z } from "zod";
import type { PastAddress } from "./past-address.ts";

export const historyFileName = "address-history.json";

const HistoryFile = z.strictObject({
  from: z.string().min(1).max(63),
  addresses: z.array(
    z.strictObject({
      family: z.enum(["ipv4", "ipv6"]),
      address: z.string(),
      fromMs: z.int().min(0).optional(),
      untilMs: z.int().min(0).optional(),
    }),
  ),
});
export interface HistoryFile {
  /** The program that saw them. */
  readonly from: string;
  /** The oldest first. */
  readonly addresses: readonly PastAddress[];
}

export function historyFileOf(from: string, addresses: readonly PastAddress[]): string {
  return `${JSON.stringify({ from, addresses }, undefined, 2)}\n`;
}

/** Undefined: the value is none. */
export function readHistoryFile(value: unknown): HistoryFile | undefined {
  const read = HistoryFile.safeParse(value);
  if (!read.success) return undefined;
  const { from, addresses } = read.data;
  return {
    from,
    addresses: addresses.map(({ family, address, fromMs, untilMs }) => ({
      family,
      address,
      ...(fromMs !== undefined && { fromMs }),
      ...(untilMs !== undefined && { untilMs }),
    })),
  };
}
