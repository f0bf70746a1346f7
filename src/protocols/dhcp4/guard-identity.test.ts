/**
 * Vectors: RFC 4701 §3.6; ISC's dhcpd 4.4.3-P1 as it registered udhcpc and perfdhcp; both computed once
 * more.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import { nameOctets, parseName } from "../dns/name.ts";
import { WireError } from "../dns/wire.ts";
import {
  type ClientIdentity,
  dhcidInput,
  dhcidInputOfDuid,
  dhcidOf,
  type GuardInput,
  interimInput,
  interimInputOfDuid,
  interimInputs,
  interimPattern,
  interimText,
  readDhcid,
} from "./guard-identity.ts";
import { hex } from "./message.testing.ts";

const sha256 = (octets: Uint8Array): Uint8Array => createHash("sha256").update(octets).digest();
const md5 = (octets: Uint8Array): string => createHash("md5").update(octets).digest("hex");
const wire = (name: string): Uint8Array => nameOctets(parseName(`${name}.`));
const dhcid = (input: GuardInput | undefined): string =>
  Buffer.from(dhcidOf(input!.type, sha256(input!.octets))).toString("base64");
const interim = (input: GuardInput | undefined): string => interimText(input!.type, md5(input!.octets));

const mac = (address: string): ClientIdentity => ({ hardwareType: 1, hardwareAddress: hex(address) });
const withIdentifier = (identifier: string): ClientIdentity => ({
  ...mac("525400123456"),
  clientIdentifier: hex(identifier),
});
const rfcDuid = "00010006412df166010203040506";

const vectors: readonly (readonly [
  why: string,
  identity: ClientIdentity,
  fqdn: string,
  dhcid: string,
  interim: string,
])[] = [
  [
    "a client identifier (RFC 4701 §3.6.2)",
    withIdentifier("01 0708090a0b0c"),
    "chi.example.com",
    "AAEBOSD+XR3Os/0LozeXVqcNc7FwCfQdWL3b/NaiUDlW2No=",
    "31934ffa9344a3ab86c380505a671e5113",
  ],
  [
    "a hardware address (RFC 4701 §3.6.3)",
    mac("010203040506"),
    "client.example.com",
    "AAABxLmlskllE0MVjd57zHcWmEH3pCQ6VytcKD//7es/deY=",
    "0046b6cacea62dc1d4567b068175d1f808",
  ],
  [
    "udhcpc without a client identifier",
    mac("525400123456"),
    "nocid.lan.example",
    Buffer.from("0000010271863650e95b93dd5ad7a774f1ca136cb715eaaaae30d51cad2a7fec8c19ca", "hex").toString(
      "base64",
    ),
    "005ed5057eb72c3f648ae3f4b40f0c3441",
  ],
  [
    "perfdhcp with one",
    withIdentifier("01000c01020304"),
    "node1.lan.example",
    Buffer.from("0001013e45ca94067b637c349ffc55e897fed1abc08625d6625cb3e8fbaf31d54f7a8f", "hex").toString(
      "base64",
    ),
    "310f59687d8966f4f38f1ba1d23f80a220",
  ],
];
describe("guards of known clients", () => {
  for (const [why, identity, fqdn, wantDhcid, wantInterim] of vectors) {
    test(`DHCID of ${why}`, () =>
      assert.equal(dhcid(dhcidInput({ ...identity, fqdnWire: wire(fqdn) })), wantDhcid));
    test(`TXT of ${why}`, () => {
      assert.equal(interim(interimInput(identity)), wantInterim);
      assert.match(wantInterim, interimPattern);
    });
  }

  test("DHCID of a DUID (RFC 4701 §3.6.1)", () => {
    const want = "AAIBY2/AuCccgoJbsaxcQc9TUapptP69lOjxfNuVAA2kjEA=";
    assert.equal(dhcid(dhcidInputOfDuid(hex(rfcDuid), wire("chi6.example.com"))), want);
    const identifier = `ff01020304${rfcDuid}`;
    const input = dhcidInput({ ...withIdentifier(identifier), fqdnWire: wire("chi6.example.com") });
    assert.equal(dhcid(input), want, "a DHCPv4 client by its DUID has the same one (RFC 4361)");
  });

  test("TXT of octets of a DHCPv6 client", () => {
    assert.equal(interimText(2, md5(hex(rfcDuid))), "02abf8cd3753dc1847be40858becd77865");
    assert.deepEqual(interimInputOfDuid(0x01020304, hex("0004ab")), {
      type: 2,
      octets: hex("010203040004ab"),
    });
  });
});

describe("DHCID (RFC 4701)", () => {
  test("the name's case makes no difference", () => {
    const identity = mac("010203040506");
    assert.deepEqual(
      dhcidInput({ ...identity, fqdnWire: wire("CLIENT.Example.com") }),
      dhcidInput({ ...identity, fqdnWire: wire("client.example.com") }),
    );
  });

  test("an empty client identifier is none", () => {
    assert.equal(dhcidInput({ ...withIdentifier(""), fqdnWire: wire("a") })!.type, 0);
  });

  test("a client that cannot be told from others has none", () => {
    const nobody = { hardwareType: 1, hardwareAddress: new Uint8Array(0), fqdnWire: wire("a") };
    assert.equal(dhcidInput(nobody), undefined);
    assert.equal(dhcidInput({ ...nobody, clientIdentifier: hex("ff01020304") }), undefined, "an IAID alone");
    assert.equal(interimInput(nobody), undefined);
  });

  test("its RDATA is read again", () => {
    const digest = sha256(hex("00"));
    const rdata = dhcidOf(0x0102, digest);
    assert.equal(rdata.length, 35);
    assert.deepEqual(readDhcid(rdata), { type: 0x0102, digest: Uint8Array.from(digest) });
  });

  for (const [why, rdata, code] of [
    ["cut", "0001", "short-input"],
    ["of another digest", `000102${"00".repeat(32)}`, "unknown-form"],
    ["of a digest that is cut", `000101${"00".repeat(31)}`, "bad-value"],
  ] as const) {
    test(`RDATA that is ${why} is refused`, () =>
      assert.throws(
        () => readDhcid(hex(rdata)),
        (error) => error instanceof WireError && error.code === code,
      ));
  }
});

describe("dhcpd's interim guard", () => {
  test("the second digit is the type modulo 15", () => {
    assert.deepEqual(
      [0, 2, 15, 16, 61, 255].map((type) => interimText(type, "").slice(0, 2)),
      ["00", "02", "00", "11", "31", "f0"],
    );
  });

  test("a client identifier of RFC 4361 is one like others, its IAID with it", () => {
    const identifier = `ff01020304${rfcDuid}`;
    assert.deepEqual(interimInput(withIdentifier(identifier)), { type: 61, octets: hex(identifier) });
  });

  test("01 and the MAC have one digest, whoever says it", () => {
    const [byIdentifier, byMac] = interimInputs(withIdentifier("01525400123456")).map(interim);
    assert.equal(byIdentifier!.slice(2), byMac!.slice(2));
    assert.deepEqual([byIdentifier!.slice(0, 2), byMac!.slice(0, 2)], ["31", "00"]);
  });

  test("a record may be of the time before or after a client sent its identifier", () => {
    const texts = (identity: ClientIdentity) =>
      interimInputs(identity).map(({ type, octets }) => `${type} ${octets.toHex()}`);
    assert.deepEqual(texts(mac("525400123456")), ["0 01525400123456", "61 01525400123456"]);
    assert.deepEqual(texts(withIdentifier("01525400123456")), ["61 01525400123456", "0 01525400123456"]);
    assert.deepEqual(texts(withIdentifier("007063")), ["61 007063", "0 01525400123456", "61 01525400123456"]);
    assert.deepEqual(texts({ hardwareType: 1, hardwareAddress: hex("") }), []);
  });

  for (const [text, isGuard] of [
    ["317bf41a2c5b70fd9ca4e283d364dcddd5", true],
    ["00cf6242f693ebbf1d545159548e44ab81", true],
    ["02abf8cd3753dc1847be40858becd77865", true],
    ["01abf8cd3753dc1847be40858becd77865", false],
    ["31ABF8CD3753DC1847BE40858BECD77865", false],
    ["317bf41a2c5b70fd9ca4e283d364dcddd", false],
    ["317bf41a2c5b70fd9ca4e283d364dcddd5 ", false],
    ["v=spf1 -all", false],
  ] as const) {
    test(`"${text}" is ${isGuard ? "a guard" : "no guard"}`, () =>
      assert.equal(interimPattern.test(text), isGuard));
  }
});
