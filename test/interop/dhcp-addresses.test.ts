/** Which address a client gets, and what happens when it cannot stay so. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { SeenMessage } from "./dhcp-lab/capture.ts";
import { type ClientName, dhcpClients } from "./dhcp-lab/clients.ts";
import { domain, openOffice, pointerOf, serverAddress, siteOf } from "./dhcp-lab/office.ts";
import { until } from "./lab-tools.ts";

const timeout = 40_000;
const onlyAddress = "192.0.2.100";
const oneAddress = { pools: [`${onlyAddress}-${onlyAddress}`] };

describe("addresses", { concurrency: 3 }, () => {
  for (const kind of ["udhcpc", "dhcpcd"] as const satisfies readonly ClientName[]) {
    test(`${kind} declines an address that another machine has: nobody gets it until it is released`, {
      timeout,
    }, async (t) => {
      const office = await openOffice(t, { clients: [kind], site: siteOf({ subnet: oneAddress }) });
      if (office === undefined) return;
      const { lab, lan, capture, homeport } = office;
      const squatter = lab.plugged("squatter", lan, { address: `${onlyAddress}/24` });
      const mac = "52:54:00:00:02:06";
      const client = lab.plugged(kind, lan, { mac });
      const running = dhcpClients[kind].start(client, { asksTheLink: true });
      await capture.message("a decline", ({ type }) => type === "Decline", { withinMs: 20_000 });
      const lease = await until("it is in quarantine", async () => {
        const found = await homeport.leaseOf(onlyAddress);
        return found?.state === "declined" ? found : undefined;
      });
      const hours = (Date.parse(lease.expiresAt!) - Date.now()) / 3_600_000;
      assert.ok(hours > 23.9 && hours <= 24, `${hours} hours`);
      const offers = () => capture.messages().filter(({ type }) => type === "Offer").length;
      const before = offers();
      await capture.message(
        "it asks again",
        ({ type, clientMac }) => type === "Discover" && clientMac === mac,
        {
          from: capture.messages().length,
          withinMs: 25_000,
        },
      );
      assert.equal(offers(), before);

      squatter.ip("address", "flush", "dev", "eth0");
      const { code, errors } = await homeport.command("lease", "release", onlyAddress);
      assert.equal(code, 0, errors);
      assert.equal(await client.address({ told: running.log, withinMs: 30_000 }), onlyAddress);
    });
  }

  test("an address that answers ARP is not offered", { timeout }, async (t) => {
    const site = siteOf({ dhcp: { probe: "arp" }, subnet: { pools: ["192.0.2.100-192.0.2.101"] } });
    const office = await openOffice(t, { clients: ["udhcpc"], site });
    if (office === undefined) return;
    const { lab, lan, capture } = office;
    lab.plugged("squatter", lan, { address: `${onlyAddress}/24` });
    // Whichever address suits a client best, one of these would be offered the taken one.
    for (const name of ["one", "two", "three"]) {
      const client = lab.plugged(name, lan);
      const running = dhcpClients.udhcpc.start(client, { asksTheLink: true });
      assert.equal(await client.address({ told: running.log }), "192.0.2.101");
      await running.release();
    }
    assert.ok(!capture.messages().some(({ type }) => type === "Decline"));
  });

  test("a reservation is changed: the old lease is refused at its renewal, and the new address comes at once", {
    timeout,
  }, async (t) => {
    const mac = "52:54:00:00:02:07";
    const office = await openOffice(t, {
      clients: ["dhclient"],
      site: siteOf({ dhcp: { leaseTime: "12s" } }),
    });
    if (office === undefined) return;
    const { lab, lan, capture, homeport, shows } = office;
    const client = lab.plugged("desk", lan, { mac });
    const running = dhcpClients.dhclient.start(client);
    const told = () => `${running.log()}\n${homeport.logText()}`;
    let address = await client.address({ told });
    for (const reserved of ["192.0.2.20", "192.0.2.120"]) {
      const hosts = [{ name: "desk", macs: [mac], address: reserved }];
      await homeport.reload(siteOf({ dhcp: { leaseTime: "12s", hosts } }));
      const from = capture.messages().length;
      const isRenewal = ({ type, to, clientAddress }: SeenMessage) =>
        type === "Request" && to === serverAddress && clientAddress === address;
      await capture.message("a renewal", isRenewal, { from });
      await capture.message("a refusal", ({ type }) => type === "NACK", { from });
      const is = (found: string) => found === reserved;
      await client.address({ which: is, told });
      await shows(`desk.${domain}`, "A", [reserved]);
      await shows(pointerOf(reserved), "PTR", [`desk.${domain}.`]);
      await shows(pointerOf(address), "PTR", []);
      address = reserved;
    }
  });

  test("homeport lease reserve: at its next renewal the machine has the address and the name", {
    timeout,
  }, async (t) => {
    const office = await openOffice(t, { clients: ["udhcpc"] });
    if (office === undefined) return;
    const { lab, lan, homeport, shows } = office;
    const client = lab.plugged("anything", lan);
    const running = dhcpClients.udhcpc.start(client);
    const told = () => `${running.log()}\n${homeport.logText()}`;
    const before = await client.address({ told });
    const words = ["--name", "scanner", "--address", "192.0.2.30", "--yes"];
    const { code, output, errors } = await homeport.command("lease", "reserve", before, ...words);
    assert.equal(code, 0, `${output}${errors}`);
    running.signal("SIGUSR1"); // renews, and is refused
    await client.address({ which: (found) => found === "192.0.2.30", told });
    await shows(`scanner.${domain}`, "A", ["192.0.2.30"]);
    await shows(`anything.${domain}`, "A", []);
    assert.equal((await homeport.leaseOf("192.0.2.30"))?.reservation, "scanner");
  });

  test("a machine that starts again asks for its address, and gets it of a server that was killed meanwhile", {
    timeout,
  }, async (t) => {
    const office = await openOffice(t, { clients: ["dhclient"] });
    if (office === undefined) return;
    const { lab, lan, capture, homeport, shows } = office;
    const client = lab.plugged("desk", lan);
    const running = dhcpClients.dhclient.start(client);
    const address = await client.address({ told: running.log });
    running.signal("SIGKILL");
    await homeport.stop("SIGKILL");
    client.ip("address", "flush", "dev", "eth0");
    await homeport.start();
    const from = capture.messages().length;
    const again = dhcpClients.dhclient.start(client);
    assert.equal(await client.address({ told: again.log }), address);
    const isRequest = ({ type, from: source }: SeenMessage): boolean =>
      type === "Request" && source === "0.0.0.0";
    const request = await capture.message("it asks for its address", isRequest, { from });
    // INIT-REBOOT: no server identifier, no ciaddr. RFC 2131 §4.3.2
    assert.equal(request.options.get(50), address);
    assert.equal(request.options.has(54), false);
    assert.equal(request.clientAddress, undefined);
    await shows(`desk.${domain}`, "A", [address]);
  });
});
