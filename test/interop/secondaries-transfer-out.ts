/** Runs other name servers as secondaries of zones, each in a folder of its own, until it is disposed. */
import { type ChildProcess, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectClient, frame } from "#platform/stream/stream-client.ts";
import { decodeMessage, encodeMessage, type MessageRecord, queryMessage } from "#protocols/dns/message.ts";
import { lowerName, type Name, nameToText } from "#protocols/dns/name.ts";
import { canonicalRdata } from "#protocols/dns/records/index.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { findProgram } from "../peers.ts";
import type { RunningPeer } from "./named.ts";

export interface SecondaryKind {
  readonly program: string;
  readonly debianPackage: string;
  /** Writes what it needs into the folder, and returns its arguments. */
  configure(place: SecondaryPlace): readonly string[];
}

type Place = Pick<RunningPeer, "address" | "port">;

interface SecondaryPlace {
  readonly folder: string;
  readonly port: number;
  readonly primaryPort: number;
  /** Without the final dot. */
  readonly zones: readonly string[];
}

export const secondaryKinds: readonly SecondaryKind[] = [
  { program: "named", debianPackage: "bind9", configure: configureNamed },
  { program: "knotd", debianPackage: "knot", configure: configureKnot },
  { program: "nsd", debianPackage: "nsd", configure: configureNsd },
];

export interface Secondary extends RunningPeer {
  /** Resolves when it serves the zone with this serial number. */
  untilSerial(zone: Name, serial: number): Promise<void>;
  /** The records of a zone as text, as it gives them away. */
  zone(zone: Name): Promise<readonly string[]>;
}

