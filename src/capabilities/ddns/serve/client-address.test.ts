import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigError } from "#contracts/configuration.ts";
import { clientAddress, trustedNetworks } from "./client-address.ts";

const trusted = trustedNetworks(["127.0.0.1", "10.0.0.0/8", "fd00::/8"]);

for (const [why, socket, forwarded, want] of [
  ["no proxy", "8.8.4.4", undefined, "8.8.4.4"],
  ["IPv4 at a socket of IPv6", "::ffff:8.8.4.4", undefined, "8.8.4.4"],
  ["IPv6 in its canonical form", "2620:00fe:0::9", undefined, "2620:fe::9"],
  ["an interface behind it", "fe80::1%eth0", undefined, "fe80::1"],
  ["a stranger's header is not believed", "8.8.4.4", "9.9.9.9", "8.8.4.4"],
  ["a proxy's is", "127.0.0.1", "8.8.4.4", "8.8.4.4"],
  ["only the last one", "127.0.0.1", "9.9.9.9, 8.8.4.4", "8.8.4.4"],
  ["the last one before further proxies", "127.0.0.1", "9.9.9.9, 8.8.4.4, 10.1.2.3,fd00::1", "8.8.4.4"],
  ["with a port", "127.0.0.1", "8.8.4.4:4711", "8.8.4.4"],
  ["IPv6 in brackets", "127.0.0.1", '"[2620:fe::9]:4711"', "2620:fe::9"],
  ["IPv6", "fd00::7", "2620:fe::9", "2620:fe::9"],
  ["what is no address is nobody's", "127.0.0.1", "8.8.4.4, unknown", undefined],
  ["an empty one too", "127.0.0.1", "", undefined],
  ["proxies alone too, for they are not the client", "127.0.0.1", "10.0.0.1", undefined],
  ["the proxy itself asks", "127.0.0.1", undefined, "127.0.0.1"],
] as const)
  test(`the client's address: ${why}`, () =>
    assert.equal(clientAddress(socket, forwarded, trusted).address, want));

test("whom limits count for is known in any case", () =>
  assert.equal(clientAddress("127.0.0.1", "unknown", trusted).peer, "127.0.0.1"));

test("what is no network in the site file is told with its place", () =>
  assert.throws(
    () => trustedNetworks(["10.0.0.0/8", "proxy"]),
    (error) => error instanceof ConfigError && error.problems[0]?.path === "ddns.server.trustedProxies[1]",
  ));
