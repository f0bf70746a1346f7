import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { decodeMessage, encodeMessage, type Message, queryMessage } from "#protocols/dns/message.ts";
import { parseName } from "#protocols/dns/name.ts";
import { matchAny } from "../address-match.ts";
import { ZoneEditor } from "../zones/zone-editor.ts";
import { ZoneTable } from "../zones/zone-table.ts";
import { EngineRig, recordTexts, zoneImage } from "./engine-rig.ts";

const zone = `
sub NS ns.sub
sub NS other.sub2
ns.sub A 192.0.2.1
ns.sub AAAA 2001:db8::1
sub2 NS other.sub2
sub2 NS ns.elsewhere.
other.sub2 A 192.0.2.2
host A 192.0.2.3
deep.er A 192.0.2.4
www.ns A 192.0.2.5
ns A 192.0.2.6
`;

function query(name: string, type: number, udpSize?: number): Uint8Array {
  const question = { name: parseName(name), type, class: 1 };
  const edns = udpSize === undefined ? {} : { edns: { udpSize, version: 0, dnssecOk: true, options: [] } };
  return encodeMessage(queryMessage({ id: 7, recursionDesired: true, question, ...edns }));
}

/** What a response says, without the order of records. */
function meaning(octets: Uint8Array): unknown {
  const { answers, authorities, additionals, ...rest }: Message = decodeMessage(octets);
  return { ...rest, records: [answers, authorities, additionals].map(recordTexts) };
}

suite("ready-made sections", () => {
  test("a referral or a denial says the same the first time and the next, under whichever name", () => {
    const labels = [
      "sub",
      "a.sub",
      "A.SUB",
      "x.y.sub",
      "ns.sub",
      "sub2",
      "q.sub2",
      "no",
      "x.host",
      "er",
      "host",
    ];
    labels.push("x.ns", "no.www.ns", "ns1", "hostmaster");
    const kept = new EngineRig({ "example.": zone });
    for (let round = 0; round < 3; round++) {
      for (const label of labels) {
        for (const type of [1, 16, 6, 43]) {
          for (const udpSize of [undefined, 512, 1232]) {
            const octets = query(`${label}.example.`, type, udpSize);
            const fresh = new EngineRig({ "example.": zone });
            const about = `${label} ${type} ${udpSize}, round ${round}`;
            assert.deepEqual(meaning(kept.exchange(octets)!), meaning(fresh.exchange(octets)!), about);
          }
        }
      }
    }
  });

  test("a name in the question to which the referral points is not pointed to from another question", () => {
    const rig = new EngineRig({ "example.": "sub NS www.sub\nwww.sub A 192.0.2.1\n" });
    for (const name of ["www.sub.example.", "mail.sub.example.", "www.sub.example."]) {
      const { authorities, additionals } = decodeMessage(rig.exchange(query(name, 1))!);
      assert.deepEqual(recordTexts(authorities), ["sub.example. NS www.sub.example."]);
      assert.deepEqual(recordTexts(additionals), ["www.sub.example. A 192.0.2.1"]);
    }
  });

  test("what does not fit is not copied: the client gets what fits", () => {
    const servers = Array.from({ length: 9 }, (_, index) => `sub NS a-rather-long-name-${index}.sub`);
    const glue = servers.map((_, index) => `a-rather-long-name-${index}.sub AAAA 2001:db8::${index + 1}`);
    const rig = new EngineRig({ "example.": [...servers, ...glue].join("\n") });
    assert.equal(decodeMessage(rig.exchange(query("www.sub.example.", 1, 1232))!).additionals.length, 9);
    assert.equal(decodeMessage(rig.exchange(query("www.sub.example.", 1))!).isTruncated, true);
    assert.equal(decodeMessage(rig.exchange(query("www.sub.example.", 1, 1232))!).additionals.length, 9);
  });

  test("a change is in the very next answer", () => {
    const editor = ZoneEditor.open(zoneImage("example.", zone));
    const rig = new EngineRig({});
    rig.engine.zones = new ZoneTable([
      { name: parseName("example."), image: editor.image, allowQuery: matchAny },
    ]);
    for (let version = 1; version < 50; version++) {
      const rdata = Uint8Array.of(198, 51, 100, version);
      editor.apply([{ do: "set", owner: parseName("ns.sub.example."), type: 1, ttl: 60, rdata: [rdata] }]);
      for (const name of ["a.sub.example.", "b.sub.example."]) {
        const { additionals } = decodeMessage(rig.exchange(query(name, 1))!);
        assert.ok(recordTexts(additionals).includes(`ns.sub.example. A 198.51.100.${version}`));
      }
    }
  });
});
