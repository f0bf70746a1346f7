import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { networkInterfaces } from "node:os";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, type TestContext, test } from "node:test";
import { SteppedClock } from "#platform/clock/clock.ts";
import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import { type InterfaceChange, type NetworkInterface, readInterface, watchInterfaces } from "./interfaces.ts";
import { limits } from "./limits.ts";

/** A folder such as /sys/class/net, with one interface in it. */
function interfaceFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "homeport-interfaces-"));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "eth1"));
  for (const [file, text] of [
    ["ifindex", "7\n"],
    ["type", "1\n"],
    ["address", "52:54:00:12:34:56\n"],
  ] as const) {
    writeFileSync(join(folder, "eth1", file), text);
  }
  return folder;
}

function addresses(by: Readonly<Record<string, readonly string[]>>): ReturnType<typeof networkInterfaces> {
  return Object.fromEntries(
    Object.entries(by).map(([name, list]) => [
      name,
      list.map((cidr) => {
        const family = cidr.includes(":") ? "IPv6" : "IPv4";
        return {
          address: cidr.split("/")[0]!,
          cidr,
          family,
          netmask: "",
          mac: "",
          internal: false,
          scopeid: 0,
        };
      }),
    ]),
  ) as ReturnType<typeof networkInterfaces>;
}

suite("an interface is read", () => {
  test("with its number, hardware address and IPv4 addresses, labelled ones too", (t) => {
    const now = addresses({
      eth1: ["192.168.9.1/24", "fe80::1/64"],
      "eth1:office": ["10.1.0.1/16"],
      eth10: ["10.9.9.9/24"],
    });
    assert.deepEqual(readInterface("eth1", now, interfaceFolder(t)), {
      name: "eth1",
      index: 7,
      hardwareType: 1,
      hardwareAddress: Uint8Array.fromHex("525400123456"),
      addresses: [
        { address: parseIpv4("192.168.9.1"), prefixLength: 24 },
        { address: parseIpv4("10.1.0.1"), prefixLength: 16 },
      ],
    });
  });

  for (const [why, name, by] of [
    ["one that is down", "eth1", {}],
    ["one with IPv6 only", "eth1", { eth1: ["fe80::1/64"] }],
    ["one that went while it was read", "eth2", { eth2: ["10.0.0.1/8"] }],
    ["a name that leads elsewhere", "../eth1", { "../eth1": ["10.0.0.1/8"] }],
    ["a name that is longer than names are", "e".repeat(16), { ["e".repeat(16)]: ["10.0.0.1/8"] }],
  ] as const) {
    test(`not: ${why}`, (t) => {
      assert.equal(readInterface(name, addresses(by), interfaceFolder(t)), undefined);
    });
  }
});

const first: NetworkInterface = {
  name: "eth1",
  index: 7,
  hardwareType: 1,
  hardwareAddress: Uint8Array.of(2, 0, 0, 0, 0, 1),
  addresses: [{ address: parseIpv4("10.9.0.1"), prefixLength: 24 }],
};
const wider = { ...first, addresses: [{ address: parseIpv4("10.9.0.1"), prefixLength: 16 }] };
const otherHardware = { ...first, hardwareAddress: Uint8Array.of(2, 0, 0, 0, 0, 2) };
const again = { ...first, index: 9 };

suite("interfaces are watched", () => {
  function watched(before: NetworkInterface | undefined) {
    const clock = new SteppedClock();
    const changes: InterfaceChange[] = [];
    let now = before;
    const onChange = (change: InterfaceChange) => void changes.push(change);
    const watch = watchInterfaces({ names: ["eth1"], onChange, clock, read: () => now });
    const become = (next: NetworkInterface | undefined) => {
      now = next;
      clock.advance(limits.interfacePollMs);
    };
    return { clock, changes, watch, become, set: (next: NetworkInterface | undefined) => (now = next) };
  }

  for (const [why, before, now, want] of [
    ["nothing changes", first, { ...first }, []],
    ["it never was", undefined, undefined, []],
    ["it goes", first, undefined, [[first, undefined]]],
    ["it comes", undefined, first, [[undefined, first]]],
    ["its network gets another length", first, wider, [[first, wider]]],
    ["it gets another hardware address", first, otherHardware, [[first, otherHardware]]],
    [
      "it is made again within the second: it has gone and come",
      first,
      again,
      [
        [first, undefined],
        [undefined, again],
      ],
    ],
  ] as const) {
    test(why, () => {
      const { changes, become, watch } = watched(before);
      assert.deepEqual(changes, [], "what there is at the beginning is no change");
      become(now);
      become(now);
      assert.deepEqual(
        changes,
        want.map(([was, is]) => ({ name: "eth1", before: was, now: is })),
      );
      assert.deepEqual(watch.current("eth1"), now);
    });
  }

  test("who asks for a look does not wait for the second to pass", () => {
    const { changes, watch, set } = watched(first);
    set(undefined);
    watch.look();
    assert.equal(changes.length, 1);
  });

  test("nothing is told after it was disposed of", () => {
    const { changes, watch, become } = watched(first);
    watch[Symbol.dispose]();
    become(undefined);
    assert.deepEqual(changes, []);
  });
});
