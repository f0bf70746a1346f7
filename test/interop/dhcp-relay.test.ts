/** Relay agents in front of Homeport: clients of a network it is not at get addresses of that network. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { captureDhcp, type SeenMessage } from "./dhcp-lab/capture.ts";
import { dhcpClients } from "./dhcp-lab/clients.ts";
import { domain, openOffice, pointerOf, serverAddress, siteOf } from "./dhcp-lab/office.ts";
import { dhcrelay, dnsmasqRelay } from "./dhcp-lab/relays.ts";

const timeout = 40_000;
const relayAddresses = { server: serverAddress, relay: "198.51.100.1" } as const;

for (const { agent, tells } of [
  { agent: dhcrelay, tells: "eth1" },
  { agent: dnsmasqRelay, tells: undefined },
]) {
  test(`${agent.program}: a client behind it gets a lease, a name, and renews past it`, {
    timeout,
  }, async (t) => {
    const far = {
      subnet: "198.51.100.0/24",
      pools: ["198.51.100.100-198.51.100.150"],
      gateway: "198.51.100.1",
    };
    const base = siteOf();
    const near = (base.dhcp!["subnets"] as readonly object[])[0]!;
    const farReverse = { name: "100.51.198.in-addr.arpa", file: "lan.example.db" };
    const port = { name: "port-1", circuitIds: ["eth1"], address: "198.51.100.7" };
    const site = {
      ...base,
      dns: { ...base.dns, zones: [...(base.dns!["zones"] as readonly object[]), farReverse] },
      dhcp: {
        ...base.dhcp,
        leaseTime: "12s",
        subnets: [near, far],
        hosts: tells === undefined ? [] : [port],
      },
    };
    const programs = [[agent.program, agent.debianPackage] as const];
    const office = await openOffice(t, { clients: ["dhclient"], programs, site });
    if (office === undefined) return;
    const { lab, lan, server, capture, homeport, shows } = office;
    const farLan = lab.switch();
    const farCapture = await captureDhcp(farLan);
    const relay = lab.plugged("relay", lan, { address: "192.0.2.2/24" });
    lab.plug(relay, farLan, { address: `${relayAddresses.relay}/24` });
    await relay.run("sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward");
    server.ip("route", "add", "198.51.100.0/24", "via", "192.0.2.2");
    const agentRunning = agent.start(relay, relayAddresses);

    const client = lab.plugged("far", farLan);
    const running = dhcpClients.dhclient.start(client);
    const told = () => `${running.log()}\n${agentRunning.log()}\n${homeport.logText()}`;
    const address = await client.address({ told });
    assert.match(address, tells === undefined ? /^198\.51\.100\.1[0-5]\d$/ : /^198\.51\.100\.7$/);
    const name = `${tells === undefined ? "far" : "port-1"}.${domain}`;
    await shows(name, "A", [address]);
    await shows(pointerOf(address), "PTR", [`${name}.`]);

    const circuit = ({ options }: SeenMessage) => /Circuit-ID .*: (\S+)/.exec(options.get(82) ?? "")?.[1];
    const replies = capture.messages().filter(({ from }) => from === serverAddress);
    assert.deepEqual(
      replies.slice(0, 2).map(({ type }) => type),
      ["Offer", "ACK"],
    );
    for (const reply of replies) {
      assert.equal(reply.to, relayAddresses.relay);
      assert.equal(reply.relayAddress, relayAddresses.relay);
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
