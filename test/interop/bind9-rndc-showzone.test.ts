/** Statements that `rndc showzone` prints of Homeport's zones are ones that named takes. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { sampleZones } from "../../src/capabilities/dns/control-channel/zone-statement.cases.ts";
import { requirePeer } from "../peers.ts";

/** What the statements speak of. */
const surroundings = `acl "lan" { 10.0.0.0/8; };
key "k" { algorithm hmac-sha256; secret "c2VjcmV0"; };
key "k.example" { algorithm hmac-sha256; secret "c2VjcmV0"; };
tls "ns.example" { remote-hostname "ns.example"; };
`;

for (const [why, , statement] of sampleZones) {
  test(`named takes the statement of ${why}`, (t) => {
    if (!requirePeer(t, "named-checkconf", "bind9-utils")) return;
    const folder = mkdtempSync(join(tmpdir(), "homeport-showzone-"));
    try {
      writeFileSync(join(folder, "named.conf"), `${surroundings}${statement}\n`);
      const { status, stdout, stderr } = spawnSync("named-checkconf", ["named.conf"], {
        cwd: folder,
        encoding: "utf8",
      });
      assert.equal(status, 0, stdout + stderr);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}
