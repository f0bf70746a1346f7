/** Homeport registers its clients in zones that other name servers keep: RFC 2136 updates, signed by TSIG. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { dhcpClients } from "./dhcp-lab/clients.ts";
import { dhcid, hardwareIdentifier, interimText } from "./dhcp-lab/guards.ts";
import { knotd, named, type UpdatedZones, updateZone } from "./dhcp-lab/name-servers.ts";
import { domain, openOffice, pointerOf, reverse, siteOf } from "./dhcp-lab/office.ts";
import { keyOf } from "./lab-peers.ts";
import { until } from "./lab-tools.ts";

const timeout = 40_000;
const macs = ["52:54:00:00:03:01", "52:54:00:00:03:02"] as const;
const nameServerAddress = "192.0.2.53";
const zoneText = `$TTL 300\n@ SOA ns hostmaster 1 3600 600 86400 60\n@ NS ns.${domain}.\n`;

for (const { server, guard, algorithm } of [
  { server: named, guard: "dhcid", algorithm: "hmac-sha256" },
  { server: knotd, guard: "txt", algorithm: "hmac-md5" },
] as const) {
  test(`${server.program}: names come, keep off those of others, and go, also after it and Homeport were gone`, {
    timeout,
  }, async (t) => {
    const key = keyOf(algorithm);
    const zones: UpdatedZones = {
      address: nameServerAddress,
      zones: { [domain]: `${zoneText}ns A ${nameServerAddress}\n`, [reverse]: zoneText },
      key,
    };
    const remote = [domain, reverse].map((zone) => ({ zone, server: nameServerAddress, key }));
    const base = siteOf({ dhcp: { names: { guard, remote } } });
    const programs = [
      [server.program, server.debianPackage],
      ["nsupdate", "bind9-dnsutils"],
    ] as const;
    const office = await openOffice(t, {
      clients: ["udhcpc", "dhclient"],
      programs,
      site: { ...base, dns: undefined },
    });
    if (office === undefined) return;
    const { lab, lan, homeport } = office;
    const dns = lab.plugged("dns", lan, { address: `${nameServerAddress}/24` });
    let running = await server.start(dns, zones);
    const told = () => `${running.log()}\n${homeport.logText()}`;
    const look = (name: string, type: string) => dns.lookUp(nameServerAddress, name, type);
    const shows = (name: string, type: string, wanted: readonly string[]) =>
      until(
        `${name} ${type} is ${wanted.join()}`,
        async () => (await look(name, type)).join() === wanted.join() || undefined,
        { told },
      );

    const pc = lab.plugged("pc", lan, { mac: macs[0] });
    const client = dhcpClients.udhcpc.start(pc);
    const address = await pc.address({ told: client.log });
    const name = `pc.${domain}`;
    await shows(name, "A", [address]);
    await shows(pointerOf(address), "PTR", [`${name}.`]);
    const identity = { mac: macs[0], clientIdentifier: hardwareIdentifier(macs[0]) };
    const wanted = guard === "txt" ? `"${interimText(identity)}"` : dhcid(identity, name);
    const seen = await look(name, guard === "txt" ? "TXT" : "DHCID");
    assert.deepEqual(
      seen.map((text) => (guard === "txt" ? text : text.replaceAll(" ", ""))),
      [wanted],
    );

    const taken = `tablet.${domain}`;
    const record = guard === "txt" ? `TXT "00${"ab".repeat(16)}"` : `DHCID ${dhcid({ mac: macs[0] }, taken)}`;
    const changed = await updateZone(
      dns,
      zones,
      `zone ${domain}`,
      `update add ${taken}. 300 A 192.0.2.77`,
      `update add ${taken}. 300 ${record}`,
    );
    assert.equal(changed.errors, "");
    const tablet = lab.plugged("tablet", lan, { mac: macs[1] });
    const other = dhcpClients.dhclient.start(tablet);
    const otherAddress = await tablet.address({ told: other.log });
    await until(
      "it is told",
      async () => ((await homeport.leaseOf(otherAddress))?.nameProblem ?? null) !== null || undefined,
      { told },
    );
    assert.deepEqual(await look(taken, "A"), ["192.0.2.77"]);

    await running.stop();
    await client.release();
    // Nobody is there to be told; it is made good when there is.
    await until(
      "the lease is given back",
      async () => (await homeport.leaseOf(address))?.state !== "bound" || undefined,
    );
    await homeport.stop("SIGKILL");
    await homeport.start();
    running = await server.start(dns, zones);
    await shows(name, "A", []);
    await shows(pointerOf(address), "PTR", []);
    for (const type of ["TXT", "DHCID"]) await shows(name, type, []);
  });
}
