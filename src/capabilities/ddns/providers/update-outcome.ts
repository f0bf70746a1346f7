/** What the answer to an update means for a record. RFC 2136 §2.2, RFC 8945 §5.2. Pure. */
import type { ExchangeFault } from "#platform/dns-query/update-exchange.ts";
import { mnemonicOfRcode, Rcode } from "#protocols/dns/registry.ts";
import type { PublishResult } from "./provider.ts";

/** An answer that is about one of the names of the message, and does not say which. */
const ofOneName: readonly number[] = [Rcode.FORMERR, Rcode.REFUSED, Rcode.YXRRSET, Rcode.NOTZONE];

export function mayBeOfOneName(rcode: number): boolean {
  return ofOneName.includes(rcode);
}

interface Meaning {
  readonly means: "account" | "record" | "later";
  /** Follows the name of the server. */
  readonly sentence: string;
}

const meanings: Readonly<Record<number, Meaning>> = {
  [Rcode.FORMERR]: { means: "record", sentence: "does not understand an update of this name" },
  [Rcode.SERVFAIL]: { means: "later", sentence: "has trouble of its own; its log says more" },
  [Rcode.NOTIMP]: { means: "account", sentence: "takes no dynamic updates" },
  [Rcode.REFUSED]: {
    means: "record",
    sentence: "does not let us change this name; look at the zone's update policy, and at the key",
  },
  [Rcode.YXRRSET]: {
    means: "record",
    sentence: "has an alias (CNAME) or a delegation (NS) by this name; remove it, or the record here",
  },
  [Rcode.NOTAUTH]: {
    means: "record",
    sentence: "is not the primary server of the zone; write another `server`, or the right `zone`",
  },
  [Rcode.NOTZONE]: { means: "record", sentence: "says that the name is not in the zone; correct `zone`" },
};

/** @param title of the server, for people */
export function resultOfRcode(rcode: number, title: string): PublishResult {
  if (rcode === Rcode.NOERROR) return { outcome: "changed" };
  const code = mnemonicOfRcode(rcode);
  const { means, sentence } = meanings[rcode] ?? { means: "later", sentence: "does not do it" };
  const said = `${title} ${sentence} (${code})`;
  if (means === "later") return { outcome: "failed", code, sentence: said };
  return { outcome: "refused", scope: means, code, sentence: said };
}

/** A server that knows another key, or none, will not know it later either. */
const keyFaults: readonly (string | undefined)[] = ["BADKEY", "BADSIG", "BADTRUNC"];

/** Of the record that was sent. */
export function resultOfFault({ message, signature, wasSent }: ExchangeFault, title: string): PublishResult {
  if (keyFaults.includes(signature)) {
    const sentence = `${title} does not take the key: ${message}`;
    return { outcome: "refused", scope: "account", code: signature!, sentence };
  }
  // Nothing was done: the clocks may agree again by themselves
  if (signature === "BADTIME")
    return {
      outcome: "failed",
      code: signature,
      sentence: `${title} does not take the signature: ${message}`,
    };
  const sentence = `${title} ${message}`;
  return wasSent
    ? { outcome: "unconfirmed", sentence }
    : { outcome: "failed", code: "unreachable", sentence };
}

/** Of records that were to be sent after one of which this came. */
export function withoutSending(result: PublishResult): PublishResult {
  if (result.outcome !== "unconfirmed") return result;
  return { outcome: "failed", code: "unreachable", sentence: result.sentence };
}
