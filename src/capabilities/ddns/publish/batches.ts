/** Records in batches of what one call of a provider takes. Pure. */

/** The types of one name stay next to each other, and in one batch where two fit. */
export function batchesOf<Record extends { readonly name: string }>(
  records: readonly Record[],
  most: number,
): readonly (readonly Record[])[] {
  const batches: Record[][] = [];
  let batch: Record[] = [];
  for (const group of Map.groupBy(records, ({ name }) => name).values()) {
    const fits = batch.length + group.length <= most;
    if (!fits && batch.length > 0) {
      batches.push(batch);
      batch = [];
    }
    for (const record of group) {
      if (batch.length === most) {
        batches.push(batch);
        batch = [];
      }
      batch.push(record);
    }
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
