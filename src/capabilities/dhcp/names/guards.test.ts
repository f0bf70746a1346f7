import assert from "node:assert/strict";
import test from "node:test";
import type { RegistryRecord } from "#contracts/name-registry.ts";
import { type GuardKind, guardOf, identityOf, takeOverBy } from "./guards.ts";

const mac = "01525400123456";
const byMac = { hardware: mac, client: `00${mac}` };

/** RFC 4701 §3.6, and what dhcpd 4.4.3-P1 wrote for udhcpc and perfdhcp. */
const vectors: readonly [
  why: string,
  lease: { hardware: string; client: string },
  name: string,
  guard: GuardKind,
  want: string | undefined,
][] = [
  [
    "DHCID of a client identifier, RFC 4701 §3.6.2",
    { hardware: "010708090a0b0c", client: "3d010708090a0b0c" },
    "chi.example.com.",
    "dhcid",
    "DHCID AAEBOSD+XR3Os/0LozeXVqcNc7FwCfQdWL3b/NaiUDlW2No=",
  ],
  [
    "DHCID of a hardware address, RFC 4701 §3.6.3, in any case of letters",
    { hardware: "01010203040506", client: "0001010203040506" },
    "Client.Example.com.",
    "dhcid",
    "DHCID AAABxLmlskllE0MVjd57zHcWmEH3pCQ6VytcKD//7es/deY=",
  ],
  [
    "TXT of a client identifier",
    { hardware: "010708090a0b0c", client: "3d010708090a0b0c" },
    "chi.example.com.",
    "txt",
    'TXT "31934ffa9344a3ab86c380505a671e5113"',
  ],
  [
    "TXT of udhcpc without option 61",
    byMac,
    "nocid.lan.example.",
    "txt",
    'TXT "005ed5057eb72c3f648ae3f4b40f0c3441"',
  ],
  [
    "DHCID of udhcpc without option 61",
    byMac,
    "nocid.lan.example.",
    "dhcid",
    `DHCID ${Uint8Array.fromHex("0000010271863650e95b93dd5ad7a774f1ca136cb715eaaaae30d51cad2a7fec8c19ca").toBase64()}`,
  ],
  [
    "TXT of perfdhcp",
    { hardware: "01000c01020304", client: "3d01000c01020304" },
    "node1.lan.example.",
    "txt",
    'TXT "310f59687d8966f4f38f1ba1d23f80a220"',
  ],
  [
    "DHCID of perfdhcp",
    { hardware: "01000c01020304", client: "3d01000c01020304" },
    "node1.lan.example.",
    "dhcid",
    `DHCID ${Uint8Array.fromHex("0001013e45ca94067b637c349ffc55e897fed1abc08625d6625cb3e8fbaf31d54f7a8f").toBase64()}`,
  ],
  ["no guard where none is wanted", byMac, "nocid.lan.example.", "none", undefined],
  [
    "nor of a client without any address",
    { hardware: "20", client: "0020" },
    "x.lan.example.",
    "txt",
    undefined,
  ],
  [
    "nor a DHCID of an identifier that breaks off, RFC 4361 §6.1",
    { hardware: mac, client: "3dff00000001" },
    "x.lan.example.",
    "dhcid",
    undefined,
  ],
];
for (const [why, lease, name, kind, want] of vectors) {
  test(why, () => {
    const guard = guardOf(kind, name, identityOf(lease));
    assert.equal(guard && `${guard.type} ${guard.data}`, want);
  });
}

const byIdentifier = { hardware: mac, client: "3dff123456780001000100000001525400123456" };

const name = "fern.lan.example.";
const ownTxt = guardOf("txt", name, identityOf(byMac))!.data;
const ownDhcid = guardOf("dhcid", name, identityOf(byMac))!.data;
const otherTxt = '"00cf6242f693ebbf1d545159548e44ab81"';

const claims: readonly [why: string, records: readonly [type: string, data: string][], want: boolean][] = [
  ["an address alone is somebody's", [["A", "192.168.9.17"]], false],
  [
    "its own TXT makes it the client's",
    [
      ["A", "192.168.9.17"],
      ["TXT", ownTxt],
    ],
    true,
  ],
  ["so it does without quotes", [["TXT", ownTxt.replaceAll('"', "")]], true],
  [
    "its own DHCID likewise",
    [
      ["A", "192.168.9.17"],
      ["DHCID", ownDhcid],
    ],
    true,
  ],
  ["also in pieces", [["DHCID", `( ${ownDhcid.slice(0, 20)} ${ownDhcid.slice(20)} )`]], true],
  [
    "both together",
    [
      ["TXT", ownTxt],
      ["DHCID", ownDhcid],
    ],
    true,
  ],
  [
    "another's TXT",
    [
      ["A", "192.168.9.17"],
      ["TXT", otherTxt],
    ],
    false,
  ],
  [
    "another's beside its own",
    [
      ["TXT", ownTxt],
      ["TXT", otherTxt],
    ],
    false,
  ],
  [
    "a TXT of some other kind beside its own",
    [
      ["TXT", ownTxt],
      ["TXT", '"v=spf1 -all"'],
    ],
    false,
  ],
  ["another's DHCID", [["DHCID", "AAABxLmlskllE0MVjd57zHcWmEH3pCQ6VytcKD//7es/deY="]], false],
  [
    "an MX beside its own",
    [
      ["MX", "10 mail.lan.example."],
      ["TXT", ownTxt],
    ],
    true,
  ],
];
for (const [why, records, want] of claims) {
  test(`take over: ${why}`, () => {
    const all = records.map(([type, data]): RegistryRecord => ({ name, type, ttl: 300, data }));
    assert.equal(takeOverBy(name, identityOf(byMac))(all), want);
  });
}

test("a client that has begun to send an identifier keeps the name that its hardware address has", () => {
  const mine = takeOverBy(name, identityOf(byIdentifier));
  for (const kind of ["txt", "dhcid"] as const) {
    for (const lease of [byMac, byIdentifier]) {
      const { type, data } = guardOf(kind, name, identityOf(lease))!;
      assert.equal(mine([{ name, type, ttl: 300, data }]), true, `${kind} of ${lease.client}`);
    }
  }
});

test("a client that sends no identifier any more keeps the name of the usual one, 01 and its MAC", () => {
  const { type, data } = guardOf("txt", name, identityOf({ hardware: mac, client: `3d${mac}` }))!;
  assert.equal(takeOverBy(name, identityOf(byMac))([{ name, type, ttl: 300, data }]), true);
});

test("a DHCID of the same client is another for another name", () => {
  const { type, data } = guardOf("dhcid", "moss.lan.example.", identityOf(byMac))!;
  assert.equal(takeOverBy(name, identityOf(byMac))([{ name, type, ttl: 300, data }]), false);
});
