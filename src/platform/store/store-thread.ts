/**
 * The store's thread. fsync stops it and not the program.
 *
 * Group commit: while one commit waits for the disk, requests gather; the next commit takes all of them.
 */
import { parentPort, workerData } from "node:worker_threads";
import { ConfigError } from "#contracts/configuration.ts";
import { StoreError } from "#contracts/store.ts";
import { prepareFolder, readHolder, removeHolder, writeHolder } from "./data-folder.ts";
import { Database } from "./database.ts";
import { limits } from "./limits.ts";
import { failureOf, isFull, mustReopen, openProblem } from "./sqlite-error.ts";
import type { FromThread, Reply, Request, Results, ThreadOptions, ToThread } from "./thread-messages.ts";

type Transaction = Extract<Request, { do: "transact" }>;

const options = workerData as ThreadOptions;
const port = parentPort!;
const place = prepareOrRefuse();
let database = openOrRefuse();
let waiting: { id: number; request: Transaction }[] = [];
let nowMs = options.nowMs;
let closed = false;
let failuresInRow = 0;

function say(message: FromThread): void {
  port.postMessage(message);
}

function prepareOrRefuse() {
  try {
    return prepareFolder(options.folder);
  } catch (error) {
    return refuse(error);
  }
}

function openOrRefuse(): Database {
  try {
    const opened = new Database(place.database, options);
    writeHolder(place);
    return opened;
  } catch (error) {
    return refuse(openProblem(error, place.database, readHolder(place)) ?? error);
  }
}

/** Tells an operator's error as such; anything else ends the thread. */
function refuse(error: unknown): never {
  if (error instanceof ConfigError) {
    const { severity, file, what, remedy } = error.problems[0]!;
    const problem = { severity: severity as "error", what, ...(file && { file }), ...(remedy && { remedy }) };
    say({ refused: { code: error.code, problem } });
  }
  throw error;
}

function onRequests(requests: ToThread): void {
  const replies: Reply[] = [];
  for (const { id, request } of requests) {
    if (request.do === "transact") {
      if (waiting.length === 0) setImmediate(commitWaiting);
      waiting.push({ id, request });
      nowMs = request.atMs;
    } else if (request.do === "close") {
      close(id);
      return;
    } else {
      replies.push(read(id, request));
    }
  }
  if (replies.length > 0) say({ replies, revision: database.revision });
}

function commitWaiting(): void {
  const batch = waiting.slice(0, limits.transactionsPerCommitMax);
  waiting = waiting.slice(limits.transactionsPerCommitMax);
  if (waiting.length > 0) setImmediate(commitWaiting);
  if (batch.length === 0) return;
  const before = database.revision;
  say({ replies: commit(batch), revision: database.revision });
  if (database.compaction.due(database.revision - before, nowMs)) compact();
}

function commit(batch: typeof waiting): Reply[] {
  try {
    const outcomes = database.commit(batch.map(({ request }) => request));
    failuresInRow = 0;
    return batch.map(({ id }, index) => ({ id, result: outcomes[index] }));
  } catch (error) {
    if (isFull(error)) {
      compact();
      // A large one must not take the small ones with it.
      if (batch.length > 1) return batch.flatMap((one) => commit([one]));
    }
    const failure = failureOf(error, place.database);
    failuresInRow++;
    // The 1st, 2nd, 4th, 8th …: a full disk must not fill up with lines about it.
    if ((failuresInRow & (failuresInRow - 1)) === 0) say({ note: failure.sentence, level: "error" });
    if (mustReopen(error)) reopen();
    return batch.map(({ id }) => ({ id, failure }));
  }
}

/**
 * What is in memory may differ from what is on the disk now; when this fails, the thread ends and is started
 * again.
 */
function reopen(): void {
  database.close();
  database = new Database(place.database, options);
}

function read(id: number, request: Exclude<Request, { do: "transact" | "close" }>): Reply {
  try {
    return { id, result: answer(request) };
  } catch (error) {
    const failure =
      error instanceof StoreError
        ? { code: error.code, sentence: error.message }
        : failureOf(error, place.database);
    return {
      id,
      failure: failure.code === "HP_STORE_UNCONFIRMED" ? { ...failure, code: "HP_STORE_FAILED" } : failure,
    };
  }
}

function answer(request: Exclude<Request, { do: "transact" | "close" }>): Results[Request["do"]] {
  switch (request.do) {
    case "get":
      return database.get(request.key);
    case "list":
      return database.list(request);
    case "changes": {
      if (!database.keepsChanges(request.prefix)) {
        const sentence = `changes of "${request.prefix}" are not kept, so that nobody can watch them; list the entries`;
        throw new StoreError("HP_STORE_INVALID", sentence);
      }
      const page = database.changes(request.prefix, request.after, limits.watchPageChanges);
      if (page !== undefined) return page;
      throw new StoreError(
        "HP_STORE_COMPACTED",
        `changes of "${request.prefix}" after revision ${request.after.revision} are no longer kept; ` +
          "list the entries, then watch from the revision of now",
      );
    }
    case "history":
      return database.history(request.key, request.limit);
    case "revision":
      return database.revision;
  }
}

/** A step now, and the rest when callers have been served. */
function compact(): void {
  if (closed) return;
  try {
    if (database.compaction.step(nowMs)) setImmediate(compact);
  } catch (error) {
    say({
      note: `old changes could not be removed: ${failureOf(error, place.database).sentence}`,
      level: "warn",
    });
  }
}

function close(id: number): void {
  while (waiting.length > 0) commitWaiting();
  closed = true;
  database.close();
  removeHolder(place);
  say({ replies: [{ id, result: undefined }], revision: 0 });
  port.close();
}

port.on("message", onRequests);
say({ opened: { revision: database.revision } });
if (database.compaction.due(0, nowMs)) compact();
