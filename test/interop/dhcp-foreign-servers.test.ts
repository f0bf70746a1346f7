/**
 * Real DHCP servers of others, with the foundry's key, register their clients in Homeport's zones, with the
 * guard records of either style, and keep to what the guards say.
 */
import assert from "node:assert/strict";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { dhcpClients } from "./dhcp-lab/clients.ts";
import { type RegisteredZones, startDhcpd, startKea } from "./dhcp-lab/foreign-servers.ts";
import { dhcid, hardwareIdentifier, interimText } from "./dhcp-lab/guards.ts";
import { HomeportMachine } from "./dhcp-lab/homeport-machine.ts";
import { DhcpLab, type Switch } from "./dhcp-lab/lab.ts";
import type { Machine } from "./dhcp-lab/machine.ts";
import { forward, reverse } from "./lab-foundry.ts";
import { until } from "./lab-tools.ts";

const timeout = 40_000;
const example = join(import.meta.dirname, "../../examples/foundry");
const primary = "192.168.9.25";
const secret = /secret "(.+)"/.exec(readFileSync(join(example, "keys/rndc-key.key"), "utf8"))![1]!;
const zones: RegisteredZones = {
  forward,
  reverse,
  primary,
  key: { name: "rndc-key", algorithm: "hmac-md5", secret },
};
const macs = {
  udhcpc: "52:54:00:00:09:01",
  dhclient: "52:54:00:00:09:02",
  thief: "52:54:00:00:09:03",
} as const;

interface FoundryLan {
  readonly lab: DhcpLab;
  readonly lan: Switch;
  readonly dhcpServer: Machine;
  readonly homeport: HomeportMachine;
  readonly look: (name: string, type: string) => Promise<readonly string[]>;
  /** Resolves when the name server answers so; an empty list is an answer, too. */
  readonly shows: (
    name: string,
    type: string,
    wanted: readonly string[],
    told: () => string,
  ) => Promise<void>;
}

/** The foundry's zones, served by Homeport on the foundry's network; `change` is for the text of the zone. */
async function foundryLan(
  t: TestContext,
  programs: readonly (readonly [string, string])[],
  change: (zone: string) => string = (zone) => zone,
): Promise<FoundryLan | undefined> {
  const clients = [dhcpClients.dhclient, dhcpClients.udhcpc];
  const needed = clients.map(({ program, debianPackage }) => [program, debianPackage] as const);
  const lab = DhcpLab.open(t, ...programs, ...needed);
  if (lab === undefined) return undefined;
  const lan = lab.switch();
  const master = lab.plugged("master", lan, { address: `${primary}/24` });
  cpSync(join(example, "keys"), join(master.folder, "keys"), { recursive: true });
  const zone = (name: string) => readFileSync(join(example, `zones/${name}.db`), "utf8");
  const zoneConfig = (name: string) => ({ name, file: `${name}.db`, allowUpdate: ["key rndc-key"] });
  const homeport = await HomeportMachine.start(master, {
    dns: {
      listen: [`${primary}:53`],
      workers: 1,
      keys: [{ name: "rndc-key", algorithm: "hmac-md5", secretFile: "keys/rndc-key.key" }],
      zones: [zoneConfig(forward), zoneConfig(reverse)],
    },
    files: { [`${forward}.db`]: change(zone(forward)), [`${reverse}.db`]: zone(reverse) },
  });
  const dhcpServer = lab.plugged("dhcp", lan, { address: "192.168.9.2/24" });
  const look = (name: string, type: string) => dhcpServer.lookUp(primary, name, type);
  return {
    lab,
    lan,
    dhcpServer,
    homeport,
    look,
    async shows(name, type, wanted, told) {
      const is = async () => (await look(name, type)).join() === wanted.join() || undefined;
      await until(`${name} ${type} is ${wanted.join()}`, is, { told });
    },
  };
}

const pointerOf = (address: string): string => `${address.split(".")[3]}.${reverse}`;

