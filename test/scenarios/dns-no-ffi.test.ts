/** A machine without the FFI: one line says why, and everything is answered by Node's own sockets. */
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { decodeMessage } from "#protocols/dns/message.ts";
import { askTcp, askUdp } from "../../src/platform/dns-query/ask.ts";
import { labQuery } from "./lab-query.ts";
import { type ProgramOptions, startProgram } from "./program.ts";

const installed = join(import.meta.dirname, "../..");

/** A copy of the program whose packages are all there but one. */
function withoutPackage(t: TestContext, name: string): string {
  const place = mkdtempSync(join(tmpdir(), "homeport-copy-"));
  t.after(() => rmSync(place, { recursive: true }));
  for (const part of ["src", "package.json"])
    cpSync(join(installed, part), join(place, part), { recursive: true });
  mkdirSync(join(place, "node_modules"));
  for (const entry of readdirSync(join(installed, "node_modules"))) {
    if (entry !== name)
      symlinkSync(join(installed, "node_modules", entry), join(place, "node_modules", entry));
  }
  return place;
}

const ways: readonly (readonly [string, (t: TestContext) => ProgramOptions, RegExp])[] = [
  ["it is told to do without", () => ({ environment: { HOMEPORT_NO_FFI: "1" } }), /HOMEPORT_NO_FFI is 1$/],
  [
    "the package is missing",
    (t) => ({ place: withoutPackage(t, "koffi") }),
    /the package koffi does not load \(Cannot find module 'koffi'\)$/,
  ],
];

for (const [why, options, reason] of ways) {
  test(`where ${why}, everything is answered, and one line of the log says why it is slower`, {
    timeout: 60_000,
  }, async (t) => {
    const program = await startProgram(t, options(t));
    const server = { address: "127.0.0.1", port: program.port };
    for (const ask of [askUdp, askTcp]) {
      const { answers, rcode } = decodeMessage(await ask(labQuery(1), server, 5000));
      assert.deepEqual([answers.length, rcode], [1, 0]);
    }
    const update = Uint8Array.from(labQuery(2));
    update[2] = 5 << 3;
    update[update.length - 3] = 6; // a zone: its question is the SOA. RFC 2136 §2.3
    assert.equal((await askUdp(update, server, 5000))[3]! & 15, 9); // NOTAUTH: www is no zone
    const lines = program.log().map(({ level, msg }) => `${level}: ${msg}`);
    const said = lines.filter((line) => !line.startsWith("info: an update of www."));
    assert.equal(said.length, 1, lines.join("\n"));
    assert.match(said[0]!, /^info: UDP goes through Node's own sockets, one datagram at a time: /);
    assert.match(said[0]!, reason);
    const { stdout } = program.command("status");
    assert.match(stdout, /1 zone with 4 records, on 127\.0\.0\.1:\d+\n$/, "and no problem");
  });
}
