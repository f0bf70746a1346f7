/** Runs knotd and nsd on a loopback port of their own until they are disposed, and asks what they serve. */
import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeMessage, encodeMessage, type Message, queryMessage } from "#protocols/dns/message.ts";
import type { Name } from "#protocols/dns/name.ts";
import { decodeRdata } from "#protocols/dns/record.ts";
import { Soa } from "#protocols/dns/records/delegation.ts";
import { RRClass, RRType } from "#protocols/dns/registry.ts";
import { findProgram } from "../peers.ts";
import type { RunningPeer } from "./named.ts";

/** `config`: what stands behind the server section; it is given the folder that the zones may lie in. */
export function startKnotd(config: (folder: string) => string): Promise<RunningPeer> {
  return startPeer("knotd", (folder, port) => ({
    args: ["-c", join(folder, "knotd.conf")],
    config: `server:
  rundir: "${folder}"
  listen: 127.0.0.1@${port}
  background-workers: 1
  udp-workers: 1
  tcp-workers: 1
log:
  - target: stderr
    any: info
database:
  storage: "${folder}"
${config(folder)}`,
  }));
}

/** `config`: keys, patterns and zones. */
export function startNsd(config: string): Promise<RunningPeer> {
  return startPeer("nsd", (folder, port) => ({
    args: ["-d", "-c", join(folder, "nsd.conf")],
    config: `server:
  ip-address: 127.0.0.1@${port}
  username: ""
  chroot: ""
  zonesdir: "${folder}"
  database: ""
  pidfile: "${folder}/nsd.pid"
  xfrdfile: "${folder}/xfrd.state"
  xfrdir: "${folder}"
  zonelistfile: "${folder}/zone.list"
  server-count: 1
  xfrd-reload-timeout: 0
  verbosity: 2
remote-control:
  control-enable: no
${config}`,
  }));
}

interface PeerSetup {
  readonly args: readonly string[];
  readonly config: string;
}

async function startPeer(
  program: "knotd" | "nsd",
  setup: (folder: string, port: number) => PeerSetup,
): Promise<RunningPeer> {
  const folder = mkdtempSync(join(tmpdir(), `homeport-${program}-`));
  const port = await freePort();
  const { args, config } = setup(folder, port);
  writeFileSync(join(folder, `${program}.conf`), config);
  const path = findProgram(program);
  if (path === undefined) throw new Error(`${program} is not installed`);
  const child = spawn(path, args, { stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    log += text;
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const stop = async (): Promise<void> => {
    // nsd has children that its end by SIGKILL would leave behind
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), 5000);
    await ended;
    clearTimeout(late);
    rmSync(folder, { recursive: true, force: true });
  };
  const peer = { address: "127.0.0.1", port, [Symbol.asyncDispose]: stop };
  const died = ended.then(() => Promise.reject(new Error(`${program} ended:\n${log}`)));
  died.catch(() => {});
  try {
    const query = { id: 1, question: { name: "\0" as Name, type: RRType.SOA, class: RRClass.IN } };
    await Promise.race([until(() => ask(peer, queryMessage(query))), died]);
  } catch (error) {
    await stop();
    throw new Error(`${program} does not start:\n${log}`, { cause: error });
  }
  return peer;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

/** Tries until there is an outcome, for 20 s at most. */
export async function until<Outcome>(attempt: () => Promise<Outcome | undefined>): Promise<Outcome> {
  const endMs = performance.now() + 20_000;
  while (performance.now() < endMs) {
    const outcome = await attempt();
    if (outcome !== undefined) return outcome;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("it did not happen within 20 s");
}

/** The response to one query over UDP; undefined when there is none within half a second. */
export async function ask(peer: RunningPeer, query: Message): Promise<Message | undefined> {
  const socket = createSocket("udp4");
  try {
    return await new Promise<Message | undefined>((resolve) => {
      socket.on("message", (octets) => resolve(decodeMessage(octets)));
      socket.on("error", () => resolve(undefined));
      socket.send(encodeMessage(query), peer.port, peer.address);
      setTimeout(() => resolve(undefined), 500).unref();
    });
  } finally {
    socket.close();
  }
}

/** The serial number of the zone that a peer serves; undefined: it does not serve it. */
export async function servedSerial(peer: RunningPeer, zone: Name): Promise<number | undefined> {
  const query = queryMessage({ id: 1, question: { name: zone, type: RRType.SOA, class: RRClass.IN } });
  const soa = (await ask(peer, query))?.answers[0];
  return soa?.type === RRType.SOA ? decodeRdata(Soa, soa.rdata).serial : undefined;
}