export async function startSecondary(
  kind: SecondaryKind,
  zones: readonly Name[],
  primaryPort: number,
): Promise<Secondary> {
  const folder = mkdtempSync(join(tmpdir(), "homeport-secondary-"));
  const port = await freePort();
  const texts = zones.map((zone) => (zone === "\0" ? "." : nameToText(zone).slice(0, -1)));
  const args = kind.configure({ folder, port, primaryPort, zones: texts });
  const child = spawn(findProgram(kind.program)!, args, { stdio: ["ignore", "pipe", "pipe"], cwd: folder });
  let log = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      log += text;
    });
  const ended = endOf(child);
  const peer = { address: "127.0.0.1", port };
  const asked = async <Value>(value: Promise<Value>): Promise<Value> => {
    const died = ended.then(() => Promise.reject(new Error(`${kind.program} ended:\n${log}`)));
    try {
      return await Promise.race([value, died]);
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${log.slice(-4000)}`, { cause: error });
    }
  };
  return {
    ...peer,
    untilSerial: (zone, serial) => asked(untilSerial(port, zone, serial)),
    zone: (zone) => asked(copied(peer, zone)),
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGTERM");
      const patience = setTimeout(() => child.kill("SIGKILL"), 3000);
      await ended;
      clearTimeout(patience);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configureNamed({ folder, port, primaryPort, zones }: SecondaryPlace): readonly string[] {
  const file = join(folder, "named.conf");
  const list = zones.map(
    (zone, index) =>
      `zone "${zone}" { type secondary; primaries port ${primaryPort} { 127.0.0.1; }; file "${index}.db"; };`,
  );
  writeFileSync(
    file,
    `options {
  directory "${folder}"; pid-file none; session-keyfile none;
  listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; };
  recursion no; notify no; allow-transfer { any; }; dnssec-validation no; empty-zones-enable no;
  check-names secondary ignore; transfers-in 20; transfers-per-ns 20;
};
controls { };
${list.join("\n")}
`,
  );
  return ["-g", "-n", "1", "-c", file];
}

function configureKnot({ folder, port, primaryPort, zones }: SecondaryPlace): readonly string[] {
  const file = join(folder, "knot.conf");
  const list = zones.map((zone) => `  - domain: ${zone}\n    master: primary\n    acl: all`);
  writeFileSync(
    file,
    `server:
  rundir: ${folder}
  listen: 127.0.0.1@${port}
  udp-workers: 1
  tcp-workers: 1
  background-workers: 2
log:
  - target: stderr
    any: info
database:
  storage: ${folder}
remote:
  - id: primary
    address: 127.0.0.1@${primaryPort}
acl:
  - id: all
    address: 127.0.0.1
    action: [notify, transfer]
template:
  - id: default
    storage: ${folder}
    zonefile-sync: -1
    semantic-checks: off
zone:
${list.join("\n")}
`,
  );
  return ["-c", file];
}

function configureNsd({ folder, port, primaryPort, zones }: SecondaryPlace): readonly string[] {
  const file = join(folder, "nsd.conf");
  const list = zones.map(
    (zone, index) => `zone:
  name: ${zone}
  zonefile: ${index}.zone
  request-xfr: 127.0.0.1@${primaryPort} NOKEY
  allow-notify: 127.0.0.1 NOKEY
  provide-xfr: 127.0.0.1 NOKEY`,
  );
  writeFileSync(
    file,
    `server:
  ip-address: 127.0.0.1@${port}
  server-count: 1
  rrl-ratelimit: 0
  rrl-whitelist-ratelimit: 0
  verbosity: 2
  zonesdir: "${folder}"
  database: ""
  pidfile: "${folder}/nsd.pid"
  xfrdfile: "${folder}/xfrd.state"
  zonelistfile: "${folder}/zone.list"
  xfrdir: "${folder}"
  xfrd-reload-timeout: 0
  username: ""
remote-control:
  control-enable: no
${list.join("\n")}
`,
  );
  return ["-d", "-c", file];
}

/**
 * Records as text, in canonical form and sorted, the SOA record once. Signatures stand without TTL: knotd
 * gives all those of a name the same.
 */
export function recordTexts(records: readonly Omit<MessageRecord, "class">[]): readonly string[] {
  const texts = records.map(
    ({ name, type, ttl, rdata }) =>
      `${nameToText(lowerName(name))} ${type === RRType.RRSIG ? "-" : ttl} ${type} ${canonicalRdata(type, rdata).toHex()}`,
  );
  return [...new Set(texts)].sort();
}

/** Copies a zone by AXFR; again when the server closes the connection, as nsd does when it reloads. */
async function copied(peer: Place, zone: Name, triesLeft = 5): Promise<readonly string[]> {
  try {
    return await transferred(peer, zone);
  } catch (error) {
    if (triesLeft === 0 || !(error as Error).message.startsWith("closed")) throw error;
    return copied(peer, zone, triesLeft - 1);
  }
}

async function transferred(peer: Place, zone: Name): Promise<readonly string[]> {
  await using client = await connectClient(peer);
  client.write(frame(questionFor(zone, RRType.AXFR)));
  const records: MessageRecord[] = [];
  for (let count = 1; ; count++) {
    const message = decodeMessage((await client.messages(count))[count - 1]!);
    if (message.rcode !== 0) throw new Error(`the transfer ends with response code ${message.rcode}`);
    records.push(...message.answers);
    if (records.filter(({ type }) => type === RRType.SOA).length === 2) return recordTexts(records);
  }
}

function questionFor(name: Name, type: number): Uint8Array {
  return encodeMessage(queryMessage({ id: 0x4242, question: { name, type, class: 1 } }));
}

async function untilSerial(port: number, zone: Name, serial: number): Promise<void> {
  const socket = createSocket("udp4");
  const query = questionFor(zone, RRType.SOA);
  const ask = (): void => socket.send(query, port, "127.0.0.1");
  const timer = setInterval(ask, 20);
  let last = "nothing";
  try {
    await new Promise<void>((resolve, reject) => {
      socket.on("message", (octets) => {
        const { answers, rcode } = decodeMessage(octets);
        const rdata = answers[0]?.rdata;
        const found = rdata && Buffer.from(rdata).readUInt32BE(rdata.length - 20);
        last = found === undefined ? `response code ${rcode}` : `serial ${found}`;
        if (found === serial) resolve();
      });
      socket.on("error", () => {}); // nobody listens yet
      const late = (): void => reject(new Error(`no serial ${serial} of ${nameToText(zone)} but ${last}`));
      setTimeout(late, 30_000).unref();
      ask();
    });
  } finally {
    clearInterval(timer);
    socket.close();
  }
}

function endOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => child.once("close", () => resolve()));
}

/** A port that nobody listens on with TCP. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
