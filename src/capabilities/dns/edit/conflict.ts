/** Where two people changed the same record set of a zone, each without knowing of the other. */
import { type Name, nameToText } from "#protocols/dns/name.ts";
import { mnemonicOfType } from "#protocols/dns/registry.ts";
import type { RrsetView } from "../journal/zone-writer.ts";

export interface Conflict {
  readonly owner: Name;
  readonly type: number;
  /** What both began with. */
  readonly base: RrsetView | undefined;
  readonly file: RrsetView | undefined;
  /** In the zone, before anything is done about it. */
  readonly present: RrsetView | undefined;
  readonly outcome: /** It has the records of both. */
    | "merged"
    /** It stays as it is in the zone. */
    | "kept"
    /** It becomes what the file says. */
    | "taken"
    /** It is in the zone, but gives no answer: it lies below a delegation or DNAME of the other side. */
    | "hidden";
  /** One sentence for the log and for people, with what to do about it. */
  readonly text: string;
}

/** "name TYPE", to begin a sentence with. */
export function titleOf(owner: Name, type: number): string {
  return `${nameToText(owner)} ${mnemonicOfType(type)}`;
}
