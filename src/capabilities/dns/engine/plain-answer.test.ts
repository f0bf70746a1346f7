import assert from "node:assert/strict";
import test from "node:test";
import { decodeMessage, encodeMessage, type Message, queryMessage } from "#protocols/dns/message.ts";
import { parseName } from "#protocols/dns/name.ts";
import { mnemonicOfType } from "#protocols/dns/registry.ts";
import { EngineRig, recordTexts } from "./engine-rig.ts";

const zone = `
www A 192.0.2.1
www A 192.0.2.2
www A 192.0.2.3
www TXT "one" "two"
host AAAA 2001:db8::1
host MX 10 www
*.wild A 192.0.2.7
*.wild TXT "any"
a.b.deep A 192.0.2.8
alias CNAME www
sub NS ns.sub
ns.sub A 192.0.2.9
old DNAME wild
big TXT ${'"'.concat("x".repeat(250), '" ').repeat(3)}
`;
const names = [
  "",
  "www",
  "WWW",
  "host",
  "x.wild",
  "y.x.wild",
  "wild",
  "*.wild",
  "b.deep",
  "a.b.deep",
  "alias",
  "sub",
];
names.push("ns.sub", "q.old", "big", "nope");

/** The same zone, answered without the short way. */
function rigWithoutIt(): EngineRig {
  const rig = new EngineRig({ "example.": zone, ".": "@ A 192.0.2.99\n" });
  Object.assign(rig.engine, { plain: { write: () => false } });
  return rig;
}

test("the short way gives the answers that the long way gives", () => {
  const short = new EngineRig({ "example.": zone, ".": "@ A 192.0.2.99\n" });
  const long = rigWithoutIt();
  let compared = 0;
  for (const label of [...names, undefined]) {
    for (const type of [1, 2, 5, 15, 16, 28, 29, 44, 52, 255, 65_000]) {
      for (const recursionDesired of [true, false]) {
        for (const payload of [undefined, 512, 4096]) {
          const name = parseName(label === undefined ? "." : label === "" ? "example." : `${label}.example.`);
          const query = queryMessage({
            id: 9,
            recursionDesired,
            question: { name, type, class: 1 },
            ...(payload === undefined ? {} : { edns: ednsOf(payload) }),
          });
          const octets = encodeMessage(query);
          const one = short.exchange(octets)!;
          const other = long.exchange(octets)!;
          const about = `${label} ${mnemonicOfType(type)} ${recursionDesired} ${payload}`;
          assert.equal(one.length, other.length, about);
          assert.deepEqual(comparable(one), comparable(other), about);
          compared++;
        }
      }
    }
  }
  assert.equal(compared, 17 * 11 * 6);
});

test("an answer begins with another record each time", () => {
  const rig = new EngineRig({ "example.": zone });
  const seen = new Set<string>();
  for (let i = 0; i < 12; i++) {
    const { answers } = rig.ask("www.example. A", { recursionDesired: true });
    seen.add(String(answers[0]!.rdata));
  }
  assert.equal(seen.size, 3);
});

function ednsOf(udpSize: number): NonNullable<Message["edns"]> {
  return { udpSize, version: 0, dnssecOk: true, options: [] };
}

/** A message without the order of the records of a set, which is another each time. */
function comparable(octets: Uint8Array): unknown {
  const { answers, authorities, additionals, ...rest } = decodeMessage(octets);
  return {
    ...rest,
    answers: recordTexts(answers),
    authorities: recordTexts(authorities),
    additionals: recordTexts(additionals),
  };
}
