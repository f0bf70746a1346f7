/**
 * What is due when, the earliest first, and of those at the same time the one that was put in first: a binary
 * heap.
 */
interface Due<Item> {
  readonly dueMs: number;
  readonly item: Item;
}

interface Entry<Item> extends Due<Item> {
  readonly place: number;
}

export class DueQueue<Item> {
  private readonly heap: Entry<Item>[] = [];
  private added = 0;

  get first(): Due<Item> | undefined {
    return this.heap[0];
  }

  add(dueMs: number, item: Item): void {
    const { heap } = this;
    let at = heap.length;
    heap.push({ dueMs, item, place: this.added++ });
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.isBefore(at, above)) return;
      this.swap(above, at);
      at = above;
    }
  }

  /** Takes the first one out. */
  take(): Due<Item> | undefined {
    const { heap } = this;
    const taken = heap[0];
    const last = heap.pop();
    if (taken === undefined || last === undefined || heap.length === 0) return taken;
    heap[0] = last;
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      const right = left + 1;
      let least = at;
      if (left < heap.length && this.isBefore(left, least)) least = left;
      if (right < heap.length && this.isBefore(right, least)) least = right;
      if (least === at) return taken;
      this.swap(least, at);
      at = least;
    }
  }

  private isBefore(one: number, other: number): boolean {
    const left = this.heap[one]!;
    const right = this.heap[other]!;
    return left.dueMs === right.dueMs ? left.place < right.place : left.dueMs < right.dueMs;
  }

  private swap(one: number, other: number): void {
    const { heap } = this;
    const kept = heap[one]!;
    heap[one] = heap[other]!;
    heap[other] = kept;
  }
}
