import assert from "node:assert/strict";
import test from "node:test";
import { type ClientFqdn, readClientFqdn, writeClientFqdn } from "#protocols/dhcp4/client-fqdn.ts";
import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import { answerFqdn, chooseName, type NameQuestion } from "./name-choice.ts";

const plain: NameQuestion = {
  publishes: true,
  fqdn: undefined,
  hostName: undefined,
  reservedName: undefined,
  generate: undefined,
  domain: "lan.example",
  address: parseIpv4("192.168.9.17"),
  hardware: "01525400123456",
};

function fqdn(name: string, rest: Partial<ClientFqdn> = {}): ClientFqdn {
  const flags = { serverUpdates: true, overridden: false, wireForm: true, noUpdates: false };
  return { ...flags, name, isPartial: !name.includes("."), ...rest };
}

const names: readonly [why: string, question: Partial<NameQuestion>, want: string | undefined][] = [
  ["a client that says nothing has no name", {}, undefined],
  ["option 12 gets the domain", { hostName: "fern" }, "fern.lan.example."],
  ["upper case becomes lower case", { hostName: "FERN" }, "fern.lan.example."],
  ["the domain may end with a dot", { hostName: "fern", domain: "LAN.example." }, "fern.lan.example."],
  ["without a domain there is no name", { hostName: "fern", domain: undefined }, undefined],
  ["option 81 counts before option 12", { hostName: "a", fqdn: fqdn("b") }, "b.lan.example."],
  [
    "an empty option 81 leaves it to option 12",
    { hostName: "a", fqdn: fqdn("", { isPartial: true }) },
    "a.lan.example.",
  ],
  [
    "the site file counts before both",
    { hostName: "a", fqdn: fqdn("b"), reservedName: "c" },
    "c.lan.example.",
  ],
  ["the site file counts before N", { fqdn: noUpdates("b"), reservedName: "c" }, "c.lan.example."],
  ["a client that wants no updates gets no name", { fqdn: noUpdates("fern") }, undefined],
  ["nor a generated one", { fqdn: noUpdates("fern"), generate: "dhcp-{address}" }, undefined],
  [
    "option 81 with N and S counts as not sent, RFC 4702 §2.1",
    { fqdn: { ...noUpdates("b"), serverUpdates: true }, hostName: "a" },
    "a.lan.example.",
  ],
  ["a name in the domain stays whole", { fqdn: fqdn("a.b.lan.example") }, "a.b.lan.example."],
  ["in any case of letters", { fqdn: fqdn("A.b.LAN.Example") }, "a.b.lan.example."],
  ["a final dot says nothing else", { hostName: "fern.lan.example." }, "fern.lan.example."],
  ["of a foreign domain the first label counts", { fqdn: fqdn("fern.corp.test") }, "fern.lan.example."],
  ["a domain that only ends alike is foreign", { hostName: "fern.wlan.example" }, "fern.lan.example."],
  ["blanks become hyphens", { hostName: "Anna's Phone" }, "anna-s-phone.lan.example."],
  ["the domain itself is nobody's name", { hostName: "lan.example" }, undefined],
  ["nor is localhost", { hostName: "localhost.localdomain" }, undefined],
  ["nor wpad, below the domain as well", { fqdn: fqdn("wpad.lan.example") }, undefined],
  ["which the site file may give", { reservedName: "wpad" }, "wpad.lan.example."],
  ["an odd option 81 leaves it to option 12", { fqdn: fqdn("***"), hostName: "fern" }, "fern.lan.example."],
  ["a name may be made of the address", { generate: "dhcp-{address}" }, "dhcp-192-168-9-17.lan.example."],
  ["or of the hardware address", { generate: "pc-{mac}" }, "pc-525400123456.lan.example."],
  ["a machine with a name keeps it", { hostName: "fern", generate: "dhcp-{address}" }, "fern.lan.example."],
  ["an odd one gets a generated name", { hostName: "?", generate: "x-{mac}" }, "x-525400123456.lan.example."],
  ["nothing is published where that is off", { hostName: "fern", publishes: false }, undefined],
  [
    "what would be longer than a name can be is none",
    { hostName: "fern", domain: Array(4).fill("a".repeat(62)).join(".") },
    undefined,
  ],
];
for (const [why, question, want] of names) {
  test(why, () => {
    const choice = chooseName({ ...plain, ...question });
    assert.equal(choice.name, want);
    assert.equal(choice.forward, want !== undefined);
    assert.equal(choice.reverse, want !== undefined);
  });
}

