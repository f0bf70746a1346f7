/** Reads lease files: what counts of each address, how many have ended, and which lines are broken. */
import { open } from "node:fs/promises";
import type { ConfigProblem } from "#contracts/configuration.ts";
import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import type { ImportedLease } from "../../control.ts";
import { limits } from "../../limits.ts";
import { importLimits } from "../limits.ts";
import { DhcpdLeases } from "./dhcpd-leases.ts";
import { DnsmasqLeases } from "./dnsmasq-leases.ts";
import { KeaLeases } from "./kea-leases.ts";
import type { LeaseEntry, LeaseFormat, LeaseReader, LeaseSink } from "./lease-line.ts";
import { readLines } from "./read-lines.ts";

export interface ReadLeases {
  readonly format: LeaseFormat;
  /** By address. */
  readonly leases: readonly ImportedLease[];
  readonly expired: number;
  readonly declined: number;
  /** The first ones. */
  readonly broken: readonly ConfigProblem[];
  readonly brokenLines: number;
}

export interface LeaseFiles {
  /** The oldest first. */
  readonly files: readonly string[];
  /** Undefined: what they look like. */
  readonly format: LeaseFormat | undefined;
  readonly nowMs: number;
}

/** @returns undefined: the files are none that is known */
export async function readLeaseFiles({ files, format, nowMs }: LeaseFiles): Promise<ReadLeases | undefined> {
  const found = format ?? (await formatOf(files));
  if (found === undefined) return undefined;
  const collected = new Collected();
  for (const file of found === "kea" ? oldestFirst(files) : files) {
    collected.file = file;
    const reader = readers[found](collected, nowMs);
    await readLines(
      file,
      (line, number) => reader.line(line, number),
      (number) => collected.broken(number, "the line is too long"),
    );
    reader.end();
  }
  return { format: found, ...collected.sorted(nowMs) };
}

/** While Kea cleans its file up, older parts have endings of their own; `*` lists those last. */
function oldestFirst(files: readonly string[]): readonly string[] {
  const age = (file: string): number =>
    /\.(2|output|completed)$/.test(file) ? 2 : file.endsWith(".1") ? 1 : 0;
  return [...files].sort((one, other) => age(other) - age(one));
}

const readers: Readonly<Record<LeaseFormat, (sink: LeaseSink, nowMs: number) => LeaseReader>> = {
  dhcpd: (sink, nowMs) => new DhcpdLeases(sink, nowMs),
  kea: (sink, nowMs) => new KeaLeases(sink, nowMs),
  dnsmasq: (sink, nowMs) => new DnsmasqLeases(sink, nowMs),
};

class Collected implements LeaseSink {
  file = "";
  private readonly entries = new Map<string, LeaseEntry>();
  private readonly problems: ConfigProblem[] = [];
  private brokenLines = 0;

  entry(entry: LeaseEntry, line: number): undefined {
    const { hardwareAddress = "", clientIdentifier = "" } = entry.lease ?? {};
    // Two digits and a colon each
    if (hardwareAddress.length > 3 * importLimits.hardwareOctetsMax)
      return this.broken(line, "its hardware address is longer than there are");
    if (clientIdentifier.length > 3 * limits.clientIdentifierOctetsMax)
      return this.broken(line, "its client identifier is longer than there are");
    if (this.entries.size < importLimits.leasesMax || this.entries.has(entry.address))
      this.entries.set(entry.address, entry);
    else this.broken(line, `there are more than ${importLimits.leasesMax} addresses`);
  }

  broken(line: number, what: string): undefined {
    this.brokenLines++;
    if (this.problems.length < importLimits.brokenLinesShownMax)
      this.problems.push({ severity: "error", file: this.file, line, what });
  }

  sorted(nowMs: number): Omit<ReadLeases, "format"> {
    const leases: ImportedLease[] = [];
    let [expired, declined] = [0, 0];
    for (const { state, lease } of this.entries.values()) {
      if (state === "declined") declined++;
      else if (lease === undefined || lease.expiresAtMs <= nowMs) expired++;
      else leases.push(bounded(lease, nowMs));
    }
    leases.sort((one, other) => parseIpv4(one.address) - parseIpv4(other.address));
    return { leases, expired, declined, broken: this.problems, brokenLines: this.brokenLines };
  }
}

/** As the API takes it. */
function bounded(lease: ImportedLease, nowMs: number): ImportedLease {
  const { hostName, sinceMs } = lease;
  return {
    ...lease,
    hostName:
      hostName === undefined || hostName.length > importLimits.hostNameLengthMax ? undefined : hostName,
    sinceMs: Math.min(Math.max(sinceMs, 0), nowMs),
  };
}

/** By the beginning of the first file that has one. */
async function formatOf(files: readonly string[]): Promise<LeaseFormat | undefined> {
  for (const file of files) {
    const beginning = await beginningOf(file);
    if (/^address,hwaddr,/m.test(beginning)) return "kea";
    if (/^(lease \S+ \{|authoring-byte-order |server-duid )/m.test(beginning)) return "dhcpd";
    if (/^(\d+ \S+ \S+ \S+ \S+|duid \S+)\s*$/m.test(beginning)) return "dnsmasq";
  }
  return undefined;
}

async function beginningOf(file: string): Promise<string> {
  await using handle = await open(file);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(64 * 1024), 0, 64 * 1024, 0);
  return buffer.toString("latin1", 0, bytesRead);
}
