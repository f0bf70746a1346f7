/** Serves the API on a Unix socket that only its owner may open. */
import { once } from "node:events";
import { chmodSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import { connect } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import type { Hono } from "hono";
import { ConfigError } from "#contracts/configuration.ts";
import type { Log } from "#contracts/log.ts";
import type { Route } from "#contracts/route.ts";
import { reachSocket } from "#platform/process/socket-path.ts";
import { createApi } from "./api.ts";
import { limits } from "./limits.ts";

export interface ApiListenerOptions {
  /** Path of the socket. One that a dead process left there is replaced. */
  readonly socket: string;
  /** Asked at each request: another array means other routes. */
  readonly routes: () => readonly Route[];
  readonly log: Log;
}

/**
 * Listens. Throws `ConfigError` when another program listens there or the socket cannot be made. Disposal
 * ends what is under way.
 */
export async function serveApi({ socket, routes, log }: ApiListenerOptions): Promise<AsyncDisposable> {
  using stack = new DisposableStack();
  const reached = reachable(socket, stack);
  if (await isListening(reached)) {
    throw refusal(
      socket,
      "another program listens there",
      "stop it (homeport stop), or name another with --socket PATH",
    );
  }
  let api: { readonly routes: readonly Route[]; readonly app: Hono } | undefined;
  const fetch = (request: Request) => {
    const now = routes();
    if (api?.routes !== now) api = { routes: now, app: createApi(now, log) };
    return api.app.fetch(request);
  };
  const server = createAdaptorServer({ fetch }) as Server;
  server.maxConnections = limits.connectionsMax;
  server.headersTimeout = limits.headerMsMax;
  server.requestTimeout = limits.requestMsMax;
  server.keepAliveTimeout = limits.idleMsMax;
  const umask = process.umask(0o177); // bind makes the socket with it, so it is never open to others
  try {
    rmSync(socket, { force: true });
    server.listen(reached);
  } finally {
    process.umask(umask);
  }
  try {
    await once(server, "listening");
    chmodSync(socket, 0o600);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw refusal(socket, `the socket cannot be made (${code})`, "name another with --socket PATH");
  }
  const descriptors = stack.move();
  return {
    async [Symbol.asyncDispose]() {
      await close(server);
      descriptors.dispose();
    },
  };
}

function reachable(socket: string, stack: DisposableStack): string {
  try {
    return stack.use(reachSocket(socket)).path;
  } catch (error) {
    if (error instanceof RangeError)
      throw refusal(socket, "the path is too long", "name a shorter one with --socket PATH");
    const code = (error as NodeJS.ErrnoException).code;
    throw refusal(socket, `its folder cannot be opened (${code})`, "name another with --socket PATH");
  }
}

function refusal(socket: string, what: string, remedy: string): ConfigError {
  return new ConfigError("HP_SOCKET", [{ severity: "error", file: socket, what, remedy }]);
}

async function isListening(path: string): Promise<boolean> {
  const peer = connect(path);
  try {
    await once(peer, "connect");
    return true;
  } catch {
    return false;
  } finally {
    peer.destroy();
  }
}

async function close(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeIdleConnections();
  const late = setTimeout(() => server.closeAllConnections(), limits.drainMsMax);
  await closed;
  clearTimeout(late);
}
