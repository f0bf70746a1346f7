/**
 * What external-dns and Terraform's DNS provider send, replayed with nsupdate and dig: both keep records by
 * updates without prerequisites, signed, and external-dns lists the zone by AXFR before each round.
 */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { requirePeer } from "../peers.ts";
import { LabHomeport } from "./lab-homeport.ts";
import { bindKey, keyOf } from "./lab-peers.ts";
import { copyOf, lookUp, run, serialOf } from "./lab-tools.ts";

const zone = "k8s.example";
const key = keyOf("hmac-sha256");
const text = "$TTL 300\n@ SOA ns hostmaster 1 3600 600 86400 300\n@ NS ns\nns A 127.0.0.1\n";

interface Operator {
  readonly homeport: LabHomeport;
  readonly keyFile: string;
  /** One message with these lines. */
  readonly send: (...lines: readonly string[]) => Promise<void>;
}

async function startOperator(t: TestContext): Promise<Operator> {
  const homeport = await LabHomeport.start(t, {
    dns: {
      keys: [{ name: key.name, secretFile: "keys/k8s.key" }],
      zones: [
        {
          name: zone,
          file: "zone.db",
          allowTransfer: [`key ${key.name}`],
          grant: [
            { key: key.name, names: "zonesub", types: ["A", "AAAA", "CNAME", "TXT", "NS", "PTR", "MX"] },
          ],
        },
      ],
    },
    files: { "zone.db": text, "keys/k8s.key": bindKey(key) },
  });
  const keyFile = `${homeport.folder}/keys/k8s.key`;
  return {
    homeport,
    keyFile,
    send: async (...lines) => {
      const input = [`server 127.0.0.1 ${homeport.port}`, `zone ${zone}.`, ...lines, "send", ""].join("\n");
      const { code, errors } = await run("nsupdate", ["-k", keyFile], { input });
      assert.deepEqual({ code, errors }, { code: 0, errors: "" });
    },
  };
}

function hasPeers(t: TestContext): boolean {
  return requirePeer(t, "nsupdate", "bind9-dnsutils") && requirePeer(t, "dig", "bind9-dnsutils");
}

/** Names and data of what lies beside the zone's own records. */
function others(lines: readonly string[]): readonly string[] {
  return lines
    .filter((line) => !/^(ns\.)?k8s\.example\. /.test(line))
    .map((line) => line.replace(/ IN /, " "));
}

test("external-dns lists the zone, creates, changes and deletes what it owns", async (t) => {
  if (!hasPeers(t)) return;
  const { homeport, keyFile, send } = await startOperator(t);
  const list = async () => others(await copyOf(homeport.port, zone, { keyFile }));
  const owner = '"heritage=external-dns,external-dns/owner=lab,external-dns/resource=service/default/web"';
  assert.deepEqual(await list(), []);
  await assert.rejects(copyOf(homeport.port, zone), /Transfer failed/, "nobody else lists it");

  await send(
    `update add web.${zone}. 300 A 192.0.2.10`,
    `update add web.${zone}. 300 A 192.0.2.11`,
    `update add a-web.${zone}. 300 TXT ${owner}`,
    `update add *.apps.${zone}. 300 CNAME web.${zone}.`,
  );
  const found = await lookUp(homeport.port, `any.apps.${zone}`, "A");
  assert.deepEqual(found.toSorted(), ["192.0.2.10", "192.0.2.11", `web.${zone}.`]);

  // A change: its old record set goes and the new one comes, in one message.
  await send(`update delete web.${zone}. A`, `update add web.${zone}. 60 A 192.0.2.12`);
  // Older versions name each record that goes.
  await send(`update delete web.${zone}. A 192.0.2.12`, `update add web.${zone}. 60 A 192.0.2.13`);
  assert.deepEqual(await list(), [
    `*.apps.${zone}. 300 CNAME web.${zone}.`,
    `a-web.${zone}. 300 TXT ${owner}`,
    `web.${zone}. 60 A 192.0.2.13`,
  ]);

  await send(
    `update delete web.${zone}. A`,
    `update delete a-web.${zone}. TXT`,
    `update delete *.apps.${zone}. CNAME`,
  );
  assert.deepEqual(await list(), []);
  assert.equal(await serialOf(homeport.port, zone), 5);
});

test("Terraform's provider adds, replaces and destroys, and finds what it wrote", async (t) => {
  if (!hasPeers(t)) return;
  const { homeport, keyFile, send } = await startOperator(t);
  const { port } = homeport;
  await send(`update add db.${zone}. 3600 A 192.0.2.20`, `update add db.${zone}. 3600 A 192.0.2.21`);
  await send(`update add mail.${zone}. 3600 MX 10 db.${zone}.`);
  assert.deepEqual((await lookUp(port, `db.${zone}`, "A")).toSorted(), ["192.0.2.20", "192.0.2.21"]);
  // Applied again with one address in place of another
  await send(`update delete db.${zone}. A 192.0.2.21`, `update add db.${zone}. 3600 A 192.0.2.22`);
  assert.deepEqual((await lookUp(port, `db.${zone}`, "A")).toSorted(), ["192.0.2.20", "192.0.2.22"]);
  // Applied without a change: the serial number stays
  const serial = await serialOf(port, zone);
  await send(`update add db.${zone}. 3600 A 192.0.2.22`);
  assert.equal(await serialOf(port, zone), serial);
  await send(`update delete db.${zone}. A`);
  await send(`update delete mail.${zone}. MX`);
  assert.deepEqual(others(await copyOf(port, zone, { keyFile })), []);
});
