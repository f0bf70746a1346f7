/**
 * Homeport's own DHCP and a dhcpd elsewhere name their clients in one zone of Homeport, with the same guards:
 * a machine that goes to and fro between their networks takes its name along.
 */
import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { setTimeout as pass } from "node:timers/promises";
import { dhcpClients } from "./dhcp-lab/clients.ts";
import { startDhcpd } from "./dhcp-lab/foreign-servers.ts";
import { hardwareIdentifier, interimText } from "./dhcp-lab/guards.ts";
import {
  domain,
  type Office,
  openOffice,
  pointerOf,
  reverse,
  serverAddress,
  siteOf,
} from "./dhcp-lab/office.ts";
import { keyOf } from "./lab-peers.ts";
import { until } from "./lab-tools.ts";

const timeout = 40_000;
const mac = "52:54:00:00:07:01";
const name = `roamer.${domain}`;
const guard = `"${interimText({ mac, clientIdentifier: hardwareIdentifier(mac) })}"`;
const branchReverse = "100.51.198.in-addr.arpa";

interface TwoNetworks extends Office {
  /** The machine joins a network, and leaves it without a word as soon as it has its address and its name. */
  readonly visit: (network: "ours" | "dhcpd's") => Promise<string>;
}

async function openTwoNetworks(t: TestContext, leaseTime: string): Promise<TwoNetworks | undefined> {
  const key = keyOf("hmac-md5");
  const base = siteOf({ dhcp: { leaseTime, names: { guard: "txt" } } });
  const zones = [domain, reverse, branchReverse].map((zone) => ({
    name: zone,
    file: `${zone === domain ? domain : reverse}.db`,
    allowUpdate: [`key ${key.name}`],
  }));
  const site = { ...base, dns: { ...base.dns, keys: [key], zones } };
  const programs = [["dhcpd", "isc-dhcp-server"] as const];
  const office = await openOffice(t, { clients: ["udhcpc"], programs, site });
  if (office === undefined) return undefined;
  const { lab, lan, homeport, look, shows } = office;
  const branchLan = lab.switch();
  const branch = lab.plugged("dhcp", lan, { address: "192.0.2.2/24" });
  lab.plug(branch, branchLan, { address: "198.51.100.1/24" });
  const registered = { forward: domain, reverse: branchReverse, primary: serverAddress, key };
  const served = { subnet: "198.51.100.0", first: "198.51.100.100", last: "198.51.100.120", link: "eth1" };
  const dhcpd = await startDhcpd(branch, registered, "interim", served);
  const machine = lab.plugged("roamer", lan, { mac });
  return {
    ...office,
    async visit(network) {
      machine.ip("link", "del", "eth0");
      lab.plug(machine, network === "ours" ? lan : branchLan, { mac, link: "eth0" });
      const running = dhcpClients.udhcpc.start(machine);
      const told = () => `${running.log()}\n${dhcpd.log()}\n${homeport.logText()}`;
      const address = await machine.address({ told });
      await shows(name, "A", [address]);
      await shows(pointerOf(address), "PTR", [`${name}.`]);
      assert.deepEqual(await look(name, "TXT"), [guard]);
      running.signal("SIGKILL");
      return address;
    },
  };
}

describe("one zone for two servers", { concurrency: true }, () => {
  test("a machine comes back while it has its lease, after a moment and after a while", {
    timeout,
  }, async (t) => {
    const networks = await openTwoNetworks(t, "20s");
    if (networks === undefined) return;
    const { visit } = networks;
    const first = await visit("ours");
    await visit("dhcpd's");
    assert.equal(await visit("ours"), first);
    await visit("dhcpd's");
    await pass(6000); // more than the quarter of its lease in which it is told the same again
    assert.equal(await visit("ours"), first);
  });

  test("its lease ends while it is away: the name and its guard stay, and it comes back to them", {
    timeout,
  }, async (t) => {
    const networks = await openTwoNetworks(t, "10s");
    if (networks === undefined) return;
    const { visit, homeport, look, shows } = networks;
    const ours = await visit("ours");
    const theirs = await visit("dhcpd's");
    await until("it has expired", async () => (await homeport.leaseOf(ours))?.state !== "bound");
    await shows(pointerOf(ours), "PTR", []);
    assert.deepEqual(await look(name, "A"), [theirs]);
    assert.deepEqual(await look(name, "TXT"), [guard]);
    await visit("ours");
  });
});
