/** Which servers have the last word about a name. */
import { confirmLimits } from "./confirm-limits.ts";
import { type Resolve, ResolveFault } from "./system-resolve.ts";

export interface AuthoritativeServer {
  readonly name: string;
  /** The first is asked first. At least one. */
  readonly addresses: readonly string[];
}

export type ZoneServers =
  | { readonly zone: string; readonly servers: readonly AuthoritativeServer[]; readonly problem?: never }
  /** Why they are not known, for people. */
  | { readonly problem: string };

export interface AuthoritativeServerPorts {
  readonly resolve: Resolve;
}

/**
 * Those of the closest name above that is a zone; `name` is without the final dot. Never rejects: a signal
 * that has ended is a problem.
 */
export async function findAuthoritativeServers(
  name: string,
  { resolve }: AuthoritativeServerPorts,
  signal?: AbortSignal,
): Promise<ZoneServers> {
  try {
    const labels = name.split(".");
    // Of an alias the resolver would tell the servers of what it stands for; and no zone begins at one
    const isAlias = (await resolve(name, "CNAME", signal)).length > 0; // RFC 1034 §3.6.2
    const end = Math.min(labels.length, confirmLimits.zoneStepsMax);
    for (let at = isAlias ? 1 : 0; at < end; at++) {
      const zone = labels.slice(at).join(".");
      const names = await resolve(zone, "NS", signal);
      if (names.length > 0) return await withAddresses(zone, names, resolve, signal);
    }
    return { problem: `no zone is found that ${name} is in` };
  } catch (error) {
    if (!(error instanceof ResolveFault)) throw error;
    return { problem: `which zone ${name} is in cannot be told: ${error.message}` };
  }
}

async function withAddresses(
  zone: string,
  names: readonly string[],
  resolve: Resolve,
  signal: AbortSignal | undefined,
): Promise<ZoneServers> {
  const asked = [...new Set(names)].sort().slice(0, confirmLimits.serversMax);
  const found = await Promise.all(
    asked.map(async (name) => ({ name, addresses: await addressesOf(name, resolve, signal) })),
  );
  const servers = found.filter(({ addresses }) => addresses.length > 0);
  if (servers.length > 0) return { zone, servers };
  return { problem: `the servers of ${zone} have no addresses that can be found` };
}

/** One of each family, so that a machine that has only one of them reaches one. */
async function addressesOf(
  name: string,
  resolve: Resolve,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const families = await Promise.allSettled([resolve(name, "A", signal), resolve(name, "AAAA", signal)]);
  return families.flatMap((one) => (one.status === "fulfilled" ? one.value.slice(0, 1) : []));
}
