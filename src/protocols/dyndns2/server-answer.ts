/** What a server of the dyndns2 protocol says of an update: a line a name, or one for all of them. */
import type { ReturnCode } from "./return-codes.ts";
import type { Dialect } from "./update-request.ts";

export interface HostResult {
  readonly code: ReturnCode;
  /** With `good` and `nochg`: what the name has now of what was asked for. */
  readonly addresses?: readonly string[];
  /** The trouble is the server's, and the same request may do later. */
  readonly isForNow?: true;
}

/** In the order of the names. */
export function answerText(dialect: Dialect, results: readonly HostResult[]): string {
  return results.map((result) => `${dialect === "editdns" ? editDnsLine(result) : line(result)}\n`).join("");
}

function line({ code, addresses = [] }: HostResult): string {
  return addresses.length === 0 ? code : `${code} ${addresses.join(",")}`;
}

/** The four sentences that programs of its time look for; for what it never said, the code. */
function editDnsLine({ code }: HostResult): string {
  switch (code) {
    case "good":
      return "Record has been updated";
    case "nochg":
      return "Record already exists with the same IP";
    case "badauth":
    case "!active":
      return "Invalid Username";
    case "nohost":
    case "notfqdn":
    case "!yours":
      return "Invalid DynRecord";
    default:
      return code;
  }
}
