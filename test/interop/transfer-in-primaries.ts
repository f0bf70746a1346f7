/** Real primaries to copy zones from, each in a folder and on ports of its own: named, knotd, nsd. */
import { execFile, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { findProgram } from "../peers.ts";

const run = promisify(execFile);

export interface KeyText {
  readonly name: string;
  readonly algorithm: string;
  /** In base64. */
  readonly secret: string;
}

export interface PrimaryOptions {
  /** Text of the zone `example.`. */
  readonly zone: string;
  /** Where to send NOTIFY. */
  readonly notifyPort: number;
  /** Each may transfer and update; without any, everybody may transfer. */
  readonly keys: readonly KeyText[];
  /** Answer over TLS too. */
  readonly tls?: true;
}

export interface Primary extends AsyncDisposable {
  readonly port: number;
  readonly tlsPort: number;
  readonly folder: string;
  /** Certificate of its own in PEM, for the name `primary.example`. */
  readonly certificate: string;
  /** Runs a program beside it; resolves with what it says. */
  run(program: string, args: readonly string[], input?: string): Promise<string>;
  signal(signal: NodeJS.Signals): void;
}

export async function startNamedPrimary(options: PrimaryOptions): Promise<Primary> {
  return start("named", options, ["-g", "-n", "1", "-c", "named.conf"], (place) => {
    const { port, tlsPort } = place;
    const names = options.keys.map(({ name }) => `key ${name};`).join(" ");
    const who = options.keys.length === 0 ? "any;" : names;
    const keys = options.keys.map(
      ({ name, algorithm, secret }) => `key ${name} { algorithm ${algorithm}; secret "${secret}"; };`,
    );
    const tls = options.tls === true ? 'tls own { cert-file "cert.pem"; key-file "key.pem"; };' : "";
    const listenTls = options.tls === true ? `listen-on port ${tlsPort} tls own { 127.0.0.1; };` : "";
    writeFileSync(
      join(place.folder, "named.conf"),
      `${keys.join("\n")}
${tls}
options { directory "${place.folder}"; pid-file "named.pid"; session-keyfile "session.key";
  listen-on port ${port} { 127.0.0.1; }; ${listenTls} listen-on-v6 { none; };
  recursion no; dnssec-validation no; empty-zones-enable no; notify-delay 0; notify explicit;
  also-notify { 127.0.0.1 port ${options.notifyPort}; };
  allow-transfer { ${who} }; max-records-per-type 0; max-ixfr-ratio unlimited; };
controls { };
zone "example" { type primary; file "example.zone"; journal "example.jnl"; max-journal-size 10m;
  allow-update { ${options.keys.length === 0 ? "127.0.0.1;" : names} }; };
`,
    );
  });
}

export async function startKnotPrimary(options: PrimaryOptions): Promise<Primary> {
  return start("knotd", options, ["-c", "knot.conf"], (place) => {
    const { folder, port } = place;
    const ids = options.keys.map(({ name }) => name).join(", ");
    const keys = options.keys.map(
      ({ name, algorithm, secret }) =>
        `  - id: ${name}\n    algorithm: ${algorithm}\n    secret: ${secret}\n`,
    );
    writeFileSync(
      join(folder, "knot.conf"),
      `server:
  rundir: "${folder}"
  listen: 127.0.0.1@${port}
  pidfile: "${folder}/knot.pid"
log:
  - target: stderr
    any: info
${keys.length === 0 ? "" : `key:\n${keys.join("")}`}
database:
  storage: "${folder}"
remote:
  - id: here
    address: 127.0.0.1@${options.notifyPort}
acl:
  - id: copy
    action: transfer
    ${keys.length === 0 ? "address: 127.0.0.1" : `key: [${ids}]`}
template:
  - id: default
    storage: "${folder}"
    zonefile-sync: -1
    journal-content: changes
zone:
  - domain: example.
    file: example.zone
    acl: copy
    notify: here
`,
    );
  });
}

export async function startNsdPrimary(options: PrimaryOptions): Promise<Primary> {
  return start("nsd", options, ["-d", "-c", "nsd.conf"], (place) => {
    const { folder, port, tlsPort } = place;
    const keys = options.keys.map(
      ({ name, algorithm, secret }) =>
        `key:\n  name: ${name}\n  algorithm: ${algorithm}\n  secret: "${secret}"\n`,
    );
    const provide =
      options.keys.length === 0
        ? "  provide-xfr: 127.0.0.1 NOKEY"
        : options.keys.map(({ name }) => `  provide-xfr: 127.0.0.1 ${name}`).join("\n");
    const tls =
      options.tls === true
        ? `  ip-address: 127.0.0.1@${tlsPort}\n  tls-port: ${tlsPort}\n  tls-service-key: "${folder}/key.pem"\n` +
          `  tls-service-pem: "${folder}/cert.pem"\n`
        : "";
    writeFileSync(
      join(folder, "nsd.conf"),
      `server:
  ip-address: 127.0.0.1@${port}
${tls}  username: ""
  chroot: ""
  zonesdir: "${folder}"
  database: ""
  pidfile: "${folder}/nsd.pid"
  xfrdfile: "${folder}/xfrd.state"
  xfrdir: "${folder}"
  zonelistfile: "${folder}/zone.list"
  server-count: 1
  rrl-ratelimit: 0
remote-control:
  control-enable: yes
  control-interface: "${folder}/nsd.ctl"
${keys.join("")}
zone:
  name: example.
  zonefile: example.zone
  store-ixfr: yes
  create-ixfr: yes
${provide}
  notify: 127.0.0.1@${options.notifyPort} NOKEY
`,
    );
  });
}

interface Place {
  readonly folder: string;
  readonly port: number;
  readonly tlsPort: number;
}

async function start(
  program: string,
  options: PrimaryOptions,
  args: readonly string[],
  configure: (place: Place) => void,
): Promise<Primary> {
  const folder = mkdtempSync(join(tmpdir(), "homeport-primary-"));
  const place = { folder, port: await freePort(), tlsPort: await freePort() };
  writeFileSync(join(folder, "example.zone"), options.zone);
  const certificate = options.tls === true ? await makeCertificate(folder) : "";
  configure(place);
  const child = spawn(findProgram(program)!, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  const collect = (text: Buffer): void => {
    log += text.toString();
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), 3_000);
    await ended;
    clearTimeout(late);
    rmSync(folder, { recursive: true, force: true });
  };
  const died = ended.then(() => Promise.reject(new Error(`${program} ended:\n${log}`)));
  died.catch(() => {});
  try {
    await Promise.race([untilItServes(place.port), died]);
  } catch (error) {
    await stop();
    throw new Error(`${String(error)}\n${log}`);
  }
  return {
    ...place,
    certificate,
    async run(peer, peerArgs, input) {
      const started = run(findProgram(peer)!, [...peerArgs], { cwd: folder });
      started.child.stdin?.on("error", () => {}); // it may be done before it has read anything
      started.child.stdin?.end(input ?? "");
      return (await started).stdout;
    },
    signal: (signal) => void child.kill(signal),
    [Symbol.asyncDispose]: stop,
  };
}

