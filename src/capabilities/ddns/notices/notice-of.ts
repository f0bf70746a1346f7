/** Which notice follows from what happened. */
import type { AddressChange, AddressFamily } from "#contracts/public-address.ts";
import type { RecordTurn } from "../publish/take-results.ts";
import type { AddressChanged, AddressLost, RecordNotice } from "./notice-event.ts";

interface LostAddress {
  readonly family: AddressFamily;
  readonly address: string;
  readonly sinceMs: number;
  readonly why: string;
}

export const noticeOf = {
  changed: ({ family, address, before }: AddressChange): AddressChanged => ({
    kind: "address-changed",
    family,
    address,
    before,
  }),

  lost: ({ family, address, sinceMs, why }: LostAddress): AddressLost => ({
    kind: "address-lost",
    family,
    address,
    sinceMs,
    why,
  }),

  /** Undefined: a record that follows its address is not worth a notice. */
  turn({ kind, record, value }: RecordTurn): RecordNotice | undefined {
    const { name, type, provider } = record;
    const { code = "unknown", sentence = "" } = value.trouble ?? {};
    switch (kind) {
      case "changed":
        return undefined;
      case "failed":
        return {
          kind: "record-failed",
          name,
          type,
          provider,
          code,
          sentence,
          nextTryAtMs: value.nextTryAtMs,
        };
      case "stopped":
        return { kind: "record-stopped", name, type, provider, code, sentence };
      case "recovered":
        return { kind: "record-recovered", name, type, provider, address: value.current };
    }
  },
} as const;
