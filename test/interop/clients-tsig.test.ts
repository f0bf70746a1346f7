/** dig, kdig and nsupdate sign and verify: each algorithm, cut MACs, streams; and what they are told. */
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { promisify } from "node:util";
import type { TsigAlgorithm, TsigKey } from "../../src/platform/tsig/key.ts";
import { keyFileText } from "../../src/platform/tsig/key-file.ts";
import { parseName } from "../../src/protocols/dns/name.ts";
import { findProgram, requirePeer } from "../peers.ts";
import { startTsigServer, type TsigServer, transferredRecords } from "./tsig-server.ts";

const run = promisify(execFile);
const algorithms = [
  "hmac-md5",
  "hmac-sha1",
  "hmac-sha224",
  "hmac-sha256",
  "hmac-sha384",
  "hmac-sha512",
] as const;
const packages = { dig: "bind9-dnsutils", nsupdate: "bind9-dnsutils", kdig: "knot-dnsutils" } as const;
const secret = Uint8Array.from({ length: 40 }, (_, index) => index + 7);
const base64 = secret.toBase64();

function start(
  algorithm: TsigAlgorithm,
  change: Partial<TsigKey> = {},
  clockSeconds = 0,
): Promise<TsigServer> {
  const key: TsigKey = { name: parseName("client.key."), algorithm, secret, ...change };
  return startTsigServer(new Map([[key.name, key]]), clockSeconds);
}

async function ask(program: "dig" | "kdig", words: readonly string[]): Promise<string> {
  const patience = program === "dig" ? ["+tries=1", "+norecurse"] : ["+retry=0", "+norec"];
  const { stdout, stderr } = await run(program, ["@127.0.0.1", ...patience, ...words]).catch(
    (error: { stdout: string; stderr: string }) => error,
  );
  return stdout + stderr;
}

async function nsupdate(t: TestContext, server: TsigServer, words: readonly string[] = []): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "homeport-nsupdate-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "key");
  const algorithm = algorithmOf.get(server)!;
  writeFileSync(file, keyFileText({ name: "client.key", algorithm, secret }), { mode: 0o600 });
  const child = spawn(findProgram("nsupdate")!, ["-k", file, "-r", "0", ...words], { stdio: "pipe" });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  }
  const port = words.includes("-v") ? server.tcpPort : server.udpPort;
  child.stdin.end(
    `server 127.0.0.1 ${port}\nzone example.net\nupdate add a.example.net 60 A 192.0.2.1\nsend\n`,
  );
  const [code] = (await once(child, "close")) as [number];
  return `${code} ${said}`;
}
const algorithmOf = new WeakMap<TsigServer, TsigAlgorithm>();

/** What a client says of a signature that it does not take. */
const complaint = /verify|TSIG error|TSIG.*failed|Transfer failed|WARNING|BADSIG|BADKEY|BADTIME|NOTAUTH/i;

for (const algorithm of algorithms) {
  for (const program of ["dig", "kdig"] as const) {
    test(`${program} with ${algorithm}: a query, and a transfer of several messages`, async (t) => {
      if (!requirePeer(t, program, packages[program])) return;
      await using server = await start(algorithm);
      const key = ["-y", `${algorithm}:client.key:${base64}`];
      const answer = await ask(program, ["-p", server.udpPort, "example.net", "SOA", ...key]);
      assert.match(answer, /status: NOERROR/, answer);
      assert.doesNotMatch(answer, complaint, answer);
      assert.match(answer, /client\.key\.\s.*TSIG/, answer);
      const zone = await ask(program, ["-p", server.tcpPort, "example.net", "AXFR", "+tcp", ...key]);
      assert.doesNotMatch(zone, complaint);
      assert.equal(zone.match(/^host-\d+\.example\.net\./gm)?.length, transferredRecords, zone.slice(-1000));
      assert.deepEqual(server.found, ["good", "good"]);
    });
  }
  for (const transport of ["UDP", "TCP"] as const) {
    test(`nsupdate with ${algorithm} over ${transport}, its key in a file as we write it`, async (t) => {
      if (!requirePeer(t, "nsupdate", packages.nsupdate)) return;
      await using server = await start(algorithm);
      algorithmOf.set(server, algorithm);
      assert.equal(await nsupdate(t, server, transport === "TCP" ? ["-v"] : []), "0 ");
      assert.deepEqual(server.found, ["good"]);
    });
  }
}

for (const [algorithm, bits] of [
  ["hmac-md5", 80],
  ["hmac-sha1", 80],
  ["hmac-sha256", 128],
  ["hmac-sha384", 192],
  ["hmac-sha512", 264],
] as const) {
  test(`dig with ${algorithm}-${bits}: MACs are cut both ways`, async (t) => {
    if (!requirePeer(t, "dig", packages.dig)) return;
    await using server = await start(algorithm);
    const key = ["-y", `${algorithm}-${bits}:client.key:${base64}`];
    const answer = await ask("dig", ["-p", server.udpPort, "example.net", "SOA", ...key]);
    assert.match(answer, /status: NOERROR/, answer);
    assert.doesNotMatch(answer, complaint, answer);
    assert.match(answer, new RegExp(`TSIG\\s+${algorithm}\\S* \\d+ 300 ${bits / 8} `), answer);
    const zone = await ask("dig", ["-p", server.tcpPort, "example.net", "AXFR", "+tcp", ...key]);
    assert.doesNotMatch(zone, complaint);
    assert.equal(zone.match(/^host-\d+\.example\.net\./gm)?.length, transferredRecords, zone.slice(-1000));
  });
}

/** What is wrong at the server, what it finds, and what clients say then. */
const mistakes: readonly [
  what: string,
  change: Partial<TsigKey>,
  clock: number,
  found: string,
  said: RegExp,
][] = [
  ["no such key", { name: parseName("other.key.") }, 0, "BADKEY", /BADKEY/],
  ["another secret", { secret: new Uint8Array(32) }, 0, "BADSIG", /BADSIG/],
  ["another algorithm", { algorithm: "hmac-sha512" }, 0, "BADKEY", /BADKEY/],
  ["a clock ten minutes ahead", {}, 600, "BADTIME", /BADTIME/],
  ["a key that wants longer MACs", { macOctetsMin: 24 }, 0, "BADTRUNC", /BADTRUNC/],
];

for (const [what, change, clock, found, said] of mistakes) {
  test(`dig is told of ${what}`, async (t) => {
    if (!requirePeer(t, "dig", packages.dig)) return;
    await using server = await start("hmac-sha256", change, clock);
    const algorithm = found === "BADTRUNC" ? "hmac-sha256-128" : "hmac-sha256";
    const key = ["-y", `${algorithm}:client.key:${base64}`];
    const answer = await ask("dig", ["-p", server.udpPort, "example.net", "SOA", ...key]);
    assert.deepEqual(server.found, [found]);
    assert.match(answer, /status: NOTAUTH/, answer);
    assert.match(answer, said, answer);
  });
  if (found === "BADTRUNC") continue;
  test(`nsupdate is told of ${what}`, async (t) => {
    if (!requirePeer(t, "nsupdate", packages.nsupdate)) return;
    await using server = await start("hmac-sha256", change, clock);
    algorithmOf.set(server, "hmac-sha256");
    assert.match(await nsupdate(t, server), new RegExp(`^2 [^]*${said.source}`));
    assert.ok(server.found.every((one) => one === found) && server.found.length > 0, server.found.join());
  });
}
