/** Whom the HTTP client believes, and that it tells nothing to whom it does not believe. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { createServer, type TLSSocket } from "node:tls";
import { HttpFault } from "#platform/http-client/http-client.ts";
import { openHttpClient } from "#platform/http-client/open-http-client.ts";
import { makeCertificate } from "../interop/lab-tools.ts";
import { requirePeer } from "../peers.ts";

/** Answers with the name that it was asked for in the handshake. */
async function secureServer(t: TestContext, name: string) {
  const folder = mkdtempSync(join(tmpdir(), "certificates-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const files = await makeCertificate(folder, name);
  const authority = readFileSync(files.certificate, "utf8");
  const heard: string[] = [];
  let connections = 0;
  const server = createServer({ cert: authority, key: readFileSync(files.key) }, (socket: TLSSocket) => {
    connections++;
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      heard.push(chunk.toString("latin1"));
      const said = String(socket.servername);
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${said.length}\r\n\r\n${said}`);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => new Promise((resolve) => server.close(resolve)));
  const { port } = server.address() as { port: number };
  return { port, authority, heard, connections: () => connections };
}

test("a server whose authority is given is believed, and called by its name", async (t) => {
  if (!requirePeer(t, "openssl", "openssl")) return;
  const { port, authority } = await secureServer(t, "update.example");
  await using client = openHttpClient({ authorities: [authority] });
  const url = `https://update.example:${port}/`;
  const { text } = await client({ method: "GET", url, address: "127.0.0.1" });
  assert.equal(text, "update.example");
});

test("kept connections of TLS serve many requests", async (t) => {
  if (!requirePeer(t, "openssl", "openssl")) return;
  const { port, authority, connections } = await secureServer(t, "update.example");
  await using client = openHttpClient({ authorities: [authority], keepsConnections: true });
  const asked = Array.from({ length: 20 }, () =>
    client({ method: "GET", url: `https://127.0.0.1:${port}/`, timeoutMs: 20_000 }),
  );
  assert.equal((await Promise.all(asked)).length, 20);
  assert.equal(connections(), 8);
});

for (const [why, authorities, name, sentence] of [
  [
    "nobody vouches for",
    false,
    "update.example",
    "has a certificate that cannot be believed: the server has signed it itself",
  ],
  [
    "shows the certificate of another name",
    true,
    "other.example",
    "has a certificate that cannot be believed: it is for another name",
  ],
] as const) {
  test(`a server that ${why} is not told a word`, async (t) => {
    if (!requirePeer(t, "openssl", "openssl")) return;
    const { port, authority, heard } = await secureServer(t, "update.example");
    await using client = openHttpClient(authorities ? { authorities: [authority] } : {});
    const request = {
      method: "POST",
      url: `https://${name}:${port}/`,
      address: "127.0.0.1",
      headers: { authorization: "Basic c2VjcmV0" },
      body: "token=secret",
    } as const;
    for (let time = 0; time < 3; time++)
      await assert.rejects(client(request), new HttpFault(sentence, false));
    assert.deepEqual(heard, []);
  });
}

test("a server without TLS is not told a word either", async (t) => {
  const { createServer: createPlain } = await import("node:net");
  const heard: string[] = [];
  const server = createPlain((socket) => {
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      heard.push(chunk.toString("latin1"));
      socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const { port } = server.address() as { port: number };
  await using client = openHttpClient();
  await assert.rejects(client({ method: "GET", url: `https://127.0.0.1:${port}/` }), (fault) => {
    assert.ok(fault instanceof HttpFault);
    assert.equal(fault.wasSent, false);
    assert.match(fault.message, /^does not agree on TLS: /);
    return true;
  });
  assert.ok(heard.every((text) => !text.includes("GET")));
});

test("what is no certificate is no authority", () => {
  assert.throws(() => openHttpClient({ authorities: ["nonsense"] }));
});