async function makeCertificate(folder: string): Promise<string> {
  const args =
    "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout key.pem -out cert.pem";
  const names = ["-subj", "/CN=primary.example", "-addext", "subjectAltName=DNS:primary.example"];
  await run(findProgram("openssl")!, [...args.split(" "), ...names], { cwd: folder });
  return (await run("cat", ["cert.pem"], { cwd: folder })).stdout;
}

/** A port that nobody listens on, UDP and TCP. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

/** Asks for the SOA of `example.`, again and again, until the answer is authoritative. */
async function untilItServes(port: number): Promise<void> {
  const query = Uint8Array.fromHex("123400000001000000000000076578616d706c65000006 0001".replaceAll(" ", ""));
  const socket = createSocket("udp4");
  const ask = (): void => socket.send(query, port, "127.0.0.1");
  const timer = setInterval(ask, 30);
  try {
    await new Promise<void>((resolve, reject) => {
      socket.on("message", (octets) => {
        if ((octets[2]! & 4) !== 0 && (octets[3]! & 15) === 0) resolve();
      });
      socket.on("error", () => {}); // nobody listens yet
      setTimeout(() => reject(new Error("it did not serve its zone within 20 s")), 20_000).unref();
      ask();
    });
  } finally {
    clearInterval(timer);
    socket.close();
  }
}
