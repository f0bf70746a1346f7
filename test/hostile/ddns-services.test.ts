/** Services that lie, hang, flood and say back what they were told, over real sockets. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test } from "node:test";
import { createServer } from "node:tls";
import { openHttpClient } from "#platform/http-client/open-http-client.ts";
import { collectLog } from "#platform/log/collected-log.ts";
import { DdnsConfig } from "../../src/capabilities/ddns/config.ts";
import { limits as ddnsLimits } from "../../src/capabilities/ddns/limits.ts";
import { definitionOf } from "../../src/capabilities/ddns/providers/definitions.ts";
import type { ProviderPorts, PublishResult } from "../../src/capabilities/ddns/providers/provider.ts";
import { simulate } from "../../src/capabilities/ddns/simulation.testing.ts";
import { httpsWitness } from "../../src/capabilities/ddns/watch/methods/https.ts";
import { upnpWitness } from "../../src/capabilities/ddns/watch/methods/upnp.ts";
import { makeCertificate } from "../interop/lab-tools.ts";
import { requirePeer } from "../peers.ts";
import { misbehaviours, startHostile } from "./ddns-hostile-service.ts";

const password = "open-sesame, with 30% blanks & more";
const user = "site";
/** All that may stand for the password. */
const forms = [
  password,
  encodeURIComponent(password),
  Buffer.from(`${user}:${password}`).toString("base64"),
  password.replaceAll("&", "&amp;"),
];
const record = {
  name: "home.example.net",
  type: "A",
  address: "8.8.4.4",
  ttl: undefined,
  proxied: undefined,
  zone: "example.net",
} as const;
const facts = { title: "echo", operator: "echo", isTrusted: true, pauseMsMin: 0 };
const patienceMs = 1_500;
/** What the kernel holds of a connection, and Node. */
const underWayOctetsMax = 16 * 1_048_576;

async function publishAt(settings: object): Promise<PublishResult> {
  await using http = openHttpClient();
  const section = { providers: [{ name: "p", ...settings }] };
  const { name: _, type, ...own } = DdnsConfig.parse(section).providers[0]!;
  const { log } = collectLog();
  const provider = definitionOf(type)!.open(own, { siteFolder: "/", log } as unknown as ProviderPorts);
  const nowMs = (): number => Date.UTC(2026, 10, 25);
  const call = {
    http: (request: Parameters<typeof http>[0]) => http({ ...request, timeoutMs: patienceMs }),
    nowMs,
  };
  const [result] = await provider.publish([record], { ...call, signal: new AbortController().signal });
  return result!;
}

function mustTellNothing(result: PublishResult): void {
  assert.ok(result.outcome !== "changed" && result.outcome !== "same", JSON.stringify(result));
  mustBeFit(result.sentence);
  if ("code" in result) mustBeFit(result.code);
}

function mustBeFit(text: string): void {
  assert.ok(text.length < 400, `${text.length} characters`);
  assert.doesNotMatch(text, /[\p{Cc}\p{Cf}]/u);
  for (const form of forms) assert.ok(!text.includes(form), text);
}

