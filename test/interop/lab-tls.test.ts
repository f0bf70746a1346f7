/**
 * Zones copied over TLS (RFC 9103): from Homeport by kdig, named and Homeport itself; another certificate by
 * reload.
 */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { requirePeer } from "../peers.ts";
import { LabHomeport } from "./lab-homeport.ts";
import { keyOf, LabPeer } from "./lab-peers.ts";
import { follows } from "./lab-primaries.ts";
import { copyOf, freePort, makeCertificate, run, serialOf, until } from "./lab-tools.ts";
import { scriptOf } from "./lab-updates.ts";

const zone = "lab.example";
const name = "primary.example";
const hosts = Array.from({ length: 100 }, (_, index) => `s${index} A 10.1.0.${index}`);
const text = `$TTL 300\n@ SOA ns hostmaster 1 3600 600 86400 300\n@ NS ns\nns A 127.0.0.1\n${hosts.join("\n")}\n`;

interface TlsLab {
  readonly homeport: LabHomeport;
  readonly tlsPort: number;
  /** Of its first certificate. */
  readonly certificate: string;
  readonly dns: (more?: {
    readonly certificate: string;
    readonly key: string;
  }) => Readonly<Record<string, unknown>>;
}

/** `tellPort`: where it sends NOTIFY. */
async function startTlsLab(t: TestContext, tellPort: number): Promise<TlsLab> {
  const homeport = await LabHomeport.place(t);
  const tlsPort = await freePort();
  const first = await makeCertificate(homeport.folder, name);
  const dns = ({ certificate, key } = first) => ({
    tls: { listen: [`127.0.0.1:${tlsPort}`], certificateFile: certificate, keyFile: key },
    zones: [
      {
        name: zone,
        file: "zone.db",
        allowTransfer: ["127.0.0.1"],
        allowUpdate: ["127.0.0.1"],
        notify: "explicit",
        alsoNotify: [`127.0.0.1:${tellPort}`],
      },
    ],
  });
  await homeport.start({ dns: dns(), files: { "zone.db": text } });
  return { homeport, tlsPort, certificate: first.certificate, dns };
}

async function kdig(port: number, authority: string, ...words: readonly string[]): Promise<string> {
  const tls = ["+tls", `+tls-ca=${authority}`, `+tls-host=${name}`];
  const { output, errors } = await run("kdig", ["@127.0.0.1", "-p", String(port), ...tls, ...words]);
  return output + errors;
}

async function change(homeport: LabHomeport, count: number): Promise<number> {
  const line = `update add www${count}.${zone}. 60 A 192.0.2.${count}`;
  const { errors } = await run("nsupdate", [], { input: scriptOf(homeport.port, zone, [line]) });
  assert.equal(errors, "");
  return (await serialOf(homeport.port, zone))!;
}

function recordsIn(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "" && !line.startsWith(";"));
}

test("kdig copies a zone by AXFR and IXFR over TLS, and sees another certificate after a reload", async (t) => {
  if (!requirePeer(t, "kdig", "knot-dnsutils") || !requirePeer(t, "openssl", "openssl")) return;
  if (!requirePeer(t, "nsupdate", "bind9-dnsutils")) return;
  const { homeport, tlsPort, certificate, dns } = await startTlsLab(t, await freePort());
  assert.equal(recordsIn(await kdig(tlsPort, certificate, zone, "AXFR")).length, 104);
  await change(homeport, 1);
  assert.equal(recordsIn(await kdig(tlsPort, certificate, zone, "IXFR=1")).length, 5);
  assert.match(
    await kdig(tlsPort, certificate, `s7.${zone}`, "A"),
    /TLS session[\s\S]*status: NOERROR[\s\S]*10\.1\.0\.7/,
  );

  const other = await makeCertificate(homeport.folder, "other.example");
  const { code, output } = await homeport.reload({ dns: dns(other) });
  assert.equal(code, 0, output);
  assert.deepEqual(recordsIn(await kdig(tlsPort, certificate, zone, "AXFR")), []);
  const others = ["+tls", `+tls-ca=${other.certificate}`, "+tls-host=other.example"];
  const { output: copied } = await run("kdig", [
    "@127.0.0.1",
    "-p",
    String(tlsPort),
    ...others,
    zone,
    "AXFR",
  ]);
  assert.equal(recordsIn(copied).length, 105);

  const wrong = await homeport.reload({ dns: dns({ certificate: other.certificate, key: certificate }) });
  assert.notEqual(wrong.code, 0);
  assert.match(wrong.output + wrong.errors, /holds no private key in PEM/);
  const { output: still } = await run("kdig", ["@127.0.0.1", "-p", String(tlsPort), ...others, zone, "AXFR"]);
  assert.equal(recordsIn(still).length, 105);
});

