/**
 * The example lab, started as a user starts it, answers every record of its zones, forward and reverse, over
 * UDP and TCP.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { decodeMessage, encodeMessage, queryMessage } from "#protocols/dns/message.ts";
import { nameToText, parseName } from "#protocols/dns/name.ts";
import { rdataToText } from "#protocols/dns/records/index.ts";
import { mnemonicOfType } from "#protocols/dns/registry.ts";
import type { ZoneRecord } from "../../src/capabilities/dns/zones/image.ts";
import { loadZone } from "../../src/capabilities/dns/zones/load.ts";
import { askTcp, askUdp } from "../../src/platform/dns-query/ask.ts";
import { program, startLab } from "./foundry-lab.ts";

function recordsOf(folder: string, zone: string): ZoneRecord[] {
  const file = join(folder, `zones/${zone}.db`);
  const { image } = loadZone({ name: parseName(`${zone}.`), file, folder, checkNames: "warn" });
  return [...image!.records()];
}

function recordText({ owner, type, ttl, rdata }: ZoneRecord): string {
  return `${nameToText(owner)} ${ttl} ${mnemonicOfType(type)} ${rdataToText(type, rdata)}`;
}

test("the foundry lab answers all its records", async (t) => {
  const { folder, port } = await startLab(t);
  const records = ["dmz.mydomain.com", "9.168.192.in-addr.arpa"].flatMap((zone) => recordsOf(folder, zone));
  assert.equal(records.length, 21);
  for (const record of records) {
    for (const ask of [askUdp, askTcp]) {
      const query = encodeMessage(
        queryMessage({ id: 7, question: { name: record.owner, type: record.type, class: 1 } }),
      );
      const message = decodeMessage(await ask(query, { address: "127.0.0.1", port }, 5000));
      const line = recordText(record);
      const answers = message.answers.map(({ name, ...record }) => recordText({ owner: name, ...record }));
      assert.ok(answers.includes(line), `${line} is among ${answers.join(", ")}`);
      assert.equal(message.isAuthoritative, true, line);
    }
  }
});

test("a reload that finds a zone file broken says where, ends with 3, and leaves the zone in service", async (t) => {
  const { folder, port } = await startLab(t);
  const file = join(folder, "zones/dmz.mydomain.com.db");
  writeFileSync(file, `${readFileSync(file, "utf8")}bad A 1.2.3\n`);
  const words = [join(program, "src/main.ts"), "reload", "--data", join(folder, "data")];
  const { status, stdout } = spawnSync(process.execPath, words, { encoding: "utf8" });
  assert.equal(status, 3);
  assert.match(stdout, /dmz\.mydomain\.com goes on with what its file said before \(serial 2009060514\)/);
  assert.match(stdout, /zones\/dmz\.mydomain\.com\.db:25:7: "1\.2\.3" is not an IPv4 address; write/);
  const question = { name: parseName("www.dmz.mydomain.com."), type: 1, class: 1 };
  const query = encodeMessage(queryMessage({ id: 7, question }));
  const message = decodeMessage(await askUdp(query, { address: "127.0.0.1", port }, 5000));
  assert.equal(message.answers.length, 2);
});
