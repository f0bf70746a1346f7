/** Machines that change: their network, their network card, what they call themselves, how they identify. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { dhcpClients } from "./dhcp-lab/clients.ts";
import { openFarNetwork } from "./dhcp-lab/far-network.ts";
import { hardwareIdentifier, interimText } from "./dhcp-lab/guards.ts";
import { domain, openOffice, pointerOf, serverAddress, siteOf } from "./dhcp-lab/office.ts";
import { dhcrelay } from "./dhcp-lab/relays.ts";
import { until } from "./lab-tools.ts";

const timeout = 40_000;
const { dhclient, udhcpc, networkd } = dhcpClients;

describe("machines that change", { concurrency: 2 }, () => {
  test("a laptop goes to another network: it is refused its old address there, gets one, and its name follows", {
    timeout,
  }, async (t) => {
    const network = await openFarNetwork(t, dhcrelay, { clients: ["dhclient"], dhcp: { leaseTime: "12s" } });
    if (network === undefined) return;
    const { lab, lan, farLan, capture, homeport, shows, look } = network;
    const mac = "52:54:00:00:06:01";
    const laptop = lab.plugged("laptop", lan, { mac });
    const running = dhclient.start(laptop);
    const first = await laptop.address({ told: running.log });
    await shows(`laptop.${domain}`, "A", [first]);
    running.signal("SIGKILL");
    laptop.ip("link", "del", "eth0");
    lab.plug(laptop, farLan, { mac, link: "eth0" });
    const from = capture.messages().length;
    const again = dhclient.start(laptop);
    const second = await laptop.address({ told: () => `${again.log()}\n${homeport.logText()}` });
    assert.match(second, /^198\.51\.100\./);
    await capture.message("a refusal", ({ type }) => type === "NACK", { from });
    const name = `laptop.${domain}`;
    await shows(name, "A", [second]);
    await shows(pointerOf(second), "PTR", [`${name}.`]);
    await until(
      "the first lease has expired",
      async () => (await homeport.leaseOf(first))?.state !== "bound",
    );
    assert.deepEqual(await look(name, "A"), [second]);
    assert.deepEqual(await look(pointerOf(first), "PTR"), []);
    assert.deepEqual(await look(pointerOf(second), "PTR"), [`${name}.`]);
  });

  test("a laptop on the wire and by radio has two addresses and one name", { timeout }, async (t) => {
    const macs = ["52:54:00:00:06:02", "52:54:00:00:06:03"] as const;
    const site = siteOf({ dhcp: { hosts: [{ name: "laptop", macs }] } });
    const office = await openOffice(t, { clients: ["udhcpc"], site });
    if (office === undefined) return;
    const { lab, lan, shows, look } = office;
    const cards = macs.map((mac) => lab.plugged("anything", lan, { mac }));
    const running = cards.map((card) => udhcpc.start(card));
    const addresses = await Promise.all(cards.map((card) => card.address()));
    const name = `laptop.${domain}`;
    const both = async () =>
      (await look(name, "A")).toSorted().join() === addresses.toSorted().join() || undefined;
    await until("both are there", both);
    for (const address of addresses) await shows(pointerOf(address), "PTR", [`${name}.`]);
    await running[0]!.release();
    await shows(name, "A", [addresses[1]!]);
  });

  const called = [
    { says: "Bob's_iPhone!", wanted: "bob-s-iphone" },
    { says: "camera_2", wanted: "camera-2" },
    { says: "PRINTER", wanted: "printer" },
    { says: `tv.${domain}`, wanted: "tv" },
    { says: "localhost", wanted: undefined },
  ] as const;

  test("what machines call themselves becomes a name of the DNS, or they get one made", {
    timeout,
  }, async (t) => {
    const site = siteOf({ dhcp: { names: { generate: "dhcp-{address}" } } });
    const office = await openOffice(t, { clients: ["udhcpc"], site });
    if (office === undefined) return;
    const { lab, lan, shows } = office;
    await Promise.all(
      called.map(async ({ says, wanted }, index) => {
        const machine = lab.plugged(`machine-${index}`, lan);
        const running = udhcpc.start(machine, { hostName: says });
        const address = await machine.address({ told: running.log });
        const name = `${wanted ?? `dhcp-${address.replaceAll(".", "-")}`}.${domain}`;
        await shows(name, "A", [address]);
        await shows(pointerOf(address), "PTR", [`${name}.`]);
      }),
    );
  });

  const byOption81 = [
    {
      kind: "dhclient",
      more: [
        `send fqdn.fqdn "alpha.${domain}.";`,
        "send fqdn.encoded on;",
        "send fqdn.server-update off;",
        "also request fqdn.fqdn;",
      ],
      name: "alpha",
      // S: the server writes the records; O: though the client wanted to; E: in wire form. RFC 4702 §2.1
      answer: "[SOE]",
    },
    { kind: "dhcpcd", more: ["fqdn both"], name: "beta", answer: "[SE]" },
  ] as const;

  for (const { kind, more, name, answer } of byOption81) {
    test(`option 81: ${kind} tells its name by it, and is told who writes it into the DNS`, {
      timeout,
    }, async (t) => {
      const office = await openOffice(t, { clients: [kind] });
      if (office === undefined) return;
      const { lab, lan, capture, shows } = office;
      const machine = lab.plugged(name, lan);
      const hostName = kind === "dhclient" ? "another" : name;
      const running = dhcpClients[kind].start(machine, { hostName, more });
      const address = await machine.address({ told: running.log });
      await shows(`${name}.${domain}`, "A", [address]);
      const ack = await capture.message("its ACK", ({ type }) => type === "ACK");
      assert.ok(ack.options.get(81)?.startsWith(`${answer} `), ack.text);
    });
  }

  test("guards of either kind make a machine known, whether it sends a client identifier or not", {
    timeout,
  }, async (t) => {
    const macs = { one: "52:54:00:00:06:04", two: "52:54:00:00:06:05" };
    const records = [
      // Registered without an identifier, comes with one; and the other way round.
      `one A 192.0.2.60\none TXT "${interimText({ mac: macs.one })}"`,
      `two A 192.0.2.61\ntwo TXT "${interimText({ mac: macs.two, clientIdentifier: hardwareIdentifier(macs.two) })}"`,
    ];
    const site = siteOf({ records, dhcp: { names: { guard: "txt" } } });
    const office = await openOffice(t, { clients: ["udhcpc", "dhclient"], site });
    if (office === undefined) return;
    const { lab, lan, shows } = office;
    for (const [name, client] of [
      ["one", udhcpc],
      ["two", dhclient],
    ] as const) {
      const machine = lab.plugged(name, lan, { mac: macs[name] });
      const running = client.start(machine);
      const address = await machine.address({ told: running.log });
      await shows(`${name}.${domain}`, "A", [address]);
    }
  });

  test("the server's cable is pulled and another put in: clients go on", { timeout }, async (t) => {
    const office = await openOffice(t, {
      clients: ["networkd", "udhcpc"],
      site: siteOf({ dhcp: { leaseTime: "12s" } }),
    });
    if (office === undefined) return;
    const { lab, lan, server, homeport, capture, shows } = office;
    const early = lab.plugged("early", lan);
    const running = networkd.start(early);
    const address = await early.address({ told: running.log });
    server.ip("link", "del", "eth0");
    await until(
      "it is missed",
      async () => /eth0/.test((await homeport.command("status")).output) || undefined,
    );
    lab.plug(server, lan, { address: `${serverAddress}/24`, link: "eth0" });
    const from = capture.messages().length;
    const isAck = ({ type, yourAddress }: { type: string; yourAddress: string | undefined }) =>
      type === "ACK" && yourAddress === address;
    await capture.message("it renews", isAck, { from });
    const late = lab.plugged("late", lan);
    const other = udhcpc.start(late);
    const lateAddress = await late.address({ told: () => `${other.log()}\n${homeport.logText()}` });
    await shows(`late.${domain}`, "A", [lateAddress]);
    assert.deepEqual(await early.addresses(), [address]);
  });
});