test("only a name that nobody said is a generated one", () => {
  const generate = "dhcp-{address}";
  assert.equal(chooseName({ ...plain, generate }).generated, true);
  assert.equal(chooseName({ ...plain, generate, hostName: "fern" }).generated, false);
  assert.equal(chooseName({ ...plain, generate, publishes: false }).generated, false);
});

const problems: readonly [why: string, question: Partial<NameQuestion>, want: RegExp | undefined][] = [
  ["a client that says nothing has no problem", {}, undefined],
  ["nor one with a name", { hostName: "fern" }, undefined],
  [
    "what is no name is shown",
    { hostName: "()" },
    /^it calls itself "\(\)", which is no name for a machine$/,
  ],
  ["a long one is cut", { hostName: "(".repeat(300) }, /"\({64}…"/],
  ["also when a generated name is there instead", { hostName: "()", generate: "x-{mac}" }, /no name/],
  ["but not when the site file has one", { hostName: "()", reservedName: "fern" }, undefined],
  ["control characters do not reach a terminal", { hostName: "\u001b" }, /"\\u001b"/],
];
for (const [why, question, want] of problems) {
  test(why, () => {
    const { problem } = chooseName({ ...plain, ...question });
    if (want === undefined) assert.equal(problem, undefined);
    else assert.match(problem ?? "", want);
  });
}

/** S, O, N and the name in the reply to option 81. RFC 4702 §4 */
const replies: readonly [why: string, question: Partial<NameQuestion>, want: string | undefined][] = [
  ["who sends no option 81 gets none", { hostName: "fern" }, undefined],
  ["S is granted", { fqdn: fqdn("fern") }, "S fern.lan.example"],
  [
    "a client that would publish its address itself is overridden",
    { fqdn: fqdn("fern", { serverUpdates: false }) },
    "S O fern.lan.example",
  ],
  ["N is granted, with the name that it would have", { fqdn: noUpdates("fern") }, "N fern.lan.example"],
  ["a host of the site file is overridden", { fqdn: noUpdates("a"), reservedName: "b" }, "S O b.lan.example"],
  [
    "without a domain the name stays as it was",
    { fqdn: fqdn("fern"), domain: undefined },
    "O N fern partial",
  ],
  [
    "nothing is promised where names are off",
    { fqdn: fqdn("fern"), publishes: false },
    "O N fern.lan.example",
  ],
  [
    "an invalid one is not answered",
    { fqdn: { ...noUpdates("b"), serverUpdates: true }, hostName: "a" },
    undefined,
  ],
  ["ASCII is answered by ASCII", { fqdn: fqdn("fern", { wireForm: false }) }, "S ascii fern.lan.example"],
];
for (const [why, question, want] of replies) {
  test(why, () => {
    const { fqdnReply } = chooseName({ ...plain, ...question });
    assert.equal(fqdnReply && flagsOf(fqdnReply), want);
    if (fqdnReply !== undefined) assert.deepEqual(readClientFqdn(writeClientFqdn(fqdnReply)), fqdnReply);
  });
}

test("a name that somebody else has is not said to be published", () => {
  const reply = answerFqdn(fqdn("fern"), { name: undefined, isPublished: false });
  assert.equal(flagsOf(reply), "O N fern partial");
});

function noUpdates(name: string): ClientFqdn {
  return fqdn(name, { serverUpdates: false, noUpdates: true });
}

function flagsOf({
  serverUpdates,
  overridden,
  noUpdates: none,
  wireForm,
  name,
  isPartial,
}: ClientFqdn): string {
  const words = [serverUpdates && "S", overridden && "O", none && "N", !wireForm && "ascii", name];
  return [...words, isPartial && "partial"].filter((word) => word !== false).join(" ");
}
