/**
 * Homeport takes the place of another DHCP server: it imports config and leases that the other one has
 * written while it served, and clients renew as if nothing had happened.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { dhcpClients } from "./dhcp-lab/clients.ts";
import type { Machine, RunningProgram } from "./dhcp-lab/machine.ts";
import { domain, openLan, pointerOf, serverAddress, siteOf } from "./dhcp-lab/office.ts";
import { until } from "./lab-tools.ts";

const timeout = 40_000;
const printer = { mac: "52:54:00:00:05:09", address: "192.0.2.9" };
const macs = { kept: "52:54:00:00:05:01", fresh: "52:54:00:00:05:02" };

interface Predecessor {
  readonly program: string;
  readonly debianPackage: string;
  /** In the words of `homeport import`. */
  readonly kind: string;
  readonly config: string;
  readonly leases: string;
  /** Its lease file is where it is said to be. */
  readonly start: (machine: Machine, files: { config: string; leases: string }) => RunningProgram;
  readonly hasStarted: string;
}

const dhcpd: Predecessor = {
  program: "dhcpd",
  debianPackage: "isc-dhcp-server",
  kind: "dhcpd",
  config: `authoritative;
ping-check off;
ddns-update-style interim;
default-lease-time 600;
option domain-name "${domain}";
subnet 192.0.2.0 netmask 255.255.255.0 {
  range 192.0.2.100 192.0.2.150;
  option routers ${serverAddress};
}
host printer { hardware ethernet ${printer.mac}; fixed-address ${printer.address}; }
`,
  leases: "dhcpd.leases",
  start(machine, { config, leases }) {
    machine.write("dhcpd.leases", "");
    return machine.start("dhcpd", ["-4", "-d", "-f", "--no-pid", "-cf", config, "-lf", leases, "eth0"]);
  },
  hasStarted: "Server starting service",
};

const kea: Predecessor = {
  program: "kea-dhcp4",
  debianPackage: "kea-dhcp4-server",
  kind: "kea",
  config: JSON.stringify({
    Dhcp4: {
      "interfaces-config": { interfaces: ["eth0"] },
      "lease-database": { type: "memfile", persist: true, name: "LEASES" },
      "valid-lifetime": 600,
      "option-data": [{ name: "domain-name", data: domain }],
      subnet4: [
        {
          subnet: "192.0.2.0/24",
          pools: [{ pool: "192.0.2.100 - 192.0.2.150" }],
          "option-data": [{ name: "routers", data: serverAddress }],
          reservations: [{ "hw-address": printer.mac, "ip-address": printer.address, hostname: "printer" }],
        },
      ],
    },
  }),
  leases: "leases.csv",
  start: (machine, { config }) =>
    machine.start("kea-dhcp4", ["-c", config], {
      KEA_PIDFILE_DIR: join(machine.folder, "run"),
      KEA_LOCKFILE_DIR: join(machine.folder, "run"),
    }),
  hasStarted: "DHCP4_STARTED",
};

const dnsmasq: Predecessor = {
  program: "dnsmasq",
  debianPackage: "dnsmasq-base",
  kind: "dnsmasq",
  config: `port=0
interface=eth0
no-ping
domain=${domain}
dhcp-authoritative
dhcp-range=192.0.2.100,192.0.2.150,255.255.255.0,10m
dhcp-option=option:router,${serverAddress}
dhcp-host=${printer.mac},printer,${printer.address}
dhcp-leasefile=LEASES
`,
  leases: "dnsmasq.leases",
  start: (machine, { config }) =>
    machine.start("dnsmasq", ["-k", "-C", config, "--log-facility=-", "--pid-file="]),
  hasStarted: "DHCP, IP range",
};

describe("a new server in the place of an old one", { concurrency: true }, () => {
  for (const predecessor of [dhcpd, kea, dnsmasq]) {
    test(`${predecessor.program}: its client keeps the address, its reservations hold`, {
      timeout,
    }, async (t) => {
      const { program, debianPackage, kind } = predecessor;
      const lan = await openLan(t, { clients: ["udhcpc"], programs: [[program, debianPackage]] });
      if (lan === undefined) return;
      const { lab, lan: wires, server, capture } = lan;
      const leases = join(server.folder, predecessor.leases);
      const config = server.write(`${kind}.conf`, predecessor.config.replace("LEASES", leases));
      const before = predecessor.start(server, { config, leases });
      await until("it has started", () => before.log().includes(predecessor.hasStarted) || undefined, {
        told: before.log,
      });
      const client = lab.plugged("desk", wires, { mac: macs.kept });
      const running = dhcpClients.udhcpc.start(client);
      const address = await client.address({ told: () => `${running.log()}\n${before.log()}` });
      await before.stop();

      const { dhcp: _, ...others } = siteOf();
      const homeport = lan.place(others);
      const imported = await homeport.command("import", kind, config, "--out", server.folder);
      assert.equal(imported.code, 0, `${imported.output}${imported.errors}`);
      await homeport.start();
      const taken = await homeport.command("import", "leases", leases);
      assert.equal(taken.code, 0, `${taken.output}${taken.errors}`);
      assert.equal((await homeport.leaseOf(address))?.hardwareAddress, macs.kept);

      const from = capture.messages().length;
      running.signal("SIGUSR1"); // renews
      await capture.message("a renewal", ({ type, to }) => type === "Request" && to === serverAddress, {
        from,
      });
      const ack = await capture.message("its ACK", ({ type }) => type === "ACK" || type === "NACK", { from });
      assert.equal(ack.type, "ACK", ack.text);
      assert.deepEqual(await client.addresses(), [address]);
      const shows = (name: string, type: string, wanted: string) =>
        until(
          `${name} is ${wanted}`,
          async () => (await server.lookUp(serverAddress, name, type)).join() === wanted || undefined,
          { told: () => homeport.logText() },
        );
      await shows(`desk.${domain}`, "A", address);
      await shows(pointerOf(address), "PTR", `desk.${domain}.`);

      for (const [name, mac] of [
        ["fresh", macs.fresh],
        ["printer", printer.mac],
      ] as const) {
        const machine = lab.plugged(name, wires, { mac });
        const its = dhcpClients.udhcpc.start(machine);
        const got = await machine.address({ told: () => `${its.log()}\n${homeport.logText()}` });
        if (name === "printer") assert.equal(got, printer.address);
        else assert.notEqual(got, address);
      }
    });
  }
});
