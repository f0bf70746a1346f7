/**
 * Loads zones without keeping queries waiting: small files in turns of a few milliseconds in this thread,
 * since starting
 * another takes longer than they do; large ones in a thread of their own.
 */
import { readFileSync, statSync } from "node:fs";
import { limits } from "../limits.ts";
import { loadZone, type ZoneLoad, type ZoneLoadRequest } from "./load.ts";
import { ThreadedLoader } from "./threaded-loader.ts";

interface Turn {
  readonly request: ZoneLoadRequest;
  readonly resolve: (load: ZoneLoad) => void;
  readonly reject: (error: unknown) => void;
}

export class ZoneLoader implements AsyncDisposable {
  private readonly threaded = new ThreadedLoader();
  private readonly turns: Turn[] = [];

  load(request: ZoneLoadRequest): Promise<ZoneLoad> {
    if (!isSmall(request.file)) return this.threaded.load(request);
    return new Promise((resolve, reject) => {
      this.turns.push({ request, resolve, reject });
      if (this.turns.length === 1) setImmediate(() => this.takeTurns(0));
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.threaded[Symbol.asyncDispose]();
  }

  private takeTurns(from: number): void {
    const endMs = performance.now() + limits.loadTurnMs;
    let at = from;
    while (at < this.turns.length && performance.now() < endMs) {
      const { request, resolve, reject } = this.turns[at++]!;
      try {
        resolve(loadZone(request));
      } catch (error) {
        reject(error);
      }
    }
    if (at < this.turns.length) setImmediate(() => this.takeTurns(at));
    else this.turns.length = 0;
  }
}

/**
 * A small file without directives that make much out of little. One that cannot be read is small: loading
 * says why.
 */
function isSmall(file: string): boolean {
  try {
    if (statSync(file).size > limits.smallZoneOctetsMax) return false;
    return !/\$(include|generate)/i.test(readFileSync(file, "latin1"));
  } catch {
    return true;
  }
}
