/** Runs Homeport's name server on a loopback port that the kernel chooses, until it is disposed. */
import { tmpdir } from "node:os";
import type { Ports } from "#contracts/capability.ts";
import { dns } from "../../src/capabilities/dns/capability.ts";
import { DnsConfig } from "../../src/capabilities/dns/config.ts";
import type { RunningPeer, ZoneFile } from "./named.ts";

/** `settings` go into the `dns` section of site.yaml. */
export async function startHomeport(
  zones: readonly ZoneFile[],
  settings: Readonly<Record<string, unknown>> = {},
): Promise<RunningPeer> {
  const config = DnsConfig.parse({ listen: ["127.0.0.1:0"], zones, checkNames: "ignore", ...settings });
  const running = await dns.start(config, quietPorts);
  const port = Number(running.status().listening[0]!.split(":").at(-1));
  return { address: "127.0.0.1", port, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() };
}

const quiet = () => {};

/** The server needs of the store only that it takes the history of the zones. */
const quietPorts = {
  siteFolder: tmpdir(),
  dataFolder: tmpdir(),
  nowMs: Date.now,
  log: { debug: quiet, info: quiet, warn: quiet, error: quiet, child: () => quietPorts.log },
  store: { list: async () => [], transact: async () => ({ committed: true, revision: 1 }) },
} as unknown as Ports;
