/** Relay agents in front of Homeport: clients of a network it is not at get addresses of that network. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { captureDhcp, type SeenMessage } from "./dhcp-lab/capture.ts";
import { dhcpClients } from "./dhcp-lab/clients.ts";
import { openFarNetwork, relayAddress } from "./dhcp-lab/far-network.ts";
import { domain, pointerOf, serverAddress } from "./dhcp-lab/office.ts";
import { dhcrelay, dnsmasqRelay } from "./dhcp-lab/relays.ts";

const timeout = 40_000;

describe("relay agents", { concurrency: true }, () => {
  for (const { agent, tells } of [
    { agent: dhcrelay, tells: "eth1" },
    { agent: dnsmasqRelay, tells: undefined },
  ]) {
    test(`${agent.program}: a client behind it gets a lease, a name, and renews past it`, {
      timeout,
    }, async (t) => {
      const port = { name: "port-1", circuitIds: ["eth1"], address: "198.51.100.7" };
      const hosts = tells === undefined ? [] : [port];
      const network = await openFarNetwork(t, agent, {
        clients: ["dhclient"],
        dhcp: { leaseTime: "12s", hosts },
      });
      if (network === undefined) return;
      const { lab, farLan, relaying, capture, homeport, shows } = network;
      const farCapture = await captureDhcp(farLan);
      const client = lab.plugged("far", farLan);
      const running = dhcpClients.dhclient.start(client);
      const told = () => `${running.log()}\n${relaying.log()}\n${homeport.logText()}`;
      const address = await client.address({ told });
      assert.match(address, tells === undefined ? /^198\.51\.100\.1[0-5]\d$/ : /^198\.51\.100\.7$/);
      const name = `${tells === undefined ? "far" : "port-1"}.${domain}`;
      await shows(name, "A", [address]);
      await shows(pointerOf(address), "PTR", [`${name}.`]);

      const circuit = ({ options }: SeenMessage) => /Circuit-ID .*: (\S+)/.exec(options.get(82) ?? "")?.[1];
      await capture.message("the ACK", ({ type }) => type === "ACK");
      const replies = capture.messages().filter(({ from }) => from === serverAddress);
      assert.deepEqual(
        replies.slice(0, 2).map(({ type }) => type),
        ["Offer", "ACK"],
      );
      for (const reply of replies) {
        assert.equal(reply.to, relayAddress);
        assert.equal(reply.relayAddress, relayAddress);
        assert.equal(circuit(reply), tells);
        if (tells !== undefined) assert.equal([...reply.options.keys()].at(-1), 82); // RFC 3046 §2.2
      }
      assert.deepEqual(
        farCapture.messages().filter(({ options }) => options.has(82)),
        [],
      );
      assert.equal((await homeport.leaseOf(address))?.circuitId ?? undefined, tells);

      const isRenewal = ({ type, from, to }: SeenMessage) =>
        type === "Request" && from === address && to === serverAddress;
      const { text } = await capture.message("a renewal", isRenewal);
      const at = capture.messages().findIndex((message) => message.text === text);
      await capture.message("its ACK", ({ type, to }) => type === "ACK" && to === address, { from: at });
      assert.deepEqual(await client.addresses(), [address]);
      await running.release();
      await capture.message("a release", ({ type }) => type === "Release");
      // The name of a host of the site file stays while it is away.
      await shows(name, "A", tells === undefined ? [] : [address]);
      await shows(pointerOf(address), "PTR", tells === undefined ? [] : [`${name}.`]);
    });
  }

  test("an address behind a relay that answers ping is not offered", { timeout }, async (t) => {
    const pools = ["198.51.100.100-198.51.100.101"];
    const settings = { clients: ["udhcpc"], dhcp: { probe: "auto" }, subnet: { pools } } as const;
    const network = await openFarNetwork(t, dnsmasqRelay, settings);
    if (network === undefined) return;
    const { lab, farLan, homeport } = network;
    const squatter = lab.plugged("squatter", farLan, { address: "198.51.100.100/24" });
    squatter.ip("route", "add", "default", "via", relayAddress);
    // Whichever address suits a client best, one of these would be offered the taken one.
    for (const name of ["one", "two", "three"]) {
      const client = lab.plugged(name, farLan);
      const running = dhcpClients.udhcpc.start(client);
      const told = () => `${running.log()}\n${homeport.logText()}`;
      assert.equal(await client.address({ told }), "198.51.100.101");
      await running.release();
    }
  });
});
