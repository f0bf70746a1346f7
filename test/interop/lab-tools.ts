/** What every lab of real programs needs: free ports, programs that run to their end, patience. */
import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pass } from "node:timers/promises";
import { findProgram } from "../peers.ts";

export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs a program to its end. Never rejects for what the program says or how it ends. */
export async function run(
  program: string,
  words: readonly string[],
  options: { readonly input?: string; readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Ended> {
  const { input = "", cwd, env } = options;
  const child = spawn(findProgram(program) ?? program, words, {
    stdio: ["pipe", "pipe", "pipe"],
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env: { ...process.env, ...env } }),
  });
  let output = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  child.stdin.on("error", () => {}); // it may end before it has read anything
  child.stdin.end(input);
  const [code] = (await once(child, "close")) as [number | null];
  return { code, output, errors };
}

/** A port that nobody listens on, neither UDP nor TCP. */
export async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    const socket = createSocket("udp4");
    const isFree = await new Promise<boolean>((resolve) => {
      socket.once("error", () => resolve(false));
      socket.bind(port, "127.0.0.1", () => resolve(true));
    });
    await new Promise<void>((resolve) => server.close(() => resolve()));
    if (!isFree) continue;
    await new Promise<void>((resolve) => socket.close(() => resolve()));
    return port;
  }
}

/** Tries until there is an outcome; what it says when there is none says `what`. */
export async function until<Outcome>(
  what: string,
  attempt: () => Promise<Outcome | undefined> | Outcome | undefined,
  { withinMs = 15_000, told = () => "" }: { withinMs?: number; told?: () => string } = {},
): Promise<Outcome> {
  const endMs = performance.now() + withinMs;
  for (;;) {
    const outcome = await attempt();
    if (outcome !== undefined && outcome !== false) return outcome;
    if (performance.now() > endMs) throw new Error(`not within ${withinMs} ms: ${what}\n${told()}`);
    await pass(20);
  }
}

/** The lines that `dig` prints of an answer, or its complaint. */
export async function dig(port: number, ...words: readonly string[]): Promise<string> {
  const { output, errors } = await run("dig", [
    "@127.0.0.1",
    "-p",
    String(port),
    "+tries=2",
    "+time=3",
    ...words,
  ]);
  return `${output}${errors}`;
}

/** What a name server answers, in short form: a line for each record. */
export async function lookUp(port: number, name: string, type: string): Promise<readonly string[]> {
  const { output } = await run("dig", [
    "@127.0.0.1",
    "-p",
    String(port),
    "+short",
    "+tries=2",
    "+time=3",
    name,
    type,
  ]);
  return output.split("\n").filter((line) => line !== "");
}

/** The serial number that is served; undefined without one. */
export async function serialOf(port: number, zone: string): Promise<number | undefined> {
  const [soa] = await lookUp(port, zone, "SOA");
  const serial = soa?.split(" ")[2];
  return serial === undefined || !/^\d+$/.test(serial) ? undefined : Number(serial);
}

/** All records of a zone by AXFR, sorted, so that two servers can be compared. Throws when it is refused. */
export async function copyOf(
  port: number,
  zone: string,
  { keyFile, words = [] }: { readonly keyFile?: string; readonly words?: readonly string[] } = {},
): Promise<readonly string[]> {
  const key = keyFile === undefined ? [] : ["-k", keyFile];
  const text = await dig(port, ...key, zone, "AXFR", "+noall", "+answer", "+onesoa", ...words);
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith(";"));
  if (lines.length === 0) throw new Error(`no copy of ${zone} from port ${port}: ${text}`);
  return lines
    .map((line) => line.replace(/^\S+/, (owner) => owner.toLowerCase()).replace(/\s+/g, " "))
    .sort();
}

/** A certificate that it has signed itself, with its key, in PEM, for this name. */
export async function makeCertificate(
  folder: string,
  name: string,
): Promise<{ certificate: string; key: string }> {
  const [certificate, key] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)];
  const words = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=${name}`;
  const names = ["-addext", `subjectAltName=DNS:${name},IP:127.0.0.1`, "-keyout", key, "-out", certificate];
  const { code, errors } = await run("openssl", [...words.split(" "), ...names]);
  if (code !== 0) throw new Error(`no certificate: ${errors}`);
  return { certificate, key };
}
