/** The callers' end of the store's thread: matches replies to calls, starts the thread again when it dies. */
import type { Worker } from "node:worker_threads";
import { ConfigError } from "#contracts/configuration.ts";
import type { Log } from "#contracts/log.ts";
import { StoreError } from "#contracts/store.ts";
import { limits } from "./limits.ts";
import type { FromThread, Reply, Request, Results, ToThread } from "./thread-messages.ts";

interface Pending {
  readonly kind: Request["do"];
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

export class StoreThread {
  /** How often the thread was started again. */
  restarts = 0;
  readonly #start: () => Worker;
  readonly #log: Log;
  readonly #pending = new Map<number, Pending>();
  readonly #onRevision = new Set<() => void>();
  readonly #opening = Promise.withResolvers<void>();
  #worker: Worker;
  #outgoing: { id: number; request: Request }[] = [];
  #nextId = 1;
  #newest = 0;
  #restartsInRow = 0;
  #isOpen = false;
  #refusal: ConfigError | undefined;
  /** What the thread threw at its end. */
  #thrown: unknown;
  /** Why no call is taken any more. */
  #ended: StoreError | undefined;
  #closing: Promise<void> | undefined;

  constructor(start: () => Worker, log: Log) {
    this.#start = start;
    this.#log = log;
    this.#worker = this.#startWorker();
  }

  /** Resolves when the database is open; rejects with the ConfigError that says why it is not. */
  opened(): Promise<void> {
    return this.#opening.promise;
  }

  ask<Kind extends Request["do"]>(kind: Kind, request: Request & { do: Kind }): Promise<Results[Kind]> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    if (this.#pending.size >= limits.pendingMax) {
      const sentence = `${limits.pendingMax} calls wait for the store already`;
      return Promise.reject(new StoreError("HP_STORE_BUSY", sentence));
    }
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      this.#pending.set(id, { kind, resolve, reject });
      // All calls that one turn of the event loop brings go together, and at once when one of them writes.
      if (this.#outgoing.push({ id, request }) === 1) setImmediate(() => this.#send());
      if (kind === "transact") queueMicrotask(() => this.#send());
    });
  }

  /**
   * Resolves when the store has a newer revision than this, the thread was started again, or the signal says
   * stop.
   */
  async revisionAfter(known: number, signal: AbortSignal | undefined): Promise<void> {
    if (this.#newest > known || signal?.aborted) return;
    if (this.#ended !== undefined) throw this.#ended;
    await new Promise<void>((resolve) => {
      const wake = () => {
        this.#onRevision.delete(wake);
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      this.#onRevision.add(wake);
      signal?.addEventListener("abort", wake);
    });
    if (this.#ended !== undefined) throw this.#ended;
  }

  /** Lets what was asked finish, then closes the database. */
  close(): Promise<void> {
    this.#closing ??= this.#closeOnce();
    return this.#closing;
  }

  async #closeOnce(): Promise<void> {
    if (this.#ended !== undefined) return;
    const closed = this.ask("close", { do: "close" });
    this.#ended = new StoreError("HP_STORE_CLOSED", "the store is closed");
    await closed.catch((error: unknown) =>
      this.#log.warn({ err: error }, "the store did not close in order"),
    );
    this.#wakeWatchers();
    await this.#worker.terminate();
  }

  #startWorker(): Worker {
    const worker = this.#start();
    worker.on("message", (message: FromThread) => this.#onMessage(message));
    worker.on("error", (error) => {
      this.#thrown = error; // the refusal may still be on its way; "exit" comes after all messages
    });
    worker.on("exit", () => this.#onExit());
    return worker;
  }

  #send(): void {
    const message: ToThread = this.#outgoing;
    this.#outgoing = [];
    if (message.length > 0) this.#worker.postMessage(message);
  }

  #onMessage(message: FromThread): void {
    if ("opened" in message) {
      this.#advance(message.opened.revision);
      this.#isOpen = true;
      this.#opening.resolve();
    } else if ("refused" in message) {
      this.#refusal = new ConfigError(message.refused.code, [message.refused.problem]);
    } else if ("note" in message) {
      this.#log[message.level]({}, message.note);
    } else {
      this.#restartsInRow = 0;
      for (const reply of message.replies) this.#settle(reply);
      this.#advance(message.revision);
    }
  }

  #settle(reply: Reply): void {
    const pending = this.#pending.get(reply.id);
    if (pending === undefined) return;
    this.#pending.delete(reply.id);
    if ("failure" in reply) pending.reject(new StoreError(reply.failure.code, reply.failure.sentence));
    else pending.resolve(reply.result as never);
  }

  #advance(revision: number): void {
    if (revision <= this.#newest) return;
    this.#newest = revision;
    this.#wakeWatchers();
  }

  #wakeWatchers(): void {
    for (const wake of this.#onRevision) wake();
  }

  /**
   * The thread is gone. What it was asked is answered; then there is a new one, unless it was never to be.
   */
  #onExit(): void {
    const again =
      this.#isOpen &&
      this.#ended === undefined &&
      this.#refusal === undefined &&
      ++this.#restartsInRow <= limits.restartsMax;
    if (again) {
      this.restarts++;
      this.#worker = this.#startWorker();
      this.#log.error({ err: this.#thrown }, "the store's thread failed and was started again");
    } else {
      const why = this.#refusal?.message ?? `the store's thread failed: ${String(this.#thrown)}`;
      this.#ended ??= new StoreError("HP_STORE_FAILED", why);
      if (!this.#isOpen) this.#opening.reject(this.#refusal ?? this.#ended);
    }
    this.#rejectPending();
    this.#wakeWatchers();
  }

  #rejectPending(): void {
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    this.#outgoing = [];
    for (const { kind, resolve, reject } of pending) {
      if (kind === "close") (resolve as () => void)();
      else if (kind === "transact") {
        const sentence = "the store's thread ended; could not confirm whether the change is stored";
        reject(new StoreError("HP_STORE_UNCONFIRMED", sentence));
      } else reject(new StoreError("HP_STORE_FAILED", "the store's thread ended"));
    }
  }
}
