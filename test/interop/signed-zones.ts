/** Zones signed with BIND's dnssec-keygen and dnssec-signzone, in a folder of their own until disposed. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { findProgram, requirePeer } from "../peers.ts";
import type { ZoneFile } from "./named.ts";

/** How the same zone is signed, by its origin. */
export const signings: Readonly<Record<string, readonly string[]>> = {
  "nsec.example": [],
  "nsec3.example": ["-3", "-"],
  "salted.example": ["-3", "aabbccdd", "-H", "12"],
  "opt-out.example": ["-3", "-", "-A"],
};

export interface SignedZones extends Disposable {
  readonly zones: readonly ZoneFile[];
  /** DNSKEY records in presentation form, by origin: the trust anchors. */
  readonly keys: ReadonlyMap<string, readonly string[]>;
  readonly folder: string;
}

export function canSign(t: TestContext): boolean {
  return requirePeer(t, "dnssec-keygen", "bind9-utils") && requirePeer(t, "dnssec-signzone", "bind9-utils");
}

export function signZones(): SignedZones {
  const folder = mkdtempSync(join(tmpdir(), "homeport-signed-"));
  const unsigned = join(import.meta.dirname, "zones", "to-sign.zone");
  const zones: ZoneFile[] = [];
  const keys = new Map<string, readonly string[]>();
  for (const [name, options] of Object.entries(signings)) {
    const file = join(folder, `${name}.zone`);
    for (const kind of [["-f", "KSK"], []])
      run("dnssec-keygen", ["-q", "-K", folder, "-a", "ECDSAP256SHA256", ...kind, name]);
    run("dnssec-signzone", [
      "-q",
      "-S",
      "-K",
      folder,
      "-d",
      folder,
      "-o",
      name,
      "-f",
      file,
      ...options,
      unsigned,
    ]);
    zones.push({ name, file });
    keys.set(name, publicKeys(folder, name));
  }
  return { zones, keys, folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

function run(program: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(findProgram(program)!, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
}

function publicKeys(folder: string, name: string): string[] {
  return readdirSync(folder)
    .filter((file) => file.startsWith(`K${name}.+`) && file.endsWith(".key"))
    .map((file) => readFileSync(join(folder, file), "utf8"))
    .flatMap((text) => text.split("\n").filter((line) => line !== "" && !line.startsWith(";")));
}
