import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { WireError } from "../dns/wire.ts";
import { type ClientFqdn, readClientFqdn, writeClientFqdn } from "./client-fqdn.ts";
import { hex } from "./message.testing.ts";

const plain: ClientFqdn = {
  serverUpdates: false,
  overridden: false,
  wireForm: false,
  noUpdates: false,
  name: "",
  isPartial: true,
};
const ascii = (text: string): string => Buffer.from(text, "latin1").toString("hex");

const cases: readonly (readonly [why: string, octets: string, want: Partial<ClientFqdn>])[] = [
  [
    "a whole name in wire form (E)",
    `05 0000 02${ascii("pc")}03${ascii("lan")}07${ascii("example")}00`,
    { serverUpdates: true, wireForm: true, name: "pc.lan.example", isPartial: false },
  ],
  ["a name without its last label is partial", `04 0000 02${ascii("pc")}`, { wireForm: true, name: "pc" }],
  [
    "a partial name of two labels",
    `04 0000 02${ascii("pc")}03${ascii("lan")}`,
    { wireForm: true, name: "pc.lan" },
  ],
  ["no name at all: the client wants to be given one", "05 0000", { serverUpdates: true, wireForm: true }],
  ["the root says the same", "04 0000 00", { wireForm: true }],
  [
    "zeros behind the name are left",
    `04 ffff 02${ascii("pc")}000000`,
    { wireForm: true, name: "pc", isPartial: false },
  ],
  [
    "a dot within a label is kept apart",
    `04 0000 03${ascii("a.b")}00`,
    { wireForm: true, name: "a\\.b", isPartial: false },
  ],
  [
    "a whole name in ASCII",
    `00 0000 ${ascii("pc.lan.example")}`,
    { name: "pc.lan.example", isPartial: false },
  ],
  [
    "its final dot is left",
    `00 0000 ${ascii("pc.lan.example.")}`,
    { name: "pc.lan.example", isPartial: false },
  ],
  ["so are zeros behind it", `00 0000 ${ascii("pc.lan")}0000`, { name: "pc.lan", isPartial: false }],
  ["ASCII without a dot is partial", `01 0000 ${ascii("pc")}`, { serverUpdates: true, name: "pc" }],
  [
    "other character sets are taken for what they are",
    `00 0000 ${ascii("m\xfcller")}`,
    { name: "m\ufffdller" },
  ],
  ["no updates by the server (N)", `08 0000 ${ascii("pc")}`, { noUpdates: true, name: "pc" }],
  ["the server has overridden (O)", `02 ffff ${ascii("pc")}`, { overridden: true, name: "pc" }],
  ["bits that must be zero are left", `f0 0000 ${ascii("pc")}`, { name: "pc" }],
];
describe("option 81 is read (RFC 4702 §2)", () => {
  for (const [why, octets, want] of cases) {
    test(why, () => assert.deepEqual(readClientFqdn(hex(octets)), { ...plain, ...want }));
  }
});

const refused: readonly (readonly [why: string, octets: string, field: string, at: number])[] = [
  ["nothing", "", "FQDN.flags", 0],
  ["flags alone", "04", "FQDN.RCODE", 1],
  ["one RCODE", "0400", "FQDN.RCODE", 1],
  ["N and S together (RFC 4702 §2.1)", `0d 0000 02${ascii("pc")}`, "FQDN.flags", 0],
  ["a label that is cut", `04 0000 05${ascii("pc")}`, "FQDN.name", 3],
  ["a compression pointer", `04 0000 02${ascii("pc")}c000`, "FQDN.name", 6],
  ["octets behind the name", `04 0000 02${ascii("pc")}0041`, "FQDN.name", 8],
  ["a name of more than 255 octets", `04 0000 ${`3f${"61".repeat(63)}`.repeat(4)}00`, "FQDN.name", 195],
];
describe("option 81 is refused", () => {
  for (const [why, octets, field, at] of refused) {
    test(why, () =>
      assert.throws(
        () => readClientFqdn(hex(octets)),
        (error) => error instanceof WireError && error.field === field && error.at === at,
      ),
    );
  }
});

describe("option 81 is written", () => {
  test("in the form that the client speaks, with 255 for the RCODEs (RFC 4702 §2.2)", () => {
    const fqdn: ClientFqdn = {
      ...plain,
      serverUpdates: true,
      overridden: true,
      name: "pc.lan",
      isPartial: false,
    };
    assert.equal(writeClientFqdn({ ...fqdn, wireForm: true }).toHex(), "07ffff02706303" + "6c616e00");
    assert.equal(writeClientFqdn(fqdn).toHex(), `03ffff${ascii("pc.lan")}`);
  });

  test("comes back as it went", () => {
    const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);
    const fqdn = fc
      .record({
        serverUpdates: fc.boolean(),
        overridden: fc.boolean(),
        wireForm: fc.boolean(),
        noUpdates: fc.boolean(),
        labels: fc.array(label, { maxLength: 5 }),
        isPartial: fc.boolean(),
      })
      .map(({ labels, ...rest }): ClientFqdn => {
        const name = labels.join(".");
        const noUpdates = rest.noUpdates && !rest.serverUpdates;
        const isPartial =
          name === "" || (rest.wireForm ? rest.isPartial : labels.length === 1 && rest.isPartial);
        return { ...rest, name, noUpdates, isPartial };
      });
    fc.assert(fc.property(fqdn, (one) => assert.deepEqual(readClientFqdn(writeClientFqdn(one)), one)));
  });

  test("any octets are read, or refused with a WireError; what was read can be written", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (octets) => {
        let read: ClientFqdn;
        try {
          read = readClientFqdn(octets);
        } catch (error) {
          assert.ok(error instanceof WireError, String(error));
          return;
        }
        if (read.wireForm) assert.deepEqual(readClientFqdn(writeClientFqdn(read)), read);
      }),
      { numRuns: 2_000 },
    );
  });
});
