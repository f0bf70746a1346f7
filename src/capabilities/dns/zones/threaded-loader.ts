/** Loads zones one after another in a thread of their own. */
import { CallThread } from "./call-thread.ts";
import { ZoneImage } from "./image.ts";
import type { ZoneLoad, ZoneLoadRequest } from "./load.ts";
import type { LoaderAnswer } from "./loader-thread.ts";

/**
 * Zones handed to the thread at once: enough for it never to wait, few enough for ten thousand not to be
 * copied first.
 */
const underWayMax = 32;

export class ThreadedLoader implements AsyncDisposable {
  private readonly thread = new CallThread<ZoneLoadRequest, LoaderAnswer>({
    name: "zone-loader",
    module: new URL("./loader-thread.ts", import.meta.url),
    underWayMax,
    idleMsMax: 0,
  });

  /** Rejects when the thread dies. */
  async load(request: ZoneLoadRequest): Promise<ZoneLoad> {
    const { buffer, problems, files } = await this.thread.call(request);
    return { image: buffer === undefined ? undefined : new ZoneImage(buffer), problems, files };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.thread[Symbol.asyncDispose]();
  }
}
