import assert from "node:assert/strict";
import test from "node:test";
import { nameToText, parseName } from "#protocols/dns/name.ts";
import type { RemoteZoneConfig } from "../../config.ts";
import { readRemoteZones, remoteZoneOf } from "./remote-zones.ts";

const secret = new Uint8Array(32).fill(7).toBase64();

const cases: readonly [
  why: string,
  config: readonly RemoteZoneConfig[],
  zones: readonly string[],
  problem: RegExp | undefined,
][] = [
  [
    "an address alone means port 53",
    [{ zone: "lan.example", server: "192.0.2.53" }],
    ["lan.example. 192.0.2.53 53"],
    undefined,
  ],
  [
    "a port may follow, and the address be IPv6",
    [{ zone: "Lan.Example.", server: "2001:db8::53 port 5353" }],
    ["lan.example. 2001:db8::53 5353"],
    undefined,
  ],
  [
    "a key signs what is sent there",
    [{ zone: "lan.example", server: "192.0.2.53", key: { name: "dhcp", secret } }],
    ["lan.example. 192.0.2.53 53 dhcp. hmac-sha256"],
    undefined,
  ],
  [
    "a zone of which the key is not there is left out, rather than asked without one",
    [{ zone: "lan.example", server: "192.0.2.53", key: { name: "dhcp", secretFile: "none.key" } }],
    [],
    /^dhcp\.names\.remote\[0\]\.key\.secretFile: the secret of key dhcp is not there/,
  ],
  [
    "what is no address is no server",
    [{ zone: "lan.example", server: "1.2.3" }],
    [],
    /^dhcp\.names\.remote\[0\]\.server: "1\.2\.3" is no server/,
  ],
  [
    "nor is one with a port that cannot be",
    [{ zone: "lan.example", server: "192.0.2.53 port 99999" }],
    [],
    /is no server/,
  ],
  [
    "a zone is a name",
    [{ zone: "a..b", server: "192.0.2.53" }],
    [],
    /^dhcp\.names\.remote\[0\]\.zone: "a\.\.b" is no zone/,
  ],
  [
    "a zone is at one server",
    [
      { zone: "lan.example", server: "192.0.2.53" },
      { zone: "lan.example.", server: "192.0.2.54" },
    ],
    ["lan.example. 192.0.2.53 53"],
    /^dhcp\.names\.remote\[1\]\.zone: lan\.example\. is dhcp\.names\.remote\[0\]'s already/,
  ],
];
for (const [why, config, want, problem] of cases) {
  test(why, () => {
    const { zones, problems } = readRemoteZones(config, "/");
    const texts = zones.map(({ zone, server, key }) => {
      const signing = key === undefined ? "" : ` ${nameToText(key.name)} ${key.algorithm}`;
      return `${nameToText(zone)} ${server.address} ${server.port}${signing}`;
    });
    assert.deepEqual(texts, want);
    if (problem === undefined) assert.deepEqual(problems, []);
    else assert.match(`${problems[0]?.path}: ${problems[0]?.what}`, problem);
    assert.ok(!JSON.stringify(problems).includes(secret));
  });
}

test("of zones within one another a name is in the innermost", () => {
  const { zones } = readRemoteZones(
    [
      { zone: "example", server: "192.0.2.1" },
      { zone: "lan.example", server: "192.0.2.2" },
    ],
    "/",
  );
  const serverAt = (name: string) => remoteZoneOf(zones, parseName(name))?.title;
  assert.equal(serverAt("fern.LAN.example."), "192.0.2.2");
  assert.equal(serverAt("fern.wlan.example."), "192.0.2.1");
  assert.equal(serverAt("fern.test."), undefined);
});
