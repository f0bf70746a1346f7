/** Runs BIND's `named` on a loopback port of its own, in a folder of its own, until it is disposed. */
import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram } from "../peers.ts";

export interface ZoneFile {
  /** Origin, with or without the final dot. */
  readonly name: string;
  /** Absolute path. It may be missing: then the zone is configured and not served. */
  readonly file: string;
}

export interface NamedOptions {
  readonly zones: readonly ZoneFile[];
  /** Statements for `options`, such as "minimal-any yes;". */
  readonly options?: string;
  /** Statements beside `options`, such as a key. */
  readonly statements?: string;
}

export interface RunningPeer extends AsyncDisposable {
  readonly address: string;
  readonly port: number;
}

/** Starts `named`; resolves once it answers. Throws with its log when it does not. */
export async function startNamed(options: NamedOptions): Promise<RunningPeer> {
  const folder = mkdtempSync(join(tmpdir(), "homeport-named-"));
  const port = await freePort();
  writeFileSync(join(folder, "named.conf"), configText(folder, port, options));
  const program = findProgram("named");
  if (program === undefined) throw new Error("named is not installed");
  const child = spawn(program, ["-g", "-n", "1", "-c", join(folder, "named.conf")], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    log += text;
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const died = ended.then(() => Promise.reject(new Error(`named ended:\n${log}`)));
  died.catch(() => {});
  try {
    await Promise.race([untilItAnswers(port), died]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { address: "127.0.0.1", port, [Symbol.asyncDispose]: stop };
}

function configText(
  folder: string,
  port: number,
  { zones, options = "", statements = "" }: NamedOptions,
): string {
  const zoneTexts = zones.map(({ name, file }) => `zone "${name}" { type primary; file "${file}"; };`);
  return `options {
  directory "${folder}";
  pid-file "${join(folder, "named.pid")}";
  session-keyfile "${join(folder, "session.key")}";
  listen-on port ${port} { 127.0.0.1; };
  listen-on-v6 { none; };
  recursion no;
  notify no;
  allow-transfer { none; };
  dnssec-validation no;
  check-names primary ignore;
  check-mx ignore;
  check-mx-cname ignore;
  check-srv-cname ignore;
  check-sibling no;
  check-integrity no;
  empty-zones-enable no;
  tcp-clients 150;
  ${options}
};
controls { };
${statements}
${zoneTexts.join("\n")}
`;
}

/** A port that nobody listens on, UDP and TCP. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

/** Asks for the root's SOA, again and again; any response will do. */
async function untilItAnswers(port: number): Promise<void> {
  const query = Uint8Array.fromHex("1234000000010000000000000000060001");
  const socket = createSocket("udp4");
  const ask = (): void => socket.send(query, port, "127.0.0.1");
  const timer = setInterval(ask, 20);
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once("message", () => resolve());
      socket.on("error", () => {}); // nobody listens yet
      setTimeout(() => reject(new Error("named did not answer within 20 s")), 20_000).unref();
      ask();
    });
  } finally {
    clearInterval(timer);
    socket.close();
  }
}
