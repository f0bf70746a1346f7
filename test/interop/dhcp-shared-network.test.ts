/** Subnets that share a link: a client of either gets what holds for its own. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { dhcpClients, toldTo } from "./dhcp-lab/clients.ts";
import { openLan, siteOf } from "./dhcp-lab/office.ts";

const timeout = 40_000;

test("a second subnet at the same interface: self is this server's address in the client's subnet", {
  timeout,
}, async (t) => {
  const full = siteOf({ subnet: { pools: ["192.0.2.100-192.0.2.100"], gateway: "self" } });
  const second = {
    subnet: "198.51.100.0/24",
    interface: "eth0",
    pools: ["198.51.100.100-198.51.100.110"],
    gateway: "self",
    dnsServers: ["self"],
  };
  const subnets = [...(full.dhcp!["subnets"] as readonly object[]), second];
  const lan = await openLan(t, { clients: ["udhcpc"] });
  if (lan === undefined) return;
  const { lab, lan: wires, server, capture } = lan;
  server.ip("address", "add", "198.51.100.1/24", "dev", "eth0");
  const homeport = lan.place({ ...full, dhcp: { ...full.dhcp, subnets } });
  await homeport.start();
  for (const [name, address, self] of [
    ["one", "192.0.2.100", "192.0.2.1"],
    ["two", "198.51.100.1", "198.51.100.1"],
  ] as const) {
    const client = lab.plugged(name, wires);
    const running = dhcpClients.udhcpc.start(client);
    assert.ok((await client.address({ told: running.log })).startsWith(address));
    const told = toldTo(client);
    assert.deepEqual([told.get("router"), told.get("dns"), told.get("serverid")], [self, self, self]);
    running.signal("SIGUSR1"); // renews
    // In the ACK of a renewal ciaddr is as it was asked with.
    const ack = await capture.message("a renewal", (message) => {
      return message.type === "ACK" && message.clientAddress?.startsWith(address) === true;
    });
    assert.equal(ack.options.get(54), self);
  }
});
