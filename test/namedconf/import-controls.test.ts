/** A table of `controls`, and what becomes of them: where rndc may connect. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { soa } from "./bind-folder.ts";
import { keys, primary } from "./changing-zones.cases.ts";
import { importOf } from "./import-of.ts";

const controls: readonly (readonly [why: string, text: string, is: unknown, said: RegExp])[] = [
  [
    "inet becomes dns.controls, on loopback and a high port at first",
    'controls { inet 192.0.2.1 port 1953 allow { 127.0.0.1; } keys { "k"; other; } read-only yes; };',
    [{ listen: "127.0.0.1:9953", allow: ["127.0.0.1"], keys: ["k", "other"], readOnly: true }],
    /controls inet 192\.0\.2\.1: dns\.controls; for a first trial on 127\.0\.0\.1:9953, not on 192\.0\.2\.1:1953\n/,
  ],
  [
    "each has a port of its own, by family",
    "controls { inet * allow { any; } keys { k; }; inet 127.0.0.1 allow { any; } keys { k; }; inet :: allow { any; } keys { k; }; };",
    ["127.0.0.1:9953", "127.0.0.1:9954", "[::1]:9953"].map((listen) => ({
      listen,
      allow: ["any"],
      keys: ["k"],
    })),
    /not on 0\.0\.0\.0:953\n.*not on 127\.0\.0\.1:953\n.*not on \[::\]:953\n/,
  ],
  [
    "a trial lets in this machine, whoever BIND did",
    "controls { inet 192.0.2.1 allow { 10/8; } keys { k; }; };",
    [{ listen: "127.0.0.1:9953", allow: ["localhost"], keys: ["k"] }],
    /dns\.controls/,
  ],
  [
    "unix sockets",
    'controls { unix "/run/x" perm 0600 owner 0 group 0; };',
    undefined,
    /controls unix \/run\/x: rndc connects by TCP; the homeport command has a socket of its own\n/,
  ],
  [
    "a key that is nowhere",
    "controls { inet 127.0.0.1 allow { any; } keys { nokey; }; };",
    undefined,
    /none of its keys came over, and rndc needs one\n.*\n.*no key is called "nokey", so nobody steers Homeport with it/s,
  ],
  [
    "no keys at all",
    "controls { inet 127.0.0.1 allow { any; }; };",
    undefined,
    /it names no keys, and there is no rndc\.key with one\n/,
  ],
  ["none", "controls { };", undefined, /controls: rndc may connect nowhere, as dns\.controls is missing\n/],
];

for (const [why, text, is, said] of controls) {
  test(`controls: ${why}`, async () => {
    const { report, dns } = await importOf({ "named.conf": `${keys}${text}` });
    assert.deepEqual(dns["controls"], is);
    assert.match(report, said);
  });
}

test("controls: the comments say how rndc connects, and what to write in the end", async () => {
  const text = "controls { inet 192.0.2.1 allow { 10/8; } keys { k; }; };";
  const { site } = await importOf({ "named.conf": `${keys}${text}` });
  assert.match(site, /trial beside BIND: rndc -s 127\.0\.0\.1 -p 9953 -k keys\/k\.key status\n/);
  assert.match(
    site,
    /stop named, then write:\n {4}# listen: "192\.0\.2\.1:953"\n {4}# allow: \["10\.0\.0\.0\/8"\]\n/,
  );
});

const rndcKey = 'key "rndc-key" { algorithm hmac-sha256; secret "aHVzaA=="; };\n';

test("controls: rndc.key counts where nothing is said of controls or of keys, as in named", async () => {
  const unsaid = await importOf({
    "named.conf": `zone z { type ${primary}; };`,
    "rndc.key": rndcKey,
    db: soa,
  });
  assert.deepEqual(
    unsaid.dns["controls"],
    ["127.0.0.1:9953", "[::1]:9953"].map((listen) => ({ listen, keys: ["rndc-key"] })),
  );
  assert.match(unsaid.report, /Read\n {2}named\.conf\n {2}rndc\.key\n/);
  assert.match(
    unsaid.report,
    /of rndc: dns\.controls, since named lets rndc connect with this key where controls/,
  );
  const text = "controls { inet 127.0.0.1 allow { any; }; };";
  const keyless = await importOf({ "named.conf": text, "rndc.key": rndcKey });
  assert.deepEqual(keyless.dns["controls"], [
    { listen: "127.0.0.1:9953", allow: ["any"], keys: ["rndc-key"] },
  ]);
  const closed = await importOf({ "named.conf": `${keys}controls { };`, "rndc.key": rndcKey });
  assert.equal(closed.dns["controls"], undefined);
  assert.equal((closed.dns["keys"] as unknown[]).length, 4);
});
