/**
 * The capabilities of one site while they run: started in order, changed together or not at all, disposed in
 * reverse.
 */
import type {
  Capability,
  CapabilityStatus,
  Ports,
  PreparedChange,
  RunningCapability,
  SitePlace,
} from "#contracts/capability.ts";
import { ConfigError, type ConfigProblem } from "#contracts/configuration.ts";
import type { MetricFamily } from "#contracts/metrics.ts";
import type { Route } from "#contracts/route.ts";
import { readSite, type Site } from "../site/site.ts";
import { checkContracts, checkProvided, findContractFor } from "./contract-binding.ts";

export interface RunningSite extends AsyncDisposable {
  readonly site: Site;
  /** Of all capabilities that run; another array after each change. */
  readonly routes: readonly Route[];
  status(): readonly (CapabilityStatus & { readonly id: string })[];
  /** Of all capabilities that run. */
  metrics(): readonly MetricFamily[];
  /**
   * Reads the site file again and changes every capability to it. Throws `ConfigError` with all problems;
   * then nothing has
   * changed. Calls wait for one another.
   */
  reload(): Promise<void>;
}

export interface SiteParts {
  readonly site: Site;
  /** In the order they start. One whose section is not in the site file does not run. */
  readonly capabilities: readonly Capability[];
  readonly portsOf: (capability: Capability, site: Site) => Ports;
}

/**
 * Starts what the site asks for. Throws what failed, after everything already started was disposed;
 * TypeError when the program's capabilities do not fit together.
 */
export async function startSite({ site, capabilities, portsOf }: SiteParts): Promise<RunningSite> {
  checkContracts(capabilities);
  const running = new Map<string, RunningCapability>();
  const arriving = new Map<string, RunningCapability>();
  const startOne = async (capability: Capability, from: Site) => {
    const find = findContractFor(capability, capabilities, (id) => running.get(id) ?? arriving.get(id));
    const ports = { ...portsOf(capability, from), find };
    await using undo = new AsyncDisposableStack();
    const one = undo.use(await capability.start(from.sections.get(capability.id), ports));
    checkProvided(capability, one);
    undo.move();
    return one;
  };
  await using stack = new AsyncDisposableStack();
  stack.defer(() => disposeAll(running, capabilities));
  for (const capability of capabilities) {
    if (!site.sections.has(capability.id)) continue;
    running.set(capability.id, await located(site, () => startOne(capability, site)));
  }
  let current = site;
  let routes = routesOf(running);
  let last: Promise<void> = Promise.resolve();
  let isEnding = false;
  const life = stack.move();
  const change = async () => {
    const next = await readSite(current.file, capabilities);
    await changeAll({ running, arriving, capabilities, next, startOne });
    current = next;
    routes = routesOf(running);
  };
  return {
    get site() {
      return current;
    },
    get routes() {
      return routes;
    },
    status: () =>
      capabilities.flatMap(({ id }) => {
        const one = running.get(id);
        return one === undefined ? [] : [{ id, ...one.status() }];
      }),
    metrics: () => capabilities.flatMap(({ id }) => running.get(id)?.metrics?.() ?? []),
    reload() {
      if (isEnding) return Promise.reject(new ConfigError("HP_RELOAD", [endingProblem]));
      const mine = last.then(change);
      last = mine.catch(() => undefined); // the caller is told; the next reload starts afresh
      return mine;
    },
    async [Symbol.asyncDispose]() {
      isEnding = true; // a reload from here on would start what is being taken down
      await last;
      await life.disposeAsync();
    },
  };
}

const endingProblem: ConfigProblem = {
  severity: "error",
  what: "the program ends, so that nothing is read anew",
  remedy: "start it again",
};

interface Change {
  readonly running: Map<string, RunningCapability>;
  /** Started by a reload that is not through yet. */
  readonly arriving: Map<string, RunningCapability>;
  readonly capabilities: readonly Capability[];
  readonly next: Site;
  readonly startOne: (capability: Capability, from: Site) => Promise<RunningCapability>;
}

/** Prepares every capability, and only when all have, commits them. */
async function changeAll({ running, arriving, capabilities, next, startOne }: Change): Promise<void> {
  const prepared: PreparedChange[] = [];
  const leaving: Pick<PreparedChange, "commit">[] = [];
  const problems: ConfigProblem[] = [];
  let failure: unknown;
  for (const capability of capabilities) {
    try {
      if (next.sections.has(capability.id)) prepared.push(await prepareOne(capability));
      else leaving.push(...leavingOne(capability));
    } catch (error) {
      if (error instanceof ConfigError) problems.push(...error.problems);
      else failure ??= error;
    }
  }
  if (problems.length > 0 || failure !== undefined) {
    for (const change of prepared.reverse()) await change.discard();
    throw failure ?? new ConfigError("HP_RELOAD", await next.locate(problems));
  }
  for (const change of prepared) await change.commit();
  // In reverse, as at the end: who provides something outlives those who use it
  for (const change of leaving.reverse()) await change.commit();

  async function prepareOne(capability: Capability): Promise<PreparedChange> {
    const { id } = capability;
    const before = running.get(id);
    if (before !== undefined) return before.prepare(next.sections.get(id), placeOf(next));
    const started = await startOne(capability, next);
    arriving.set(id, started);
    return {
      commit() {
        arriving.delete(id);
        running.set(id, started);
      },
      async discard() {
        arriving.delete(id);
        await started[Symbol.asyncDispose]();
      },
    };
  }

  function leavingOne({ id }: Capability): Pick<PreparedChange, "commit">[] {
    const before = running.get(id);
    if (before === undefined) return [];
    const commit = async () => {
      running.delete(id);
      await before[Symbol.asyncDispose]();
    };
    return [{ commit }];
  }
}

/** What a site file says to every capability. */
export function placeOf({ folder, domain }: Site): SitePlace {
  return { siteFolder: folder, domain };
}

async function disposeAll(running: Map<string, RunningCapability>, capabilities: readonly Capability[]) {
  await using stack = new AsyncDisposableStack();
  for (const { id } of capabilities) {
    const one = running.get(id);
    if (one !== undefined) stack.use(one);
  }
  running.clear();
}

async function located<Result>(site: Site, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(error.code, await site.locate(error.problems));
  }
}

function routesOf(running: ReadonlyMap<string, RunningCapability>): readonly Route[] {
  return [...running.values()].flatMap((one) => one.routes);
}
