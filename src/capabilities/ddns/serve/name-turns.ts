/** One thing at a time for each name, in the order in which they came. */

/** Lines of work, one a name. */
export class NameTurns {
  readonly #lines = new Map<string, { last: Promise<unknown>; length: number }>();

  /** How many are in line for the name, with the one whose turn it is. */
  length(name: string): number {
    return this.#lines.get(name)?.length ?? 0;
  }

  take<Answer>(name: string, work: () => Promise<Answer>): Promise<Answer> {
    const line = this.#lines.get(name) ?? { last: Promise.resolve(), length: 0 };
    this.#lines.set(name, line);
    line.length++;
    const turn = line.last.then(work, work).finally(() => {
      line.length--;
      if (line.length === 0) this.#lines.delete(name);
    });
    line.last = turn;
    return turn;
  }
}
