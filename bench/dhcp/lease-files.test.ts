import assert from "node:assert/strict";
import test from "node:test";
import { leaseLines } from "./lease-files.ts";

const order = { count: 2, firstAddress: 0x0a4100ff, endSeconds: 1_795_602_648 };

test("Kea's file has a head and a line for each lease", () => {
  assert.deepEqual(
    [...leaseLines("kea", order)],
    [
      "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context",
      "10.65.0.255,02:48:00:00:00:00,01:02:48:00:00:00:00,43200,1795602648,1,0,0,,0,",
      "10.65.1.0,02:48:00:00:00:01,01:02:48:00:00:00:01,43200,1795602648,1,0,0,,0,",
    ],
  );
});

test("dnsmasq's file has the end first", () => {
  assert.equal(
    [...leaseLines("dnsmasq", order)][1],
    "1795602648 02:48:00:00:00:01 10.65.1.0 * 01:02:48:00:00:00:01",
  );
});

test("dhcpd's leases are active, and end when they should", () => {
  const [first] = leaseLines("dhcpd", order);
  assert.match(first!, /^lease 10\.65\.0\.255 \{ starts epoch 1795559448; ends epoch 1795602648;/);
  assert.match(
    first!,
    /binding state active; .*hardware ethernet 02:48:00:00:00:00; uid 01:02:48:00:00:00:00; \}$/,
  );
});

test("Homeport's leases are in its store, which is not written so", () => {
  assert.throws(() => [...leaseLines("homeport", order)], /homeport has no lease file/);
});