suite("services of others, at their worst", { concurrency: 8, timeout: 100_000 }, () => {
  for (const [why, behave] of Object.entries(misbehaviours)) {
    test(`an echo service that answers with ${why} tells no address`, async (t) => {
      const { url, sent } = await startHostile(t, behave);
      await using http = openHttpClient();
      const witness = httpsWitness(facts, {
        service: { ipv4: url },
        http,
        alsoPublic: ["127.0.0.0/8"],
        lookMsMax: patienceMs,
      });
      const sighting = await witness.look("ipv4", new AbortController().signal);
      assert.ok(sighting.kind === "unknown", JSON.stringify(sighting));
      mustBeFit(sighting.why);
      assert.ok(sent() < underWayOctetsMax, `${sent()} octets were taken`);
    });

    test(`a provider that answers with ${why} has taken nothing`, async (t) => {
      const { url, heard, sent } = await startHostile(t, behave);
      mustTellNothing(await publishAt({ type: "dyndns2", server: url.slice(0, -1), user, password }));
      const custom = {
        type: "custom",
        url: `${url}u?p={password}&h={fqdn}&i={ip}`,
        user,
        password,
        ok: "^good",
      };
      mustTellNothing(await publishAt(custom));
      assert.ok(heard.length <= 2, `${heard.length} requests`);
      assert.ok(sent() < 2 * underWayOctetsMax, `${sent()} octets were taken`);
    });
  }

  for (const [why, reply] of [
    ["in its code", (secret: string) => `${secret} 8.8.4.4`],
    ["behind its code", (secret: string) => `badauth ${secret}`],
    ["in a page", (secret: string) => `<html>${secret.replaceAll("&", "&amp;")}</html>`],
    ["cut at its 200th character", (secret: string) => `${"x".repeat(180)}${secret}`],
  ] as const)
    test(`a provider that says the password back ${why}`, async (t) => {
      for (const secret of forms) {
        const text = reply(secret);
        const { url } = await startHostile(t, (socket) =>
          socket.end(
            `HTTP/1.1 200 OK\r\nx: ${secret}\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
          ),
        );
        mustTellNothing(await publishAt({ type: "dyndns2", server: url.slice(0, -1), user, password }));
      }
    });

  test("APIs that say the token back in every field of their errors", async (t) => {
    const token = "tok-0123456789abcdef";
    const said = { code: token, id: token, message: token, error: { code: token, message: token } };
    const json = JSON.stringify({
      ...said,
      errors: [{ ...said, code: 7, reason: token }],
      detail: token,
      status: "ERROR",
    });
    for (const type of ["cloudflare", "digitalocean", "hetzner", "linode", "desec", "gandi"]) {
      for (const status of [400, 401, 403, 404, 429, 500, 503]) {
        const { url } = await startHostile(t, (socket) =>
          socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: ${Buffer.byteLength(json)}\r\n\r\n${json}`),
        );
        const result = await publishAt({ type, server: url.slice(0, -1), token });
        mustTellNothing(result);
        assert.ok(!JSON.stringify(result).includes(token), `${type} ${status}: ${JSON.stringify(result)}`);
      }
    }
  });

  test("certificates of strangers, TLS that is cut, and names that are nowhere", async (t) => {
    if (!requirePeer(t, "openssl", "openssl")) return;
    const folder = mkdtempSync(join(tmpdir(), "homeport-hostile-tls-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const files = await makeCertificate(folder, "elsewhere.example");
    const [cert, key] = await Promise.all([readFile(files.certificate), readFile(files.key)]);
    const stranger = createServer(
      { cert, key },
      (socket) => void socket.end("HTTP/1.1 200 OK\r\n\r\n8.8.4.4"),
    );
    stranger.on("tlsClientError", () => undefined);
    stranger.listen(0, "127.0.0.1");
    await once(stranger, "listening");
    t.after(() => stranger.close());
    const { port } = stranger.address() as { port: number };
    const cut = await startHostile(t, () => undefined);
    for (const url of [
      `https://127.0.0.1:${port}`,
      `https://127.0.0.1:${cut.port}`,
      "https://nowhere.invalid",
    ]) {
      const result = await publishAt({ type: "dyndns2", server: url, user, password });
      mustTellNothing(result);
      assert.equal(result.outcome, "failed", JSON.stringify(result));
    }
  });
});

test("a router whose description leads elsewhere makes nothing ask there", async (t) => {
  let asked = 0;
  const other = await startHostile(t, (socket) => {
    asked++;
    socket.end("HTTP/1.1 200 OK\r\n\r\n");
  });
  for (const place of [
    `http://127.0.0.2:${other.port}/`,
    `http://localhost:${other.port}/`,
    `//127.0.0.2:${other.port}/`,
    `http://127.0.0.1@127.0.0.2:${other.port}/`,
    `https://127.0.0.1:${other.port}/`,
    "file:///etc/passwd",
  ]) {
    const xml =
      `<root><device><serviceList><service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType>` +
      `<controlURL>${place}</controlURL></service></serviceList></device></root>`;
    const router = await startHostile(t, (socket) =>
      socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${xml.length}\r\n\r\n${xml}`),
    );
    await using http = openHttpClient();
    const ports = { http } as unknown as Parameters<typeof upnpWitness>[1]["ports"];
    const witness = upnpWitness(facts, { router: `${router.url}desc.xml`, ports, alsoPublic: [] });
    const sighting = await witness.look("ipv4", new AbortController().signal);
    assert.equal(sighting.kind, "unknown", place);
    assert.equal(router.heard.length, 1, place);
  }
  assert.equal(asked, 0);
});

test("an address that changes each second for an hour does not hammer the provider or the services", async () => {
  const address = { ipv4: [{ method: "https", trust: true }], ipv6: [], alsoPublic: ["198.51.100.0/24"] };
  const names = Array.from({ length: 20 }, (_, at) => `n${at}.example.net`);
  await using site = await simulate({
    every: "30s",
    address,
    providers: [{ name: "dyn", type: "dyndns2", server: "https://dyn.example", user, password }],
    records: [{ names, types: ["A"], provider: "dyn" }],
    verify: "off",
  });
  const { internet } = site;
  for (let second = 0; second < 3_600; second++) {
    internet.address = `198.51.100.${second % 250}`;
    internet.tellMachine();
    await site.pass(1_000);
  }
  const most = definitionOf("dyndns2")!.requestsPerHourMax;
  assert.ok(internet.updates.length <= most, `${internet.updates.length} updates, and ${most} are allowed`);
  for (const [service, times] of internet.asked)
    assert.ok(times <= 3_600_000 / ddnsLimits.servicePauseMs + 1, `${service} was asked ${times} times`);
  const told = internet.updates.length * names.length;
  assert.ok(site.lines.length <= told + 100, `${site.lines.length} lines`);
  await site.pass(86_400_000 / 4);
  assert.equal(internet.published.get(names[0]!), internet.address, "and in the end it is right");
});
