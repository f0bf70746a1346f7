/** Kills a server that takes updates, again and again, and looks whether it kept its word. */
import assert from "node:assert/strict";
import { randomBytes, randomInt } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { systemClock } from "#platform/clock/clock.ts";
import { lowerName, parseName } from "#protocols/dns/name.ts";
import { isLaterSerial } from "#protocols/dns/serial.ts";
import { freePort, untilAnswered } from "../../bench/name-servers.ts";
import { ProcessGroup } from "../../bench/process-group.ts";
import { parseServer } from "../../src/capabilities/dns/server-address.ts";
import { transferZone } from "../../src/capabilities/dns/transfer/in/transfer-client.ts";
import type { TransferResult } from "../../src/capabilities/dns/transfer/in/transfer-request.ts";
import type { ZoneImage } from "../../src/capabilities/dns/zones/image.ts";
import { recordLines, zoneLines } from "../../src/capabilities/dns/zones/image-diff.testing.ts";
import { UpdateClients } from "./update-clients.ts";

const rounds = 20;
const clients = 16;
const zone = parseName("kill.example.");
const seed = Number(process.env["HOMEPORT_SEED"] ?? randomInt(2 ** 31));

/** How a round brings another file: beside the updates, while the server is down, or not at all. */
type FileChange = "running" | "down" | "none";
const fileChanges: readonly FileChange[] = ["none", "running", "none", "down"];

test(`${clients} clients with signed updates, killed ${rounds} times at a random moment (seed ${seed}): what was acknowledged is there, and the differences lead to it`, async (t) => {
  const random = randomFrom(seed);
  await using server = await Server.start();
  let updates = 0;
  let incremental = 0;
  let before = await server.copy();
  for (let round = 0; round < rounds; round++) {
    const change = fileChanges[round % fileChanges.length]!;
    const acknowledged = new UpdateClients({ port: server.port, zone, key: server.key });
    const running = acknowledged.run(clients, `r${round}`);
    if (change === "running") server.changeFile(round);
    // Squared: early moments more often, since they cost less time and find as much.
    await acknowledged.reached(1 + Math.floor(random() ** 2 * 1_000));
    await server.kill();
    acknowledged.end();
    await running;
    assert.deepEqual(acknowledged.refusals, []);
    if (change === "down") server.changeFile(round);
    await server.again();

    const now = await server.copy();
    const owners = new Set([...now.records()].map(({ owner }) => lowerName(owner)));
    for (const owner of acknowledged.acknowledged) assert.ok(owners.has(owner), `round ${round}: ${owner}`);
    if (change !== "none")
      assert.ok(owners.has(parseName(`file${round}`, zone)), `the file of round ${round}`);
    assert.ok(isLaterSerial(now.serial(), before.serial()), `round ${round}: the serial number goes forward`);
    const differences = await server.transfer(before);
    if (differences.kind === "sets") {
      incremental++;
      let lines = zoneLines(before);
      for (const { removed, added } of differences.sets) {
        const gone = new Set(recordLines(removed));
        lines = lines.filter((line) => !gone.has(line)).concat(recordLines(added));
      }
      assert.deepEqual(lines.sort(), zoneLines(now), `round ${round}: what IXFR makes of the zone before`);
    } else {
      // The file changed in the moment before it was known what it had said.
      assert.deepEqual([differences.kind, change], ["zone", "down"], JSON.stringify(differences));
    }
    updates += acknowledged.acknowledged.size;
    before = now;
  }
  t.diagnostic(
    `seed ${seed}: ${updates} updates acknowledged, ${incremental} of ${rounds} times IXFR led from before`,
  );
  assert.ok(incremental >= rounds * 0.8);
});

class Server implements AsyncDisposable {
  readonly port: number;
  readonly key = { name: parseName("kill-key."), algorithm: "hmac-sha256", secret: randomBytes(32) } as const;
  private readonly folder = mkdtempSync(join(fastFolder(), "homeport-updates-"));
  private readonly file = join(this.folder, "kill.example.db");
  private group!: ProcessGroup;
  private serial = 1;
  private lines = "";

  private constructor(port: number) {
    this.port = port;
  }

  static async start(): Promise<Server> {
    const server = new Server(await freePort());
    server.writeFiles();
    await server.again();
    return server;
  }

  async again(): Promise<void> {
    const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
    const data = join(this.folder, "data");
    const words = [main, "start", "--site", join(this.folder, "site.yaml"), "--data", data];
    this.group = new ProcessGroup([process.execPath, ...words]);
    await untilAnswered(this.port, "kill.example", this.group, 30_000);
  }

  async kill(): Promise<void> {
    this.group.leader.kill("SIGKILL");
    await this.group.end();
  }

  /** A new name, and the serial number that its author thinks is next. */
  changeFile(round: number): void {
    this.serial++;
    this.lines += `file${round} A 192.0.2.${round}\n`;
    this.writeZone();
    this.group.leader.kill("SIGHUP");
  }

  async copy(): Promise<ZoneImage> {
    const result = await this.transfer(undefined);
    assert.equal(result.kind, "zone", JSON.stringify(result));
    return (result as TransferResult & { kind: "zone" }).image;
  }

  /** What changed since, or all of it. */
  transfer(present: ZoneImage | undefined): Promise<TransferResult> {
    const request = {
      zone,
      server: parseServer(`127.0.0.1:${this.port}`),
      key: undefined,
      present,
      incremental: present !== undefined,
      anySerial: present === undefined,
      bounds: { recordsPerTypeMax: 0xffff, typesPerNameMax: 0xffff },
    };
    return transferZone(request, { clock: systemClock });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.group[Symbol.asyncDispose]();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private writeFiles(): void {
    const { name, algorithm, secret } = {
      ...this.key,
      name: "kill-key",
      secret: this.key.secret.toString("base64"),
    };
    const site = `site: kill
dns:
  listen: ["127.0.0.1:${this.port}"]
  workers: 1
  rateLimit: off
  keys: [{ name: ${name}, algorithm: ${algorithm}, secret: "${secret}" }]
  zones:
    - name: kill.example
      file: ${this.file}
      allowUpdate: ["key ${name}"]
      allowTransfer: ["any"]
      notify: no
`;
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(join(this.folder, "site.yaml"), site, { mode: 0o600 });
    this.writeZone();
  }

  private writeZone(): void {
    const head = `$TTL 60\n@ SOA ns host ${this.serial} 1h 10m 1d 5m\n@ NS ns\nns A 192.0.2.1\n`;
    writeFileSync(this.file, head + this.lines);
  }
}

/**
 * Memory, where there is a file system of it: see the store's own test. HOMEPORT_KILL_FOLDER names another.
 */
function fastFolder(): string {
  return process.env["HOMEPORT_KILL_FOLDER"] ?? (existsSync("/dev/shm") ? "/dev/shm" : tmpdir());
}

/** Mulberry32: the same numbers for the same seed. */
function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
