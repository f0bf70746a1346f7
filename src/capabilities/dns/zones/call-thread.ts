/**
 * The control thread's side of a thread that does heavy work, one call after another. The thread starts with
 * the first call and ends some time after all are answered, so that the memory it took goes back.
 */
import { type Transferable, Worker } from "node:worker_threads";

/** What the thread is posted, and answers with. */
export interface ThreadCall<Request> {
  readonly id: number;
  readonly request: Request;
}
export interface ThreadAnswer<Answer> {
  readonly id: number;
  readonly answer: Answer;
}

interface Waiting<Request, Answer> {
  readonly request: Request;
  readonly transfer: readonly Transferable[];
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

export interface CallThreadOptions {
  /** Of the thread. */
  readonly name: string;
  /** Its module. */
  readonly module: URL;
  /** Calls handed to it at once. */
  readonly underWayMax: number;
  /** How long it waits for another call before it ends. */
  readonly idleMsMax: number;
}

/** Rejects what is under way and waits when the thread dies, which then starts anew. */
export class CallThread<Request, Answer> implements AsyncDisposable {
  private readonly options: CallThreadOptions;
  private worker: Worker | undefined;
  private queue: Waiting<Request, Answer>[] = [];
  private queueAt = 0;
  private readonly underWay = new Map<number, Waiting<Request, Answer>>();
  private nextId = 1;
  private idle: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(options: CallThreadOptions) {
    this.options = options;
  }

  call(request: Request, transfer: readonly Transferable[] = []): Promise<Answer> {
    // A thread that starts after the end would keep the process from ending.
    if (this.closed) return Promise.reject(new Error(`the thread ${this.options.name} has ended`));
    return new Promise((resolve, reject) => {
      this.queue.push({ request, transfer, resolve, reject });
      this.feed();
    });
  }

  /** What is under way stays without answer. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { worker } = this;
    this.closed = true;
    this.worker = undefined;
    clearTimeout(this.idle);
    await worker?.terminate();
  }

  private feed(): void {
    clearTimeout(this.idle);
    this.worker ??= this.start();
    this.worker.ref();
    while (this.underWay.size < this.options.underWayMax && this.queueAt < this.queue.length) {
      const next = this.queue[this.queueAt++]!;
      const id = this.nextId++;
      this.underWay.set(id, next);
      this.worker.postMessage({ id, request: next.request } satisfies ThreadCall<Request>, next.transfer);
    }
    if (this.queueAt === this.queue.length) {
      this.queue = [];
      this.queueAt = 0;
    }
  }

  private start(): Worker {
    const { module, name } = this.options;
    const worker = new Worker(module, { name });
    worker.on("message", ({ id, answer }: ThreadAnswer<Answer>) => {
      const one = this.underWay.get(id);
      this.underWay.delete(id);
      one?.resolve(answer);
      this.feed();
      if (this.underWay.size === 0) this.rest(worker);
    });
    worker.on("error", (error: Error) => this.fail(worker, error));
    worker.on("exit", () => this.fail(worker, new Error(`the thread ${name} ended`)));
    return worker;
  }

  private rest(worker: Worker): void {
    worker.unref();
    const { idleMsMax } = this.options;
    if (idleMsMax === 0) this.end(worker);
    else this.idle = setTimeout(() => this.end(worker), idleMsMax).unref();
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
