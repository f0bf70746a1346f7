/** What was told last of each subject, so that nothing is told twice in a row. Bounded. */
import { noticeLimits } from "./limits.ts";

export class Told<Value> {
  readonly #last = new Map<string, Value>();

  get(subject: string): Value | undefined {
    return this.#last.get(subject);
  }

  set(subject: string, value: Value): void {
    this.#last.delete(subject); // so that the oldest stands first
    this.#last.set(subject, value);
    if (this.#last.size <= noticeLimits.subjectsMax) return;
    this.#last.delete(this.#last.keys().next().value!);
  }
}
