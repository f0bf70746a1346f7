/** The control thread's side of the loader thread. The thread starts with the first zone and ends when all are loaded. */
import { Worker } from "node:worker_threads";
import { ZoneImage } from "./image.ts";
import type { ZoneLoad, ZoneLoadRequest } from "./load.ts";
import type { LoaderAnswer, LoaderCall } from "./loader-thread.ts";

interface Waiting {
  readonly resolve: (load: ZoneLoad) => void;
  readonly reject: (error: Error) => void;
}

/** Loads zones one after another in a thread of its own. Rejects when the thread dies, which then starts anew. */
export class ZoneLoader implements AsyncDisposable {
  private worker: Worker | undefined;
  private readonly waiting = new Map<number, Waiting>();
  private nextId = 1;

  load(request: ZoneLoadRequest): Promise<ZoneLoad> {
    this.worker ??= this.start();
    const { worker } = this;
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      worker.postMessage({ id, request } satisfies LoaderCall);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { worker } = this;
    this.worker = undefined;
    await worker?.terminate();
  }

  private start(): Worker {
    const worker = new Worker(new URL("./loader-thread.ts", import.meta.url), { name: "zone-loader" });
    worker.on("message", (answer: LoaderAnswer) => {
      const one = this.waiting.get(answer.id);
      this.waiting.delete(answer.id);
      const image = answer.buffer === undefined ? undefined : new ZoneImage(answer.buffer);
      one?.resolve({ image, problems: answer.problems, files: answer.files });
      // The memory that loading took goes back with the thread.
      if (this.waiting.size === 0) this.end(worker);
    });
    worker.on("error", (error: Error) => this.fail(worker, error));
    worker.on("exit", () => this.fail(worker, new Error("the zone loader ended")));
    return worker;
  }

  private end(worker: Worker): void {
    if (this.worker === worker) this.worker = undefined;
    void worker.terminate();
  }

  private fail(worker: Worker, error: Error): void {
    if (this.worker !== worker) return;
    this.worker = undefined;
    const failed = [...this.waiting.values()];
    this.waiting.clear();
    for (const { reject } of failed) reject(error);
  }
}
