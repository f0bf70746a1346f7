import assert from "node:assert/strict";
import test from "node:test";
import { readDhcp4 } from "#protocols/dhcp4/message.ts";
import { sectionOf } from "../exchange/exchange.testing.ts";
import { octetsOf, type Said } from "../exchange/said.testing.ts";
import { clientClass } from "./client-class.ts";

const hex = (text: string): string => Buffer.from(text).toString("hex");
const pxe = { 60: hex("PXEClient:Arch:00007") };

const rows: readonly (readonly [
  match: object | readonly object[],
  said: Omit<Said, "type" | "mac"> & { mac?: string },
  want: boolean,
])[] = [
  [{ option: 60 }, { options: pxe }, true],
  [{ option: 60 }, {}, false],
  [{ option: "vendor-class-identifier", prefix: "PXEClient" }, { options: pxe }, true],
  [{ option: 60, prefix: "PXEClient:Arch:00007:UNDI" }, { options: pxe }, false],
  [{ option: 60, prefix: "Client" }, { options: pxe }, false],
  [{ option: 60, equals: "PXEClient:Arch:00007" }, { options: pxe }, true],
  [{ option: 60, equals: "PXEClient" }, { options: pxe }, false],
  [{ option: 60, contains: "Arch" }, { options: pxe }, true],
  [{ option: 60, contains: "00007" }, { options: pxe }, true],
  [{ option: 60, contains: "00009" }, { options: pxe }, false],
  [{ option: 77, equals: "0x69505845" }, { options: { 77: hex("iPXE") } }, true],
  [{ option: 77, contains: "iPXE" }, { options: { 77: "" } }, false],
  [{ option: 12, equals: "fern" }, { hostName: "fern" }, true],
  [{ option: 12, equals: "FERN" }, { hostName: "fern" }, false],
  [{ mac: "52:54:00" }, {}, true],
  [{ mac: "525400000001" }, {}, true],
  [{ mac: "52:54:01" }, {}, false],
  [{ mac: "52:54:00:00:00:01:02" }, {}, false],
  [{ interface: "eth1" }, {}, true],
  [{ interface: "eth2" }, {}, false],
  [{ arch: [7, 9] }, { options: { 93: "0007" } }, true],
  [{ arch: [7, 9] }, { options: { 93: "0009" } }, true],
  [{ arch: [7, 9] }, { options: { 93: "0000" } }, false],
  [{ arch: [7, 9] }, { options: { 93: "00000009" } }, true],
  [{ arch: [7] }, { options: { 93: "000700" } }, true],
  [{ arch: [7] }, { options: { 93: "07" } }, false],
  [{ arch: [0] }, {}, false],
  [{ arch: [7], mac: "52:54:00" }, { options: { 93: "0007" } }, true],
  [{ arch: [7], mac: "52:54:01" }, { options: { 93: "0007" } }, false],
  [[{ arch: [7] }, { option: 60, prefix: "PXE" }], { options: { ...pxe, 93: "0007" } }, true],
  [[{ arch: [7] }, { option: 60, prefix: "PXE" }], { options: { 93: "0007" } }, false],
];

for (const [match, said, want] of rows)
  test(`${JSON.stringify(match)} ${want ? "is" : "is not"} ${JSON.stringify(said)}`, () => {
    const list = Array.isArray(match) ? match : [match];
    const [config] = sectionOf({ classes: [{ name: "some", match: list }] }).classes;
    const message = readDhcp4(octetsOf({ type: "DISCOVER", mac: "01", ...said }));
    assert.equal(clientClass(config!).matches(message, "eth1"), want);
  });
