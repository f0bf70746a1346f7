/**
 * Signed updates that were answered. Whoever sends one again, since an answer was lost or to do harm, gets
 * the same answer again, and the update is not done a second time; also while the first is still being worked
 * on. RFC 8945 §5.2.3 leaves a window of minutes in which an old message is as good as a new one.
 */
import type { RequestIdentity } from "./check-request.ts";
import { limits } from "./limits.ts";

interface Entry {
  /** The MAC, a character for each octet. */
  readonly key: string;
  /** An answer that is known is a string, which takes a third of the memory of octets and their promise. */
  answer: Promise<Uint8Array> | string;
  readonly validUntilSeconds: number;
}

interface ReplayBounds {
  readonly replayEntriesMax: number;
  readonly replayOctetsMax: number;
}

export class ReplayCache {
  readonly #entries = new Map<string, Entry>();
  /**
   * All of them and some that were forgotten already, oldest first, going round. To ask a Map for its oldest
   * entry takes the longer the more were deleted before it.
   */
  readonly #ring: (Entry | undefined)[] = [];
  readonly #entriesMax: number;
  #oldest = 0;
  #ringed = 0;
  readonly #octetsMax: number;
  #octets = 0;
  #replays = 0;
  #forgotten = 0;

  constructor({ replayEntriesMax, replayOctetsMax }: ReplayBounds = limits) {
    this.#entriesMax = replayEntriesMax;
    this.#octetsMax = replayOctetsMax;
  }

  /** Messages that had come before. */
  get replays(): number {
    return this.#replays;
  }

  /** Messages that could still come again, of which nothing is known any more, as there were too many. */
  get forgotten(): number {
    return this.#forgotten;
  }

  get size(): number {
    return this.#entries.size;
  }

  /**
   * What `decide` says, or what it said when the same message came first. When it rejects, so do all who wait
   * for it, and then the message is as if it never came.
   * @param decide does the update, and signs its answer
   */
  async answer(
    { mac, id, validUntilSeconds }: RequestIdentity,
    nowSeconds: number,
    decide: () => Promise<Uint8Array>,
  ): Promise<Uint8Array> {
    const key = toCharacters(mac);
    const known = this.#entries.get(key);
    if (known !== undefined) {
      this.#replays++;
      const { answer } = known;
      return withId(typeof answer === "string" ? toOctets(answer) : (await answer).slice(), id);
    }
    this.#makeRoom(nowSeconds);
    const pending = decide();
    const entry: Entry = { key, answer: pending, validUntilSeconds };
    this.#entries.set(key, entry);
    this.#ring[(this.#oldest + this.#ringed++) % this.#entriesMax] = entry;
    try {
      const answer = await pending;
      if (this.#entries.get(key) === entry) {
        entry.answer = toCharacters(answer);
        this.#octets += answer.length;
      }
      return answer;
    } catch (error) {
      this.#forget(entry);
      throw error;
    }
  }

  /** Two that are too old for each that comes, so that none stay; the oldest when there is no room. */
  #makeRoom(nowSeconds: number): void {
    for (let old = 2; this.#ringed > 0; ) {
      const entry = this.#ring[this.#oldest]!;
      const isKnown = this.#entries.get(entry.key) === entry;
      const isOld = !isKnown || entry.validUntilSeconds < nowSeconds;
      const isFull = this.#ringed === this.#entriesMax || this.#octets > this.#octetsMax;
      if (!isFull && (!isOld || old-- === 0)) return;
      if (!isOld) this.#forgotten++;
      this.#forget(entry);
      this.#ring[this.#oldest] = undefined;
      this.#oldest = (this.#oldest + 1) % this.#entriesMax;
      this.#ringed--;
    }
  }

  #forget(entry: Entry): void {
    if (this.#entries.get(entry.key) !== entry) return;
    this.#entries.delete(entry.key);
    if (typeof entry.answer === "string") this.#octets -= entry.answer.length;
  }
}

function toCharacters(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString("latin1");
}

function toOctets(characters: string): Uint8Array {
  return new Uint8Array(Buffer.from(characters, "latin1"));
}

/** Somebody in between may give a message another id; the original one is in its TSIG. RFC 8945 §4.2. */
function withId(answer: Uint8Array, id: number): Uint8Array {
  answer[0] = id >>> 8;
  answer[1] = id;
  return answer;
}
