import assert from "node:assert/strict";
import test from "node:test";
import { hostNameIn } from "./client-names.ts";
import { ServerLab } from "./exchange.testing.ts";

const lab = new ServerLab();
const fqdn = (name: string): string => `000000${Buffer.from(name).toString("hex")}`;

const rows: readonly (readonly [
  why: string,
  options: Readonly<Record<number, string>>,
  want: string | undefined,
])[] = [
  ["says what it calls itself", { 12: "6665726e" }, "fern"],
  ["says it in option 81 alone", { 81: fqdn("fern.lan.example") }, "fern.lan.example"],
  ["says it in both, and option 12 is shown", { 12: "6665726e", 81: fqdn("moss") }, "fern"],
  ["says nothing", {}, undefined],
  ["says nothing in many words", { 12: "", 81: fqdn("") }, undefined],
  ["says what would write elsewhere on a terminal", { 12: "1b5b326a" }, ".[2j"],
  ["says that in option 81", { 81: fqdn("\u001b[2J") }, ".[2J"],
  ["says more than there is room for", { 81: fqdn("x".repeat(400)) }, "x".repeat(255)],
  ["contradicts itself in option 81 (RFC 4702 §2.1)", { 81: "090000616263" }, undefined],
];

for (const [why, options, want] of rows)
  test(`a client that ${why}`, () => {
    assert.equal(hostNameIn(lab.request({ type: "DISCOVER", mac: "01", options })), want);
  });
