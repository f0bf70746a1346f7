/** What a running Homeport says that it has leased. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import type { Lease } from "./lease-ledger.ts";
import type { MeasuredServer } from "./measured-server.ts";

const mainFile = join(import.meta.dirname, "../../src/main.ts");
const outputOctetsMax = 256 * 1024 * 1024;
const patienceMs = 60_000;

export function heldLeases(server: MeasuredServer): Lease[] {
  const words = [mainFile, "--json", "--data", join(server.folder, "data"), "lease", "list"];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, {
    encoding: "utf8",
    maxBuffer: outputOctetsMax,
    timeout: patienceMs,
  });
  if (status !== 0) throw new Error(`homeport lease list ended with ${status}: ${stderr.slice(-500)}`);
  return parseHeldLeases(stdout);
}

/** Leases of our own clients; the ones of others are left out. */
export function parseHeldLeases(json: string): Lease[] {
  const leases = JSON.parse(json) as readonly { address: string; mac: string; state: string }[];
  return leases
    .filter(({ mac, state }) => mac.startsWith("02:48:") && state === "active")
    .map(({ address, mac }) => ({
      client: Number.parseInt(mac.replaceAll(":", "").slice(4), 16),
      address: parseIpv4(address),
    }));
}
