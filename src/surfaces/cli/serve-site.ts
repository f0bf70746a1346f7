/**
 * `homeport start`: brings a site up, tells what it serves, and takes it down again. Loaded by that command
 * alone.
 */
import { flushCompileCache } from "node:module";
import { setImmediate } from "node:timers/promises";
import type { CapabilityDoor, ProgramPort } from "#contracts/capability.ts";
import { ExitCode, type Terminal } from "#contracts/command.ts";
import { ConfigError } from "#contracts/configuration.ts";
import type { Log } from "#contracts/log.ts";
import type { Route } from "#contracts/route.ts";
import { type Store, StoreError } from "#contracts/store.ts";
import { createLog, type LogLevel } from "#platform/log/log.ts";
import { takeDataFolder } from "#platform/process/data-folder.ts";
import { crashOnFaults, disposeInTime, terminalIsGone, watchSignals } from "#platform/process/life.ts";
import { limits } from "#platform/process/limits.ts";
import type { Places } from "#platform/process/places.ts";
import { processMetrics } from "#platform/process/process-metrics.ts";
import type { RunningSite } from "#platform/process/running-site.ts";
import { recordSiteFile, siteHistory, siteHistoryRule, siteTextAt } from "#platform/process/site-history.ts";
import { openStore } from "#platform/store/store.ts";
import type { Program, ProgramStatus } from "../http/core-routes.ts";
import { readyText } from "./ready-text.ts";
import { printJson } from "./terminal.ts";

export interface ServeOptions {
  /** Opened while the store opens. */
  readonly capabilities: readonly CapabilityDoor[];
  readonly places: Places;
  readonly version: string;
  readonly terminal: Terminal;
  readonly json: boolean;
  readonly logLevel?: LogLevel;
}

/** Serves until a signal or the API ends it. Throws `ConfigError` for what the operator got wrong. */
export async function serveSite(options: ServeOptions): Promise<ExitCode> {
  const { places, terminal, json } = options;
  const log = createLog(options.logLevel === undefined ? {} : { level: options.logLevel });
  crashOnFaults(log);
  await using starting = new AsyncDisposableStack();
  const { program, life } = await bringUp(options, log, starting);
  if (json) printJson(terminal, program.status());
  else terminal.print(readyText(program.status(), { isExample: places.isExample, environment: process.env }));
  flushCompileCache(); // the next start finds it even when this process is killed
  const reason = await life.ended;
  log.info({ reason }, "stopping");
  await disposeInTime(starting.move(), log);
  log.info({}, "stopped");
  // A look-up by the machine's resolver cannot be broken off, and would keep the process for half a minute.
  setTimeout(() => process.exit(ExitCode.ok), limits.lingerMsMax).unref();
  // Node restores the terminal's mode when it ends, and aborts with a core dump when there is none any more.
  if (terminalIsGone()) process.kill(process.pid, "SIGKILL");
  return ExitCode.ok;
}

/**
 * In the order that answers the first query soonest: the store's thread opens the database while this one
 * loads the rest.
 */
async function bringUp(
  { capabilities: doors, places, version }: ServeOptions,
  log: Log,
  stack: AsyncDisposableStack,
) {
  stack.use(takeDataFolder(places.dataFolder));
  const opening = openStore({ folder: places.dataFolder, log, nowMs: Date.now, history: [siteHistoryRule] });
  stack.defer(
    async () =>
      await opening.then(
        (store) => store[Symbol.asyncDispose](),
        () => undefined,
      ),
  );
  const capabilities = await Promise.all(doors.map((door) => door.open()));
  const { readSite } = await import("#platform/site/site.ts");
  const { placeOf, startSite } = await import("#platform/process/running-site.ts");
  const read = await readSite(places.siteFile, capabilities);
  const store = await opening;
  const late: { program?: Program } = {};
  const port: ProgramPort = {
    version,
    siteFile: places.siteFile,
    startedAtMs: Date.now(),
    reload: async () => await late.program?.reload(),
    stop: () => late.program?.stop(),
  };
  const site = stack.use(
    await startSite({
      site: read,
      capabilities,
      portsOf: ({ id }, from) => ({
        ...placeOf(from),
        dataFolder: places.dataFolder,
        store,
        log: log.child({ capability: id }),
        nowMs: Date.now,
        program: port,
      }),
    }),
  );
  void recordSiteFile(store, site.site, log);
  const program = createProgram({ site, store, places, version, log, stop: () => life.end("homeport stop") });
  late.program = program;
  const life = stack.use(
    watchSignals(() => {
      program.reload().catch((error: unknown) => {
        if (!(error instanceof ConfigError || error instanceof StoreError)) throw error;
      });
    }),
  );
  await setImmediate(); // queries that have come already are answered before the API is loaded
  const { serveApi } = await import("../http/listener.ts");
  const { coreRoutes } = await import("../http/core-routes.ts");
  let built: { readonly from: readonly Route[]; readonly routes: readonly Route[] } | undefined;
  const routes = () => {
    if (built?.from !== site.routes) built = { from: site.routes, routes: coreRoutes(program, site.routes) };
    return built.routes; // a new list only when the capabilities' is new
  };
  stack.use(await serveApi({ socket: places.socket, routes, log }));
  return { program, life };
}

interface ProgramParts {
  readonly site: RunningSite;
  readonly store: Store;
  readonly places: Places;
  readonly version: string;
  readonly log: Log;
  readonly stop: () => void;
}

function createProgram({ site, store, places, version, log, stop }: ProgramParts): Program {
  const startedAt = new Date().toISOString();
  let lastReload: ProgramStatus["lastReload"];
  return {
    version,
    stop,
    metrics: () => [...processMetrics(version), ...site.metrics()],
    history: () => siteHistory(store),
    siteTextAt: (revision) => siteTextAt(store, revision),
    status: () => ({
      site: site.site.name,
      version,
      pid: process.pid,
      startedAt,
      siteFile: places.siteFile,
      dataFolder: places.dataFolder,
      ...(lastReload === undefined ? {} : { lastReload }),
      capabilities: site.status().map((one) => ({
        ...one,
        problems: [...one.problems],
        listening: [...one.listening],
        hints: [...one.hints],
      })),
    }),
    async reload() {
      try {
        await site.reload();
        await recordSiteFile(store, site.site, log);
        lastReload = { at: new Date().toISOString(), problems: [] };
        log.info({ site: site.site.name }, "reloaded");
      } catch (error) {
        if (error instanceof StoreError)
          log.error({ err: error }, "reload failed: the store does not answer");
        if (!(error instanceof ConfigError)) throw error;
        lastReload = { at: new Date().toISOString(), problems: [...error.problems] };
        log.error({ problems: error.problems }, "reload refused; what ran before runs on");
        throw error;
      }
    },
  };
}
