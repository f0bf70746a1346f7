/** Names of clients in the DNS: who comes first keeps a name, and guard records say whose it is. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { dhcpClients } from "./dhcp-lab/clients.ts";
import { dhcid, hardwareIdentifier, interimText } from "./dhcp-lab/guards.ts";
import type { LabSite } from "./dhcp-lab/homeport-machine.ts";
import { domain, openOffice, pointerOf, siteOf } from "./dhcp-lab/office.ts";
import { forward, reverse } from "./lab-foundry.ts";
import { until } from "./lab-tools.ts";

const timeout = 40_000;
const { dhclient, udhcpc, networkd } = dhcpClients;
const macs = ["52:54:00:00:02:01", "52:54:00:00:02:02", "52:54:00:00:02:03"] as const;

test("two clients want one name: the first keeps it, the other is told whose it is and gets it afterwards", {
  timeout,
}, async (t) => {
  const office = await openOffice(t, { clients: ["dhclient", "udhcpc"] });
  if (office === undefined) return;
  const { lab, lan, homeport, look, shows } = office;
  const name = `laptop.${domain}`;
  const first = lab.plugged("laptop", lan, { mac: macs[0] });
  const holder = dhclient.start(first);
  const firstAddress = await first.address({ told: holder.log });
  await shows(name, "A", [firstAddress]);

  const second = lab.plugged("laptop", lan, { mac: macs[1] });
  const loser = udhcpc.start(second);
  const secondAddress = await second.address({ told: loser.log });
  const lease = await until("the loser is told", async () => {
    const found = await homeport.leaseOf(secondAddress);
    return found?.nameProblem === null ? undefined : found;
  });
  assert.equal(lease.name, null);
  assert.match(lease.nameProblem!, new RegExp(`^${name} .*${macs[0]}`));
  const { output } = await homeport.command("lease", "show", secondAddress);
  assert.ok(output.replaceAll(/\s+/g, " ").includes(lease.nameProblem!), output);
  assert.deepEqual(await look(name, "A"), [firstAddress]);
  assert.deepEqual(await look(pointerOf(firstAddress), "PTR"), [`${name}.`]);
  assert.deepEqual(await look(pointerOf(secondAddress), "PTR"), []);

  await holder.release();
  await shows(name, "A", []);
  loser.signal("SIGUSR1"); // renews
  await shows(name, "A", [secondAddress]);
  await shows(pointerOf(secondAddress), "PTR", [`${name}.`]);
  assert.equal((await homeport.leaseOf(secondAddress))?.nameProblem, null);
});

test("a name of the zone file is nobody's to take", { timeout }, async (t) => {
  const site = siteOf({ records: ["printer A 192.0.2.9"] });
  const office = await openOffice(t, { clients: ["udhcpc"], site });
  if (office === undefined) return;
  const { lab, lan, homeport, look } = office;
  const client = lab.plugged("printer", lan);
  const running = udhcpc.start(client);
  const address = await client.address({ told: running.log });
  await until("it is told", async () => ((await homeport.leaseOf(address))?.nameProblem ?? null) !== null);
  assert.match((await homeport.leaseOf(address))!.nameProblem!, /^printer\.lan\.example is a static record/);
  assert.deepEqual(await look(`printer.${domain}`, "A"), ["192.0.2.9"]);
});

const example = join(import.meta.dirname, "../../examples/foundry");
const foundryServer = "192.168.9.25";

/** The foundry's zones as they are, but for guards that machines of this test can have made. */
function foundrySite(guards: readonly (readonly [published: string, ours: string])[]): LabSite {
  const zone = (name: string) => readFileSync(join(example, `zones/${name}.db`), "utf8");
  let text = zone(forward);
  for (const [published, ours] of guards) {
    assert.ok(text.includes(published));
    text = text.replace(published, ours);
  }
  return {
    domain: forward,
    dns: {
      listen: [`${foundryServer}:53`],
      workers: 1,
      zones: [forward, reverse].map((name) => ({ name, file: `${name}.db` })),
    },
    dhcp: {
      probe: "off",
      besideOthers: true,
      names: { guard: "txt" },
      subnets: [{ subnet: "192.168.9.0/24", interface: "eth0", pools: ["192.168.9.200-192.168.9.239"] }],
    },
    files: { [`${forward}.db`]: text, [`${reverse}.db`]: zone(reverse) },
  };
}

