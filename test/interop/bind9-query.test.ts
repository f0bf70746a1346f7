/**
 * What named sends is read as it was meant: an example of every record type, its names compressed as BIND
 * does it.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { decodeMessage, encodeMessage, type Message, queryMessage } from "#protocols/dns/message.ts";
import { parseName } from "#protocols/dns/name.ts";
import { parseRdata, rdataToText, recordFormats } from "#protocols/dns/records/index.ts";
import { RRClass, RRType } from "#protocols/dns/registry.ts";
import { textReader } from "#protocols/dns/text-reader.ts";
import { type Ask, askTcp, askUdp } from "../../src/platform/dns-query/ask.ts";
import { requirePeer } from "../peers.ts";
import { startNamed } from "./named.ts";

const origin = "example.com.";
/**
 * named refuses MD and MF in zone files and never answers with NSEC3 by name; the others make it another
 * zone.
 */
const leftOut: readonly number[] = [
  RRType.MD,
  RRType.MF,
  RRType.NSEC3,
  RRType.SOA,
  RRType.DNAME,
  RRType.NS,
  RRType.DS,
];
const formats = recordFormats.filter(({ type }) => !leftOut.includes(type));
const edns = { udpSize: 1232, version: 0, dnssecOk: false, options: [] };

test("every record type comes over from named by UDP and TCP as the text that stands in its zone file", async (t) => {
  if (!requirePeer(t, "named", "bind9")) return;
  const folder = mkdtempSync(join(tmpdir(), "homeport-query-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "zone.db");
  writeFileSync(file, zoneText());
  await using named = await startNamed({ zones: [{ name: origin, file }] });
  for (const ask of [askUdp, askTcp]) {
    for (const { mnemonic, type, example } of formats) {
      const { answers } = await query(ask, named, `${mnemonic}.${origin}`, type);
      const texts = answers.map((record) => rdataToText(record.type, record.rdata));
      assert.deepEqual(texts, [rdataToText(type, parseRdata(type, textReader(example)))], mnemonic);
    }
    const soa = await query(ask, named, origin, RRType.SOA);
    assert.equal(
      rdataToText(RRType.SOA, soa.answers[0]!.rdata),
      "ns.example.com. host\\.master.example.com. 1 2 3 4 5",
    );
  }
});

async function query(
  ask: Ask,
  server: { readonly address: string; readonly port: number },
  name: string,
  type: number,
): Promise<Message> {
  const question = { name: parseName(name), type, class: RRClass.IN };
  return decodeMessage(await ask(encodeMessage(queryMessage({ id: 1, question, edns })), server, 10_000));
}

function zoneText(): string {
  const records = formats.map(({ mnemonic, example }) => `${mnemonic} ${mnemonic} ${example}`);
  return ["$TTL 300", "@ SOA ns host\\.master 1 2 3 4 5", "@ NS ns", "ns A 192.0.2.53", ...records, ""].join(
    "\n",
  );
}
