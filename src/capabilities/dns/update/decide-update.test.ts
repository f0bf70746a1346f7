import assert from "node:assert/strict";
import { test } from "node:test";
import { nameToRelativeText, parseName } from "#protocols/dns/name.ts";
import { rdataToText } from "#protocols/dns/records/index.ts";
import { mnemonicOfRcode, mnemonicOfType, Rcode } from "#protocols/dns/registry.ts";
import { zoneImage } from "../engine/engine-rig.ts";
import type { ZoneChange } from "../zones/zone-change.ts";
import { decideUpdate, type UpdateRules } from "./decide-update.ts";
import { viewOf } from "./memory-writer.testing.ts";
import { updateMessage } from "./update-draft.testing.ts";
import { readUpdate } from "./update-message.ts";

const origin = parseName("example.");
const view = viewOf(
  zoneImage(
    "example.",
    `@ NS ns2
ns A 192.0.2.53
ns2 A 192.0.2.54
www A 192.0.2.1
www A 192.0.2.2
www TXT "x"
alias CNAME www
*.wild A 192.0.2.3
deep.ent A 192.0.2.4
sub NS ns.sub
sub DS 1 8 2 ${"00".repeat(32)}
ns.sub A 192.0.2.5
`,
  ),
);
const rules: UpdateRules = {
  mayChange: undefined,
  requireHostNames: false,
  recordsPerTypeMax: 3,
  typesPerNameMax: 4,
};

/** `www A = 60 192.0.2.1, 192.0.2.2`, `www -A`; the rcode when there are none. */
function decided(prerequisites: readonly string[], updates: readonly string[]): string {
  const message = readUpdate(updateMessage(1, origin, { prerequisites, updates }));
  const { rcode, changes } = decideUpdate(message, view, rules);
  return changes.length === 0 ? mnemonicOfRcode(rcode) : changes.map(changeText).join("; ");
}

function changeText(change: ZoneChange): string {
  const owner = nameToRelativeText(change.owner, origin);
  if (change.do === "delete") return `${owner} -${mnemonicOfType(change.type)}`;
  assert.ok(change.do === "set");
  const { type, ttl, rdata } = change;
  const texts = rdata.map((one) => rdataToText(type, one));
  return `${owner} ${mnemonicOfType(type)} = ${ttl} ${texts.join(", ")}`;
}

for (const [clause, line, rcode] of [
  ["2.4.1", "www 0 ANY A", "NOERROR"],
  ["2.4.1", "www 0 ANY SRV", "NXRRSET"],
  ["2.4.1", "x.wild 0 ANY A", "NXRRSET"],
  ["2.4.3", "www 0 NONE SRV", "NOERROR"],
  ["2.4.3", "www 0 NONE A", "YXRRSET"],
  ["2.4.4", "WWW 0 ANY ANY", "NOERROR"],
  ["2.4.4", "none 0 ANY ANY", "NXDOMAIN"],
  ["2.4.4", "ent 0 ANY ANY", "NXDOMAIN"],
  ["2.4.5", "none 0 NONE ANY", "NOERROR"],
  ["2.4.5", "www 0 NONE ANY", "YXDOMAIN"],
  ["2.4.2", "www 0 IN A 192.0.2.2|www 0 IN A 192.0.2.1", "NOERROR"],
  ["2.4.2", "www 0 IN A 192.0.2.1", "NXRRSET"],
  ["2.4.2", "www 0 IN A 192.0.2.1|www 0 IN A 192.0.2.2|www 0 IN A 192.0.2.3", "NXRRSET"],
  ["2.4.2", "alias 0 IN CNAME WWW", "NOERROR"],
  ["3.2", "www 1 ANY A", "FORMERR"],
  ["3.2", "www.example.org. 0 ANY A", "NOTZONE"],
  ["3.2", "www 0 CH TXT #00", "FORMERR"],
] as const) {
  test(`a prerequisite of RFC 2136 §${clause}, ${line}: ${rcode}`, () => {
    const prerequisites = line.split("|");
    assert.equal(decided(prerequisites, []), rcode);
    const wanted = rcode === "NOERROR" ? "new A = 60 192.0.2.9" : rcode;
    assert.equal(decided(prerequisites, ["new 60 IN A 192.0.2.9"]), wanted);
  });
}

