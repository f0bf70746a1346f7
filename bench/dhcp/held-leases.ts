/** What a running Homeport says that it has leased. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import { clientOf } from "./client-message.ts";
import type { Lease } from "./lease-ledger.ts";
import type { MeasuredServer } from "./measured-server.ts";

const mainFile = join(import.meta.dirname, "../../src/main.ts");
const outputOctetsMax = 256 * 1024 * 1024;
const patienceMs = 60_000;

export function heldLeases(server: MeasuredServer): Lease[] {
  const words = [
    mainFile,
    "--json",
    "--data",
    join(server.folder, "data"),
    "lease",
    "list",
    "--state",
    "bound",
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, {
    encoding: "utf8",
    maxBuffer: outputOctetsMax,
    timeout: patienceMs,
  });
  if (status !== 0) throw new Error(`homeport lease list ended with ${status}: ${stderr.slice(-500)}`);
  return parseHeldLeases(stdout);
}

/** Leases of our own clients; those of others are left out. */
export function parseHeldLeases(json: string): Lease[] {
  const { leases } = JSON.parse(json) as { readonly leases: readonly ListedLease[] };
  return leases.flatMap(({ address, hardwareAddress }) => {
    const client = clientOf(hardwareAddress ?? "");
    return client === undefined ? [] : [{ client, address: parseIpv4(address) }];
  });
}

interface ListedLease {
  readonly address: string;
  readonly hardwareAddress: string | null;
}
