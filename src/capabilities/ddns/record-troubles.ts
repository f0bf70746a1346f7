/** Records in trouble, those with the same reason together. */
import type { RecordState } from "./control.ts";

/** Records of one reason that are named. */
const namedMax = 3;

/** What a record of any form has. */
interface AnyRecord {
  readonly name: string;
  readonly provider: string;
  readonly state: RecordState;
  readonly error: { readonly sentence: string } | null | undefined;
  readonly confirmation: { readonly sentence: string | null | undefined };
}

export const troubledStates = ["stopped", "failed", "unconfirmed"] as const satisfies readonly RecordState[];
export type TroubledState = (typeof troubledStates)[number];

export interface RecordTrouble {
  readonly state: TroubledState;
  readonly provider: string;
  /** `a.example, b.example, c.example and 2 more` */
  readonly names: string;
  readonly sentence: string;
}

export function troublesOf(records: readonly AnyRecord[]): readonly RecordTrouble[] {
  const troubled = records.filter((one) => isTroubled(one.state));
  const groups = Map.groupBy(troubled, (one) => JSON.stringify([one.provider, one.state, sentenceOf(one)]));
  return [...groups.values()].map((group) => {
    const [first] = group as [AnyRecord];
    const names = [...new Set(group.map(({ name }) => name))];
    const more = names.length > namedMax ? ` and ${names.length - namedMax} more` : "";
    return {
      state: first.state as TroubledState,
      provider: first.provider,
      names: `${names.slice(0, namedMax).join(", ")}${more}`,
      sentence: sentenceOf(first),
    };
  });
}

export function isTroubled(state: RecordState): state is TroubledState {
  return (troubledStates as readonly RecordState[]).includes(state);
}

function sentenceOf({ state, error, confirmation }: AnyRecord): string {
  const nothing = state === "stopped" ? "its provider cannot be used" : "";
  return error?.sentence ?? confirmation.sentence ?? nothing;
}
