/** Primaries and clients that hang at one step or another while the program reads its site anew and stops. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { MessageFramer } from "../../src/platform/stream/framer.ts";
import { openStreamListener } from "../../src/platform/stream/listener.ts";
import { findProgram, requirePeer } from "../peers.ts";
import { startProgram } from "../scenarios/program.ts";
import { framed, labLines, questionOf, until, updateMessage } from "./changes-lab.ts";
import { quietLog } from "./quiet-log.ts";

const stopMsMax = 4_000;
const soa = Buffer.from(
  "c00c000600010000003c001c026e7300026e73000000000500000e1000000258000151800000003c",
  "hex",
);

type Step = "is silent by TCP" | "is silent in TLS" | "cuts the zone short" | "takes no update";

/** The SOA record, by UDP with or without the word that there is more by TCP. */
function soaAnswer(query: Uint8Array, isTruncated: boolean): Uint8Array {
  const nameOctets = query.subarray(12).indexOf(0) + 1;
  const front = Uint8Array.of(query[0]!, query[1]!, isTruncated ? 0x86 : 0x84, 0, 0, 1, 0, 1, 0, 0, 0, 0);
  return Buffer.concat([front, query.subarray(12, 12 + nameOctets + 4), soa]);
}

/** Returns its port, and counts who has come to where it hangs. */
async function hangingPrimary(t: TestContext, step: Step): Promise<{ port: number; hanging: () => number }> {
  let hanging = 0;
  const server = createServer((socket) => {
    t.after(() => socket.destroy());
    socket.on("error", () => {});
    const framer = new MessageFramer();
    socket.on("data", (chunk: Buffer) => {
      if (step !== "cuts the zone short") {
        hanging++;
        return;
      }
      framer.push(chunk);
      for (let next = framer.next(); next !== undefined; next = framer.next()) {
        const answer = framed(soaAnswer(next, false));
        socket.write(answer.subarray(0, answer.length - 7));
        hanging++;
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const datagrams = createSocket("udp4");
  datagrams.on("message", (query, from) => {
    datagrams.send(soaAnswer(query, step === "is silent by TCP"), from.port, from.address);
  });
  datagrams.bind(port, "127.0.0.1");
  await once(datagrams, "listening");
  t.after(() => {
    server.close();
    datagrams.close();
  });
  return { port, hanging: () => hanging };
}

for (const step of [
  "is silent by TCP",
  "is silent in TLS",
  "cuts the zone short",
  "takes no update",
] as const satisfies readonly Step[]) {
  test(`a primary that ${step} keeps the program neither from a reload nor from its end`, {
    timeout: 30_000,
  }, async (t) => {
    const { port, hanging } = await hangingPrimary(t, step);
    const server = step === "is silent in TLS" ? `tls://127.0.0.1:${port}` : `127.0.0.1:${port}`;
    const copy = `  - { name: copy.example, primaries: ["${server}"], forwardUpdates: [any] }`;
    const program = await startProgram(t, { dns: [...labLines(["allowTransfer: [any]"]), copy] });
    const client = connect(program.port, "127.0.0.1");
    client.on("error", () => {});
    t.after(() => client.destroy());
    if (step === "takes no update") client.write(framed(updateMessage(1, "copy.example.", [])));
    // Nor do clients who read nothing of what they asked for, and who send half a message
    for (let id = 0; id < 20; id++) client.write(framed(questionOf(id, "lab.example.", 252)));
    client.pause();
    client.write(Uint8Array.of(0, 50, 1));
    await until(() => hanging() > 0, "the primary hangs");
    program.child.kill("SIGHUP");
    await until(() => program.log().some(({ msg }) => msg === "reloaded"), "the site was read anew");
    program.child.kill("SIGHUP");
    await until(() => program.log().filter(({ msg }) => msg === "reloaded").length === 2, "and once more");
    const startMs = performance.now();
    await program.end();
    const tookMs = performance.now() - startMs;
    assert.ok(tookMs < stopMsMax, `${tookMs} ms`);
    assert.equal(program.child.exitCode, 0);
    assert.deepEqual(
      program.log().filter(({ level }) => level === "error"),
      [],
    );
  });
}

test("clients that begin no handshake keep a TLS listener neither open nor busy", {
  timeout: 30_000,
}, async (t) => {
  if (!requirePeer(t, "openssl", "openssl")) return;
  const folder = mkdtempSync(join(tmpdir(), "homeport-tls-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const [keyFile, certificateFile] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const files = ["-keyout", keyFile, "-out", certificateFile, "-subj", "/CN=lab", "-days", "2"];
  execFileSync(findProgram("openssl")!, [...request, ...files], { stdio: "ignore" });
  const tls = { certificate: readFileSync(certificateFile, "utf8"), key: readFileSync(keyFile, "utf8") };
  const limits = { connectionsPerAddressMax: 4 };
  const options = { address: "127.0.0.1", port: 0, log: quietLog, limits, tls, onMessage: () => undefined };
  const listener = await openStreamListener(options);
  let closed = 0;
  for (let count = 0; count < 10; count++) {
    const socket = connect(listener.local.port, "127.0.0.1");
    t.after(() => socket.destroy());
    socket.on("error", () => {});
    socket.on("close", () => closed++);
    socket.resume();
    await once(socket, "connect");
  }
  await until(() => closed === 2, "those beyond twice the bound were closed");
  const startMs = performance.now();
  await listener[Symbol.asyncDispose]();
  assert.ok(performance.now() - startMs < 1_000);
  await until(() => closed === 10, "all were closed");
});
