/** Asks the running program over its Unix socket. */
import type { IncomingMessage } from "node:http";
import { type ApiClient, ApiError, NotRunning } from "#contracts/command.ts";
import { reachSocket } from "#platform/process/socket-path.ts";

/** A reload of thousands of zones takes its time; a program that hangs does not get forever. */
const answerMsMax = 120_000;

/** `findSocket` is asked with the first request: most commands make none. */
export function createApiClient(findSocket: () => string): ApiClient {
  return { request: (method, path, body) => ask(findSocket(), { method, path, body }) };
}

interface Question {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

async function ask(socket: string, question: Question): Promise<unknown> {
  let answer: { status: number; isJson: boolean; text: string };
  try {
    using reached = reachSocket(socket);
    answer = await exchange(reached.path, question);
  } catch (error) {
    throw refusal(socket, error as NodeJS.ErrnoException);
  }
  const { status, isJson, text } = answer;
  const value = isJson ? parse(text) : text;
  if (status >= 200 && status < 300) return value;
  const failure = (value as { error?: { code?: string; message?: string; problems?: unknown } } | undefined)
    ?.error;
  throw new ApiError(
    status,
    failure?.code ?? "HP_ANSWER",
    failure?.message ?? `the running program answered ${status} without a reason`,
    failure?.problems,
  );
}

async function exchange(
  socketPath: string,
  { method, path, body }: Question,
): Promise<{ status: number; isJson: boolean; text: string }> {
  const { request } = await import("node:http"); // most commands end without it
  const { promise, resolve, reject } = Promise.withResolvers<{
    status: number;
    isJson: boolean;
    text: string;
  }>();
  const payload = body === undefined ? undefined : JSON.stringify(body);
  const headers = payload === undefined ? {} : { "content-type": "application/json" };
  const asked = request({ socketPath, method, path, headers, timeout: answerMsMax, agent: false });
  asked.on("response", (response: IncomingMessage) => {
    const chunks: Buffer[] = [];
    response.on("data", (chunk: Buffer) => void chunks.push(chunk));
    const isJson = response.headers["content-type"]?.startsWith("application/json") === true;
    response.on("end", () =>
      resolve({ status: response.statusCode ?? 0, isJson, text: Buffer.concat(chunks).toString() }),
    );
    response.on("error", reject);
  });
  asked.on("timeout", () => asked.destroy(Object.assign(new Error("no answer"), { code: "ETIMEDOUT" })));
  asked.on("error", reject);
  asked.end(payload);
  return await promise;
}

function refusal(socket: string, error: NodeJS.ErrnoException): Error {
  switch (error.code) {
    case "ENOENT":
    case "ENOTDIR":
    case "ECONNREFUSED":
      return new NotRunning(
        `nothing runs at ${socket}; start it with "homeport start", or say where it runs with --site, --data or --socket`,
      );
    case "EACCES":
    case "EPERM":
      return new ApiError(
        0,
        "HP_SOCKET_ACCESS",
        `you may not open ${socket}; run this as the user who started Homeport`,
      );
    case "ETIMEDOUT":
      return new ApiError(
        0,
        "HP_NO_ANSWER",
        `no answer from ${socket} in ${answerMsMax / 1000} s; look at its log`,
      );
    default:
      return new ApiError(
        0,
        "HP_NO_ANSWER",
        `no whole answer from ${socket} (${error.code ?? error.message}); try again`,
      );
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
