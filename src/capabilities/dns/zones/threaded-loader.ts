/**
 * The control thread's side of the loader thread. The thread starts with the first zone and ends when all are
 * loaded.
 */
import { Worker } from "node:worker_threads";
import { ZoneImage } from "./image.ts";
import type { ZoneLoad, ZoneLoadRequest } from "./load.ts";
import type { LoaderAnswer, LoaderCall } from "./loader-thread.ts";

/**
 * Zones handed to the thread at once: enough for it never to wait, few enough for ten thousand not to be
 * copied first.
 */
const underWayMax = 32;

interface Waiting {
  readonly request: ZoneLoadRequest;
  readonly resolve: (load: ZoneLoad) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Loads zones one after another in a thread of its own. Rejects when the thread dies, which then starts anew.
 */
export class ThreadedLoader implements AsyncDisposable {
  private worker: Worker | undefined;
  private queue: Waiting[] = [];
  private queueAt = 0;
  private readonly underWay = new Map<number, Waiting>();
  private nextId = 1;

  load(request: ZoneLoadRequest): Promise<ZoneLoad> {
    return new Promise((resolve, reject) => {
      this.queue.push({ request, resolve, reject });
      this.feed();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { worker } = this;
    this.worker = undefined;
    await worker?.terminate();
  }

  private feed(): void {
    this.worker ??= this.start();
    while (this.underWay.size < underWayMax && this.queueAt < this.queue.length) {
      const next = this.queue[this.queueAt++]!;
      const id = this.nextId++;
      this.underWay.set(id, next);
      this.worker.postMessage({ id, request: next.request } satisfies LoaderCall);
    }
    if (this.queueAt === this.queue.length) {
      this.queue = [];
      this.queueAt = 0;
    }
  }

  private start(): Worker {
    const worker = new Worker(new URL("./loader-thread.ts", import.meta.url), { name: "zone-loader" });
    worker.on("message", (answer: LoaderAnswer) => {
      const one = this.underWay.get(answer.id);
      this.underWay.delete(answer.id);
      const image = answer.buffer === undefined ? undefined : new ZoneImage(answer.buffer);
      one?.resolve({ image, problems: answer.problems, files: answer.files });
      this.feed();
      // The memory that loading took goes back with the thread.
      if (this.underWay.size === 0) this.end(worker);
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
    const failed = [...this.underWay.values(), ...this.queue.slice(this.queueAt)];
    this.underWay.clear();
    this.queue = [];
    this.queueAt = 0;
    for (const { reject } of failed) reject(error);
  }
}
