/**
 * Transfers as BIND knows them: dig copies zones whole and by differences, and what named says to a request
 * that it does not grant, Homeport says too.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { encodeMessage, type Message, queryMessage } from "#protocols/dns/message.ts";
import { parseName } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { matchAny, matchNone, parseAddressMatch } from "../../src/capabilities/dns/address-match.ts";
import { zoneImage } from "../../src/capabilities/dns/engine/engine-rig.ts";
import { changeSet } from "../../src/capabilities/dns/transfer/out/transfer-rig.ts";
import { loadZone } from "../../src/capabilities/dns/zones/load.ts";
import { findProgram, requirePeer } from "../peers.ts";
import { askOdd, type Outcome } from "./exchange.ts";
import { HistoryInMemory, startPrimary } from "./in-process-transfer-out.ts";
import { startNamed } from "./named.ts";
import { responseText } from "./response-text.ts";

const origin = parseName("rich.example.");
const file = join(import.meta.dirname, "zones", "rich.example.zone");
const image = loadZone({ name: origin, file, folder: "/", checkNames: "ignore" }).image!;
const secret = loadZone({
  name: parseName("secret.example."),
  file: join(import.meta.dirname, "zones", "wild.example.zone"),
  folder: "/",
  checkNames: "ignore",
}).image!;
const served = image.serial();

test("dig copies a zone whole, by AXFR and by IXFR of a serial that nobody knows", async (t) => {
  if (!requirePeer(t, "dig", "bind9-dnsutils")) return;
  await using primary = await startPrimary(() => [image]);
  for (const type of ["AXFR", "IXFR=1"]) {
    const { text, code } = await dig(primary.port, "rich.example", type);
    assert.equal(code, 0);
    assert.match(text, new RegExp(`XFR size: ${image.recordCount + 1} records \\(messages 1,`));
  }
});

test("dig gets differences by TCP, and by UDP where they fit", async (t) => {
  if (!requirePeer(t, "dig", "bind9-dnsutils")) return;
  const changing = zoneImage(
    "changing.example.",
    Array.from({ length: 99 }, (_, i) => `x${i} A 192.0.2.1\n`).join(""),
  );
  const history = new HistoryInMemory();
  history.sets.set(changing.origin, [
    changeSet(changing.origin, 0xffffffff, 0, 20),
    changeSet(changing.origin, 0, 1, 2),
  ]);
  await using primary = await startPrimary(() => [changing], history);
  const counts = async (...args: string[]): Promise<number> => {
    const { text, code } = await dig(primary.port, "changing.example", ...args);
    assert.equal(code, 0, text);
    return text.split("\n").filter((line) => /\sIN\s/.test(line)).length;
  };
  assert.equal(await counts("IXFR=0"), 2 + 2 + 4);
  assert.equal(await counts("IXFR=4294967295"), 2 + 4 + 44);
  assert.equal(await counts("IXFR=0", "+notcp"), 2 + 2 + 4);
  assert.equal(await counts("IXFR=4294967295", "+notcp", "+bufsize=512"), 1);
  assert.equal(await counts("IXFR=1"), 1);
});

test("dig verifies every message of a signed transfer", async (t) => {
  if (!requirePeer(t, "dig", "bind9-dnsutils")) return;
  const text = Array.from({ length: 20_000 }, (_, i) => `h${i} A 192.0.2.1\n`).join("");
  const large = zoneImage("large.example.", text);
  const secret = Uint8Array.fromBase64("c2VjcmV0IG9mIHRoZSB0ZXN0");
  const name = parseName("mover.");
  const keyring = new Map([[name, { name, algorithm: "hmac-sha256", secret } as const]]);
  const zone = { name: large.origin, image: large, allowTransfer: parseAddressMatch(["key mover."]) };
  await using primary = await startPrimary(() => [zone], new HistoryInMemory(), keyring);
  const key = ["-y", "hmac-sha256:mover:c2VjcmV0IG9mIHRoZSB0ZXN0"];
  const signed = await dig(primary.port, "large.example", "AXFR", ...key);
  assert.equal(signed.code, 0);
  assert.doesNotMatch(signed.text, /verify failure|Couldn't verify|WARNING/);
  const size = /XFR size: (\d+) records \(messages (\d+),/.exec(signed.text);
  assert.equal(Number(size?.[1]), large.recordCount + 1);
  assert.ok(Number(size?.[2]) > 5);
  const unsigned = await dig(primary.port, "large.example", "AXFR");
  assert.match(unsigned.text, /Transfer failed/);
});

const soaOf = (serial: number, owner = origin): Message["authorities"][number] => {
  const rdata = Uint8Array.of(0, 0, ...new Uint8Array(20));
  new DataView(rdata.buffer).setUint32(2, serial);
  return { name: owner, type: RRType.SOA, class: 1, ttl: 0, rdata };
};

function request(zone: string, type: number, rest: Partial<Message> = {}, rrClass = 1): Uint8Array {
  const question = { name: parseName(zone), type, class: rrClass };
  return encodeMessage(queryMessage({ id: 0x1111, question, ...rest }));
}

const { AXFR, IXFR } = RRType;
const edns = (version: number): Partial<Message> => ({
  edns: { udpSize: 1232, version, dnssecOk: true, options: [] },
});
const requests: readonly (readonly [why: string, request: Uint8Array])[] = [
  ["a name within a zone", request("www.rich.example.", AXFR)],
  ["a zone that is not there", request("nowhere.test.", AXFR)],
  ["a zone that is not there, by IXFR", request("nowhere.test.", IXFR, { authorities: [soaOf(1)] })],
  ["a zone above", request("example.", AXFR, { recursionDesired: true })],
  ["a zone that nobody may copy", request("secret.example.", AXFR, edns(0))],
  [
    "a zone that nobody may copy, by IXFR",
    request("secret.example.", IXFR, { authorities: [soaOf(1, parseName("secret.example."))] }),
  ],
  ["a zone that is not loaded", request("broken.example.", AXFR, edns(0))],
  ["an IXFR without SOA record", request("rich.example.", IXFR)],
  [
    "an IXFR with the SOA record of another name",
    request("rich.example.", IXFR, { authorities: [soaOf(1, parseName("other.example."))] }),
  ],
  [
    "an IXFR with another record",
    request("rich.example.", IXFR, {
      authorities: [{ ...soaOf(1), type: RRType.A, rdata: new Uint8Array(4) }],
    }),
  ],
  ["an IXFR of what is served", request("rich.example.", IXFR, { authorities: [soaOf(served)] })],
  [
    "an IXFR of something later",
    request("rich.example.", IXFR, { authorities: [soaOf(served + 1)], recursionDesired: true }),
  ],
  [
    "two questions",
    request("rich.example.", AXFR, {
      questions: [AXFR, AXFR].map((type) => ({ name: origin, type, class: 1 })),
    }),
  ],
];

test("named and Homeport say the same to requests that are not granted", async (t) => {
  if (!requirePeer(t, "named", "bind9")) return;
  await using named = await startNamed({
    zones: [{ name: "broken.example", file: "/nonexistent" }],
    statements: `zone "rich.example" { type primary; file "${file}"; allow-transfer { any; }; };
zone "secret.example" { type primary; file "${join(import.meta.dirname, "zones", "wild.example.zone")}"; };`,
  });
  await using primary = await startPrimary(() => [
    { name: origin, image, allowTransfer: matchAny },
    { name: secret.origin, image: secret, allowTransfer: matchNone },
    { name: parseName("broken.example."), image: undefined, allowTransfer: matchAny },
  ]);
  for (const [why, octets] of requests) {
    for (const transport of ["tcp", "udp"] as const) {
      await t.test(`${why}, by ${transport}`, async () => {
        const [theirs, ours] = [
          await askOdd(named, transport, octets.slice()),
          await askOdd(primary, transport, octets.slice(), { onlyQueries: true }),
        ];
        assert.equal(summary(ours), summary(theirs));
      });
    }
  }
});

function summary(outcome: Outcome): string {
  if (typeof outcome === "string") return outcome;
  const { header, question, answer } = responseText(outcome);
  // named sets AA over TCP only, and hands back RD over UDP only.
  return `${header.replace(/ (aa|rd)/g, "")} / ${String(question)} / ${String(answer)}`;
}

function dig(port: number, zone: string, ...args: string[]): Promise<{ text: string; code: number | null }> {
  const all = [`@127.0.0.1`, "-p", String(port), "+nocookie", "+tries=1", "+time=5", zone, ...args];
  const child = spawn(findProgram("dig")!, all, { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (more: string) => {
    text += more;
  });
  return new Promise((resolve) => child.once("close", (code) => resolve({ text, code })));
}