for (const style of ["interim", "standard"] as const) {
  test(`dhcpd, ddns-update-style ${style}: its clients are registered, and gone when they leave`, {
    timeout,
  }, async (t) => {
    const site = await foundryLan(t, [["dhcpd", "isc-dhcp-server"]]);
    if (site === undefined) return;
    const { lab, lan, shows } = site;
    const dhcpd = await startDhcpd(site.dhcpServer, zones, style);
    for (const kind of ["udhcpc", "dhclient"] as const) {
      const mac = macs[kind];
      const name = `${kind}-1.${forward}`;
      const client = lab.plugged(`${kind}-1`, lan, { mac });
      const running = dhcpClients[kind].start(client);
      const address = await client.address({ told: running.log });
      await shows(name, "A", [address], dhcpd.log);
      await shows(pointerOf(address), "PTR", [`${name}.`], dhcpd.log);
      const identity = kind === "udhcpc" ? { mac, clientIdentifier: hardwareIdentifier(mac) } : { mac };
      const guard = style === "interim" ? `"${interimText(identity)}"` : dhcid(identity, name);
      const seen = await site.look(name, style === "interim" ? "TXT" : "DHCID");
      assert.deepEqual(
        seen.map((text) => text.replaceAll(/(?<!^) /g, "")),
        [guard],
      );
      await running.release();
      for (const type of ["A", "TXT", "DHCID"]) await shows(name, type, [], dhcpd.log);
      await shows(pointerOf(address), "PTR", [], dhcpd.log);
    }
  });
}

test("dhcpd: a machine of the zone takes its name over, another that calls itself so does not", {
  timeout,
}, async (t) => {
  const owner = { mac: macs.udhcpc, clientIdentifier: hardwareIdentifier(macs.udhcpc) };
  const published = "317bf41a2c5b70fd9ca4e283d364dcddd5"; // computer-1's in the foundry's zone
  const site = await foundryLan(t, [["dhcpd", "isc-dhcp-server"]], (zone) => {
    assert.ok(zone.includes(published));
    return zone.replace(published, interimText(owner));
  });
  if (site === undefined) return;
  const { lab, lan, shows, look } = site;
  const dhcpd = await startDhcpd(site.dhcpServer, zones, "interim");
  const name = `computer-1.${forward}`;
  const thief = lab.plugged("computer-1", lan, { mac: macs.thief });
  const theft = dhcpClients.udhcpc.start(thief);
  await thief.address({ told: theft.log });
  const refusal = "FAILED: Has an address record but no DHCID, not mine.";
  await until("dhcpd is refused", () => dhcpd.log().includes(refusal) || undefined, { told: dhcpd.log });
  assert.deepEqual(await look(name, "A"), ["192.168.9.247"]);

  const computer = lab.plugged("computer-1", lan, { mac: macs.udhcpc });
  const running = dhcpClients.udhcpc.start(computer);
  const address = await computer.address({ told: running.log });
  await shows(name, "A", [address], dhcpd.log);
  await shows(pointerOf(address), "PTR", [`${name}.`], dhcpd.log);
  assert.deepEqual(await look(name, "TXT"), [`"${interimText(owner)}"`]);
});

test("Kea and its D2: its clients are registered, keep their names, and are gone when they leave", {
  timeout,
}, async (t) => {
  const site = await foundryLan(t, [
    ["kea-dhcp4", "kea-dhcp4-server"],
    ["kea-dhcp-ddns", "kea-dhcp-ddns-server"],
  ]);
  if (site === undefined) return;
  const { lab, lan, shows, look } = site;
  const { server, updater } = await startKea(site.dhcpServer, zones);
  const told = () => `${server.log()}\n${updater.log()}`;
  const client = lab.plugged("press", lan, { mac: macs.udhcpc });
  const running = dhcpClients.udhcpc.start(client);
  const address = await client.address({ told: running.log });
  const name = `press.${forward}`;
  await shows(name, "A", [address], told);
  await shows(pointerOf(address), "PTR", [`${name}.`], told);
  const identity = { mac: macs.udhcpc, clientIdentifier: hardwareIdentifier(macs.udhcpc) };
  const guard = (await look(name, "DHCID")).map((text) => text.replaceAll(" ", ""));
  assert.deepEqual(guard, [dhcid(identity, name)]);

  const thief = lab.plugged("press", lan, { mac: macs.thief });
  const theft = dhcpClients.dhclient.start(thief);
  await thief.address({ told: theft.log });
  await until("D2 is refused", () => updater.log().includes("DHCP_DDNS_ADD_FAILED") || undefined, { told });
  assert.deepEqual(await look(name, "A"), [address]);

  await running.release();
  for (const type of ["A", "DHCID"]) await shows(name, type, [], told);
  await shows(pointerOf(address), "PTR", [], told);
});