test("computers of the foundry's zone are taken over by their own machines, and by no others", {
  timeout,
}, async (t) => {
  const [one, two, stranger] = macs;
  const guardOfOne = interimText({ mac: one, clientIdentifier: hardwareIdentifier(one) });
  const guardOfTwo = interimText({ mac: two });
  const site = foundrySite([
    ["317bf41a2c5b70fd9ca4e283d364dcddd5", guardOfOne],
    ["00cf6242f693ebbf1d545159548e44ab81", guardOfTwo],
  ]);
  const office = await openOffice(t, { clients: ["dhclient", "udhcpc"], site, address: foundryServer });
  if (office === undefined) return;
  const { lab, lan, homeport, look, shows } = office;
  for (const [name, mac, client, guard] of [
    ["computer-1", one, udhcpc, guardOfOne],
    ["computer-2", two, dhclient, guardOfTwo],
  ] as const) {
    const machine = lab.plugged(name, lan, { mac });
    const running = client.start(machine);
    const address = await machine.address({ told: running.log });
    await shows(`${name}.${forward}`, "A", [address]);
    await shows(pointerOf(address), "PTR", [`${name}.${forward}.`]);
    assert.deepEqual(await look(`${name}.${forward}`, "TXT"), [`"${guard}"`]);
  }
  const machine = lab.plugged("computer-3", lan, { mac: stranger });
  const running = udhcpc.start(machine);
  const address = await machine.address({ told: running.log });
  await until("it is told", async () => ((await homeport.leaseOf(address))?.nameProblem ?? null) !== null);
  assert.deepEqual(await look(`computer-3.${forward}`, "A"), ["192.168.9.243"]);
  assert.deepEqual(await look(`computer-3.${forward}`, "TXT"), ['"31a0cb7e096a96c63dc998d2db3be6e450"']);
});

test("DHCID records are what RFC 4701 makes of hardware address, client identifier and DUID", {
  timeout,
}, async (t) => {
  const site = siteOf({ dhcp: { names: { guard: "dhcid" } } });
  const office = await openOffice(t, { clients: ["dhclient", "udhcpc", "networkd"], site });
  if (office === undefined) return;
  const { lab, lan, capture, shows, look } = office;
  for (const [index, [name, client]] of Object.entries({ dhclient, udhcpc, networkd }).entries()) {
    const mac = macs[index]!;
    const machine = lab.plugged(name, lan, { mac });
    const running = client.start(machine);
    const address = await machine.address({ told: running.log });
    await shows(`${name}.${domain}`, "A", [address]);
    const { options } = await capture.message(
      "its request",
      ({ type, clientMac }) => type === "Request" && clientMac === mac,
    );
    const identity = { mac, ...clientIdentifierIn(options.get(61)) };
    const seen = (await look(`${name}.${domain}`, "DHCID")).map((text) => text.replaceAll(" ", ""));
    assert.deepEqual(seen, [dhcid(identity, `${name}.${domain}`)]);
  }
});

/** Of what tcpdump prints: `ether 52:54:…` or `hardware-type 255, ef:53:…`. */
function clientIdentifierIn(text: string | undefined): { readonly clientIdentifier?: Uint8Array } {
  if (text === undefined) return {};
  const [, type, octets] = /^(?:ether|hardware-type (\d+),) ([\da-f:]+)$/.exec(text)!;
  const rest = octets!.split(":").map((octet) => Number.parseInt(octet, 16));
  return { clientIdentifier: Uint8Array.of(Number(type ?? 1), ...rest) };
}