for (const [why, updates, wanted] of [
  [
    "an addition takes its set along",
    ["www 60 IN A 192.0.2.9"],
    "www A = 60 192.0.2.1, 192.0.2.2, 192.0.2.9",
  ],
  ["a record that is there changes nothing", ["www 3600 IN A 192.0.2.1"], "NOERROR"],
  ["a record that is there gives its set its TTL", ["www 60 IN TXT x"], 'www TXT = 60 "x"'],
  ["an alias does not come beside others", ["www 60 IN CNAME ns"], "NOERROR"],
  ["others do not come beside an alias", ["alias 60 IN A 192.0.2.9"], "NOERROR"],
  ["an alias takes an alias's place", ["alias 60 IN CNAME ns"], "alias CNAME = 60 ns.example."],
  [
    "what an update deleted is no longer in the way",
    ["alias 0 ANY CNAME", "alias 60 IN A 192.0.2.9"],
    "alias -CNAME; alias A = 60 192.0.2.9",
  ],
  [
    "an SOA with a later serial is taken",
    ["@ 60 IN SOA ns host 7 1 2 3 4"],
    "@ SOA = 60 ns.example. host.example. 7 1 2 3 4",
  ],
  ["an SOA with the same serial is not", ["@ 60 IN SOA ns host 1 1 2 3 4"], "NOERROR"],
  ["there is one SOA, at the apex", ["www 60 IN SOA ns host 7 1 2 3 4"], "NOERROR"],
  ["a set goes", ["WWW 0 ANY A"], "WWW -A"],
  ["a name goes", ["www 0 ANY ANY"], "www -A; www -TXT"],
  ["the apex keeps SOA and NS", ["@ 0 ANY ANY", "@ 0 ANY SOA", "@ 0 ANY NS"], "NOERROR"],
  ["the last NS of the apex stays", ["@ 0 NONE NS ns2", "@ 0 NONE NS ns"], "@ NS = 3600 ns.example."],
  ["the SOA stays, whatever it is", ["@ 0 NONE SOA ns host 1 7200 3600 86400 300"], "NOERROR"],
  ["a record goes", ["www 0 NONE A 192.0.2.2"], "www A = 3600 192.0.2.1"],
  ["the last record takes its set along", ["www 0 NONE TXT x"], "www -TXT"],
  ["what comes and goes was never there", ["new 60 IN A 192.0.2.9", "new 0 ANY ANY"], "NOERROR"],
  [
    "what goes and comes back never went",
    ["www 0 ANY A", "www 3600 IN A 192.0.2.2", "www 3600 IN A 192.0.2.1"],
    "NOERROR",
  ],
  ["a DS record goes with its delegation", ["sub 0 ANY NS"], "sub -NS; sub -DS"],
  ["a name server keeps an address", ["ns2 0 ANY A"], "REFUSED"],
  [
    "a name server may get another",
    ["ns2 0 ANY A", "ns2 60 IN AAAA 2001:db8::1"],
    "ns2 -A; ns2 AAAA = 60 2001:db8::1",
  ],
  ["a wildcard does not delegate", ["*.new 60 IN NS ns"], "NOERROR"],
  ["one too many of a type", ["www 60 IN A 192.0.2.8", "www 60 IN A 192.0.2.9"], "SERVFAIL"],
  ["one type too many", ["www 60 IN MX 1 ns", "www 60 IN RP a b", "www 60 IN SPF x"], "SERVFAIL"],
  ["all or nothing: out of the zone", ["www 60 IN A 192.0.2.9", "a.org. 60 IN A 192.0.2.9"], "NOTZONE"],
  ["all or nothing: a meta type", ["www 60 IN A 192.0.2.9", "www 60 IN AXFR"], "FORMERR"],
  ["all or nothing: a TTL in a deletion", ["www 60 IN A 192.0.2.9", "www 60 ANY A"], "FORMERR"],
  ["all or nothing: another class", ["www 60 IN A 192.0.2.9", "www 60 CH TXT #00"], "FORMERR"],
  ["NSEC is the signer's", ["www 60 IN NSEC ns A"], "REFUSED"],
  ["a TTL of 32 bits is none", ["new 4294967295 IN A 192.0.2.9"], "new A = 0 192.0.2.9"],
] as const) {
  test(why, () => assert.equal(decided([], updates), wanted));
}

test("a name server that had no address before does not keep the zone from changing", () => {
  const without = viewOf(zoneImage("example.", "www A 192.0.2.1\n"));
  const outcome = (line: string): number =>
    decideUpdate(readUpdate(updateMessage(1, origin, { updates: [line] })), without, rules).rcode;
  assert.equal(outcome("www 3600 IN A 192.0.2.2"), Rcode.NOERROR);
  assert.equal(outcome("@ 3600 IN NS ns2"), Rcode.REFUSED);
});