test("named copies over TLS, with the certificate's name checked, and follows by IXFR", async (t) => {
  if (!requirePeer(t, "named", "bind9") || !requirePeer(t, "openssl", "openssl")) return;
  if (!requirePeer(t, "nsupdate", "bind9-dnsutils")) return;
  const peer = await LabPeer.place(t, "named");
  const { homeport, tlsPort, certificate } = await startTlsLab(t, peer.port);
  await peer.start(`notify no; allow-transfer { any; };
---
tls homeport { ca-file "${certificate}"; remote-hostname "${name}"; };
zone "${zone}" { type secondary; file "zone.db"; primaries { 127.0.0.1 port ${tlsPort} tls homeport; };
  allow-notify { 127.0.0.1; }; };
`);
  const serves = (serial: number) =>
    until(
      `named serves ${serial}`,
      async () => ((await serialOf(peer.port, zone)) === serial ? true : undefined),
      {
        told: () => peer.log().slice(-3000),
      },
    );
  await serves(1);
  await serves(await change(homeport, 1));
  assert.deepEqual(await copyOf(peer.port, zone), await copyOf(homeport.port, zone));
  assert.match(peer.log(), /got incremental response/);
  assert.match(peer.log(), /TLS/);
});

test("Homeport copies from Homeport over TLS when the certificate has the name that it shall have", async (t) => {
  if (!requirePeer(t, "openssl", "openssl") || !requirePeer(t, "nsupdate", "bind9-dnsutils")) return;
  const copy = await LabHomeport.place(t);
  const { homeport, tlsPort, certificate } = await startTlsLab(t, copy.port);
  const settings = (pinned: string) => ({
    allowTransfer: ["127.0.0.1"],
    zones: [{ name: zone, primaries: [`tls://127.0.0.1:${tlsPort}${pinned}`], allowNotify: ["127.0.0.1"] }],
  });
  copy.environment = { NODE_EXTRA_CA_CERTS: certificate };
  await copy.start({ dns: settings("#someone-else.example") });
  await until("it says why not", () => /someone-else\.example/.test(copy.logText()) || undefined);
  assert.equal(await serialOf(copy.port, zone), undefined);
  const { code, output } = await copy.reload({ dns: settings(`#${name}`) });
  assert.equal(code, 0, output);
  const serves = (serial: number) =>
    until(
      `it serves ${serial}`,
      async () => ((await serialOf(copy.port, zone)) === serial ? true : undefined),
      {
        told: () => copy.logText().slice(-3000),
      },
    );
  await serves(1);
  await serves(await change(homeport, 1));
  assert.deepEqual(await copyOf(copy.port, zone), await copyOf(homeport.port, zone));
  const given = homeport.log().filter(({ msg }) => msg.endsWith("ended"));
  assert.deepEqual(
    given.slice(0, 2).map(({ type }) => type),
    ["AXFR", "IXFR"],
  );
});

test("Homeport copies over TLS on IPv6, signed with a key, and follows NOTIFY that is signed", async (t) => {
  if (!requirePeer(t, "openssl", "openssl") || !requirePeer(t, "nsupdate", "bind9-dnsutils")) return;
  const key = keyOf("hmac-sha384");
  const [homeport, copy] = [await LabHomeport.place(t), await LabHomeport.place(t)];
  const tlsPort = await freePort();
  const own = await makeCertificate(homeport.folder, name);
  const given = {
    name: zone,
    file: "zone.db",
    allowUpdate: ["127.0.0.1"],
    allowTransfer: [`key ${key.name}`],
    notify: "explicit",
    alsoNotify: [`127.0.0.1:${copy.port} key ${key.name}`],
  };
  const tls = { listen: [`[::1]:${tlsPort}`], certificateFile: own.certificate, keyFile: own.key };
  await homeport.start({ dns: { keys: [key], tls, zones: [given] }, files: { "zone.db": text } });
  copy.environment = { NODE_EXTRA_CA_CERTS: own.certificate };
  const primaries = [`tls://[::1]:${tlsPort}#${name} key ${key.name}`];
  const taken = { name: zone, primaries, allowNotify: [`key ${key.name}`] };
  await copy.start({ dns: { keys: [key], zones: [taken] } });
  await follows(copy, zone, 1);
  assert.ok((await follows(copy, zone, await change(homeport, 1))) < 1000, "within a second");
});
