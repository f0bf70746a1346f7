import assert from "node:assert/strict";
import type { NetworkInterfaceInfo } from "node:os";
import test from "node:test";
import { ConfigError } from "#contracts/configuration.ts";
import { SteppedClock } from "#platform/clock/clock.ts";
import { bindError } from "./bind-error.ts";
import { formatEndpoint, parseListenEntry } from "./endpoint.ts";
import { expandListen, type LocalAddress, localAddresses, watchAddresses } from "./local-addresses.ts";

for (const [text, address, port, families, wildcard] of [
  ["127.0.0.1:5300", "127.0.0.1", 5300, [4], false],
  ["127.0.0.1", "127.0.0.1", 53, [4], false],
  [" 127.0.0.1:0 ", "127.0.0.1", 0, [4], false],
  ["[::1]:5300", "::1", 5300, [6], false],
  ["[::1]", "::1", 53, [6], false],
  ["2001:db8::53", "2001:db8::53", 53, [6], false],
  ["fe80::1%eth0", "fe80::1%eth0", 53, [6], false],
  ["0.0.0.0:53", "0.0.0.0", 53, [4], true],
  ["[::]:53", "::", 53, [6], true],
  ["0:0:0:0:0:0:0:0", "0:0:0:0:0:0:0:0", 53, [6], true],
  ["any", "any", 53, [4, 6], true],
  ["*:65535", "any", 65535, [4, 6], true],
] as const) {
  test(`"${text}" is read`, () =>
    assert.deepEqual(parseListenEntry(text, 53), { address, port, families, wildcard }));
}

for (const [text, message] of [
  [
    "eth0",
    'dns.listen[0]: "eth0": "eth0" is not an IP address; write an IP address with a port, such as 127.0.0.1:53 or [::1]:53, or any:53',
  ],
  [
    "127.0.0.1:65536",
    'dns.listen[0]: "127.0.0.1:65536": "65536" is not a port; write a number from 0 to 65535 after the colon',
  ],
  [
    "127.0.0.1:dns",
    'dns.listen[0]: "127.0.0.1:dns": "dns" is not a port; write a number from 0 to 65535 after the colon',
  ],
  [
    "127.0.0.1:",
    'dns.listen[0]: "127.0.0.1:": "" is not a port; write a number from 0 to 65535 after the colon',
  ],
  [
    "[::1]5300",
    'dns.listen[0]: "[::1]5300": "[::1]5300" is not an IP address; write an IP address with a port, such as 127.0.0.1:53 or [::1]:53, or any:53',
  ],
  [
    "127.0.0.300",
    'dns.listen[0]: "127.0.0.300": "127.0.0.300" is not an IP address; write an IP address with a port, such as 127.0.0.1:53 or [::1]:53, or any:53',
  ],
] as const) {
  test(`"${text}" is refused with what to write instead`, () =>
    assert.throws(() => parseListenEntry(text, 53, "dns.listen[0]"), { name: "ConfigError", message }));
}

test("an endpoint is written so that it can be read again", () => {
  for (const text of ["127.0.0.1:53", "[2001:db8::1]:53"]) {
    assert.equal(formatEndpoint(parseListenEntry(text, 1)), text);
  }
});

const own: readonly LocalAddress[] = [
  { address: "127.0.0.1", family: 4, prefixLength: 8 },
  { address: "192.168.9.1", family: 4, prefixLength: 24 },
  { address: "::1", family: 6, prefixLength: 128 },
];

for (const [why, entries, expected] of [
  ["an address stays what it is", ["192.168.9.1:53"], ["192.168.9.1:53"]],
  ["0.0.0.0 becomes the IPv4 addresses", ["0.0.0.0"], ["127.0.0.1:53", "192.168.9.1:53"]],
  ["[::] becomes the IPv6 addresses", ["[::]:54"], ["[::1]:54"]],
  ["any becomes all", ["any"], ["127.0.0.1:53", "192.168.9.1:53", "[::1]:53"]],
  [
    "an address named twice is opened once",
    ["127.0.0.1", "any:53", "127.0.0.1:54"],
    ["127.0.0.1:53", "192.168.9.1:53", "[::1]:53", "127.0.0.1:54"],
  ],
] as const) {
  test(why, () => {
    const endpoints = expandListen(
      entries.map((entry) => parseListenEntry(entry, 53)),
      own,
    );
    assert.deepEqual(endpoints.map(formatEndpoint), expected);
  });
}

test("this machine has its loopback address", () =>
  assert.ok(localAddresses().some(({ address }) => address === "127.0.0.1")));

test("a link-local address carries its zone", () => {
  const info = { address: "fe80::1", family: "IPv6", cidr: "fe80::1/64" } as NetworkInterfaceInfo;
  assert.deepEqual(localAddresses({ eth0: [info] }), [
    { address: "fe80::1%eth0", family: 6, prefixLength: 64 },
  ]);
});

test("addresses that come and go are reported, once each", () => {
  const clock = new SteppedClock();
  let current = own;
  const seen: string[] = [];
  const watch = watchAddresses({
    clock,
    read: () => current,
    onChange: ({ added, removed }) =>
      seen.push(`+${added.map(({ address }) => address)} -${removed.map(({ address }) => address)}`),
  });
  clock.advance(10_000);
  assert.deepEqual(seen, []);
  current = [own[0]!, { address: "10.0.0.1", family: 4, prefixLength: 8 }];
  clock.advance(10_000);
  assert.deepEqual(seen, ["+10.0.0.1 -192.168.9.1,::1"]);
  current = [own[0]!, { address: "10.0.0.1", family: 4, prefixLength: 16 }];
  clock.advance(10_000);
  assert.equal(seen[1], "+10.0.0.1 -10.0.0.1", "its network has grown smaller");
  watch[Symbol.dispose]();
  current = own;
  clock.advance(10_000);
  assert.equal(seen.length, 2);
});

for (const [errno, port, code, message] of [
  [
    "EADDRINUSE",
    53,
    "HP_LISTEN_IN_USE",
    /another program uses this address and port; find it with "ss -lpnt 'sport = :53'"/,
  ],
  [
    "EACCES",
    53,
    "HP_LISTEN_NOT_ALLOWED",
    /run as root, or .*setcap cap_net_bind_service=\+ep.*ip_unprivileged_port_start=53.*from 1024 up/,
  ],
  ["EACCES", 5300, "HP_LISTEN_NOT_ALLOWED", /may not use the address/],
  ["EADDRNOTAVAIL", 53, "HP_LISTEN_NOT_LOCAL", /does not have the address; .*ip address/],
  ["EAFNOSUPPORT", 53, "HP_LISTEN_NO_FAMILY", /no IPv4/],
  ["EMFILE", 53, "HP_LISTEN_NO_FILES", /ulimit -n/],
  ["EINVAL", 53, "HP_LISTEN_FAILED", /bind EINVAL/],
] as const) {
  test(`${errno} on port ${port} says what is wrong and what to do`, () => {
    const cause = Object.assign(new Error(`bind ${errno}`), { code: errno });
    const error = bindError(cause, { address: "127.0.0.1", port, family: 4 }, "TCP");
    assert.ok(error instanceof ConfigError);
    assert.equal(error.code, code);
    assert.match(error.message, message);
  });
}
