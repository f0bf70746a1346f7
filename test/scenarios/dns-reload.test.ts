/**
 * Zones and settings change while queries run: none is lost, none is answered from half a zone, and a mistake
 * changes nothing.
 */
import assert from "node:assert/strict";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Ports, RunningCapability } from "#contracts/capability.ts";
import { decodeMessage, encodeMessage, queryMessage } from "#protocols/dns/message.ts";
import { parseName } from "#protocols/dns/name.ts";
import { rdataToText } from "#protocols/dns/records/index.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { dns } from "../../src/capabilities/dns/capability.ts";
import { DnsConfig } from "../../src/capabilities/dns/config.ts";
import { askTcp, askUdp } from "../../src/platform/dns-query/ask.ts";

const recordsPerVersion = 10;

/** A zone in which every record says which version it is of. */
function zoneText(version: number): string {
  const texts = Array.from({ length: recordsPerVersion }, (_, i) => `all TXT "v${version} ${i}"`);
  return [
    "$TTL 60",
    `@ SOA ns1 admin ${version} 3600 600 86400 60`,
    "@ NS ns1",
    "ns1 A 192.0.2.1",
    ...texts,
    "",
  ].join("\n");
}

interface Lab {
  readonly running: RunningCapability<DnsConfig>;
  readonly config: DnsConfig;
  readonly port: number;
  write(text: string): void;
  reload(config?: DnsConfig): Promise<void>;
}

async function startLab(t: TestContext): Promise<Lab> {
  const folder = mkdtempSync(join(tmpdir(), "homeport-reload-"));
  let written = 0;
  const write = (text: string): void => {
    const fresh = join(folder, `zone.${written++}`); // another size each time, so that the change is seen
    writeFileSync(fresh, `${text}; ${"x".repeat(written)}\n`);
    renameSync(fresh, join(folder, "zone.db"));
  };
  write(zoneText(1));
  const config = DnsConfig.parse({
    listen: ["127.0.0.1:0"],
    zones: [{ name: "reload.example", file: "zone.db" }],
  });
  const running = await dns.start(config, portsIn(folder));
  t.after(async () => {
    await running[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });
  const port = Number(running.status().listening[0]!.split(":").at(-1));
  const reload = async (changed = config): Promise<void> => {
    const change = await running.prepare(changed, { siteFolder: folder });
    await change.commit();
  };
  return { running, config, port, write, reload };
}

function portsIn(siteFolder: string): Ports {
  const quiet = (): void => {};
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet, child: () => log };
  const store = { list: async () => [], transact: async () => ({ committed: true, revision: 1 }) };
  return { siteFolder, dataFolder: siteFolder, log, store, nowMs: Date.now } as unknown as Ports;
}

/** The versions that the records of one answer are of. */
async function versionsSeen(port: number, ask: typeof askUdp, id: number): Promise<Set<string>> {
  const question = { name: parseName("all.reload.example."), type: RRType.TXT, class: 1 };
  const octets = await ask(
    encodeMessage(queryMessage({ id, question })),
    { address: "127.0.0.1", port },
    5000,
  );
  const { answers } = decodeMessage(octets);
  assert.equal(answers.length, recordsPerVersion);
  return new Set(answers.map(({ type, rdata }) => rdataToText(type, rdata).split(" ")[0]!));
}

for (const [transport, ask] of [
  ["UDP", askUdp],
  ["TCP", askTcp],
] as const) {
  test(`while a zone is reloaded 40 times, every query over ${transport} is answered from one version`, async (t) => {
    const lab = await startLab(t);
    let reloading = true;
    let asked = 0;
    const seen = new Set<string>();
    const asker = async (): Promise<void> => {
      while (reloading) {
        const versions = await versionsSeen(lab.port, ask, ++asked & 0xffff);
        assert.equal(versions.size, 1, "all records of an answer are of one version");
        for (const version of versions) seen.add(version);
      }
    };
    const askers = [asker(), asker(), asker(), asker()];
    try {
      for (let version = 2; version <= 41; version++) {
        lab.write(zoneText(version));
        await lab.reload();
      }
    } finally {
      reloading = false;
    }
    await Promise.all(askers);
    assert.ok(asked > 40, `${asked} queries`);
    assert.ok(seen.size > 5, `answers of ${seen.size} versions`);
    assert.deepEqual([...(await versionsSeen(lab.port, ask, 1))], ['"v41']);
  });
}

test("a zone file with a mistake leaves the earlier content in service, and status says where the mistake is", async (t) => {
  const lab = await startLab(t);
  lab.write(`${zoneText(2)}\nbroken A 192.0.2.300`);
  await lab.reload();
  assert.deepEqual([...(await versionsSeen(lab.port, askUdp, 1))], ['"v1']);
  const problems = lab.running.status().problems.filter(({ severity }) => severity === "error");
  assert.match(problems[0]!.what, /goes on with what its file said before \(serial 1\)/);
  assert.equal(problems[1]!.line, 16);
  assert.match(problems[1]!.what, /192\.0\.2\.300/);
  lab.write(zoneText(3));
  await lab.reload();
  assert.deepEqual([...(await versionsSeen(lab.port, askUdp, 2))], ['"v3']);
  assert.deepEqual(lab.running.status().problems, []);
});

test("a config that cannot be taken leaves zones and sockets as they are", async (t) => {
  const lab = await startLab(t);
  lab.write(zoneText(2));
  const wrong = { ...lab.config, listen: ["127.0.0.1:0", "192.0.2.77:5300"] };
  await assert.rejects(lab.reload(wrong), /192\.0\.2\.77/);
  assert.deepEqual([...(await versionsSeen(lab.port, askUdp, 1))], ['"v1']);
});

test("a zone that is new is served and one that is gone is refused after a reload", async (t) => {
  const lab = await startLab(t);
  await lab.reload(DnsConfig.parse({ ...lab.config, zones: [{ name: "other.example", file: "zone.db" }] }));
  const question = { name: parseName("all.reload.example."), type: RRType.TXT, class: 1 };
  const server = { address: "127.0.0.1", port: lab.port };
  const gone = decodeMessage(await askUdp(encodeMessage(queryMessage({ id: 1, question })), server, 5000));
  assert.equal(gone.rcode, 5);
  const fresh = { ...question, name: parseName("all.other.example.") };
  const served = decodeMessage(
    await askUdp(encodeMessage(queryMessage({ id: 2, question: fresh })), server, 5000),
  );
  assert.equal(served.answers.length, recordsPerVersion);
});
