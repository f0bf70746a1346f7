/**
 * What a config gives its clients it gives them after the import too: another DHCP server, and Homeport with
 * what was imported of its config, are asked the same by clients of each kind that the config knows.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type { AskerAnswer, AskerOrder, AskerQuestion } from "./dhcp-import-asker.ts";
import type { Machine, RunningProgram } from "./dhcp-lab/machine.ts";
import { openLan, serverAddress, siteOf } from "./dhcp-lab/office.ts";
import { until } from "./lab-tools.ts";

const timeout = 90_000;
const relay = "192.0.2.2";
const asker = join(import.meta.dirname, "dhcp-import-asker.ts");
/** Options that configs set; not those that each server works out for itself. */
const codes = [51, 1, 3, 6, 15, 17, 26, 42, 43, 69, 119, 121, 150, 209, 224, 252];

const hex = (text: string) => Buffer.from(text).toString("hex");
const questions: readonly AskerQuestion[] = [
  { name: "anybody", mac: "52:54:00:00:06:01" },
  { name: "a phone", mac: "52:54:00:00:06:02", options: { 60: hex("Cisco Systems, Inc. IP Phone") } },
  {
    name: "a machine that boots from the network by BIOS",
    mac: "52:54:00:00:06:03",
    options: { 60: hex("PXEClient:Arch:00000:UNDI:002001"), 93: "0000" },
  },
  {
    name: "one by EFI",
    mac: "52:54:00:00:06:04",
    options: { 60: hex("PXEClient:Arch:00007:UNDI:003016"), 93: "0007" },
  },
  {
    name: "one that has loaded iPXE",
    mac: "52:54:00:00:06:05",
    options: { 60: hex("PXEClient:Arch:00000:UNDI:002001"), 77: hex("iPXE"), 93: "0000", 175: "010101" },
  },
  {
    name: "one by EFI that has loaded iPXE",
    mac: "52:54:00:00:06:0c",
    options: { 60: hex("PXEClient:Arch:00007:UNDI:003016"), 77: hex("iPXE"), 93: "0007", 175: "010101" },
  },
  { name: "one of a maker", mac: "b8:27:eb:00:06:06" },
  { name: "a host by its hardware address", mac: "52:54:00:00:06:07" },
  { name: "a host by its identifier", mac: "52:54:00:00:06:08", options: { 61: "01525400aaaaaa" } },
  { name: "one at a port of a switch", mac: "52:54:00:00:06:09", options: { 82: `0102${hex("p7")}` } },
  { name: "one that asks for a long lease", mac: "52:54:00:00:06:0a", options: { 51: "00278d00" } },
  { name: "one that asks for a short lease", mac: "52:54:00:00:06:0b", options: { 51: "00000190" } },
  { name: "one that nobody answers", mac: "52:54:00:66:66:66", tries: 2 },
];

interface Predecessor {
  readonly program: string;
  readonly debianPackage: string;
  readonly kind: string;
  readonly config: string;
  readonly start: (machine: Machine, config: string) => RunningProgram;
  readonly hasStarted: string;
}

const dhcpd: Predecessor = {
  program: "dhcpd",
  debianPackage: "isc-dhcp-server",
  kind: "dhcpd",
  config: `authoritative;
ping-check off;
ddns-update-style none;
option domain-name "lan.example";
option domain-name-servers 192.0.2.53, 192.0.2.54;
option domain-search "lan.example", "corp.example";
option ntp-servers 192.0.2.123;
option arch code 93 = unsigned integer 16;
option voip-tftp-server code 150 = array of ip-address;
option rfc3442-classless-static-routes code 121 = array of integer 8;
option wpad code 252 = text;
option wpad "http://wpad/wpad.dat";
option ticket code 224 = { unsigned integer 8, text };
option space PXE;
option PXE.discovery-control code 6 = unsigned integer 8;
next-server 192.0.2.5;
class "phones" {
  match if substring (option vendor-class-identifier, 0, 5) = "Cisco";
  option voip-tftp-server 192.0.2.7, 192.0.2.8;
  option ntp-servers 192.0.2.124;
}
class "pxe" {
  match if substring (option vendor-class-identifier, 0, 9) = "PXEClient";
  vendor-option-space PXE;
  option PXE.discovery-control 8;
  if exists user-class and option user-class = "iPXE" {
    filename "menu.ipxe";
    next-server 192.0.2.6;
  } elsif option arch = 00:07 {
    filename "ipxe.efi";
  } else {
    filename "undionly.kpxe";
  }
}
class "port" {
  match if option agent.circuit-id = "p7";
  option ticket 7 "port";
}
class "maker" {
  match if substring (hardware, 1, 3) = b8:27:eb;
  option ticket 3 "pi";
}
subnet 192.0.2.0 netmask 255.255.255.0 {
  range 192.0.2.100 192.0.2.150;
  option routers 192.0.2.1;
  option rfc3442-classless-static-routes 24, 10, 2, 0, 192, 0, 2, 3, 0, 192, 0, 2, 1;
}
group {
  option root-path "192.0.2.5:/srv/nfs";
  option interface-mtu 1400;
  host by-mac {
    hardware ethernet 52:54:00:00:06:07;
    fixed-address 192.0.2.17;
    option interface-mtu 1300;
    default-lease-time 604800;
  }
  host by-id { option dhcp-client-identifier 01:52:54:00:aa:aa:aa; fixed-address 192.0.2.18;
    filename "thin.0"; }
  host stranger { hardware ethernet 52:54:00:66:66:66; deny booting; }
}
`,
  start(machine, config) {
    const leases = machine.write("dhcpd.leases", "");
    return machine.start("dhcpd", ["-4", "-d", "-f", "--no-pid", "-cf", config, "-lf", leases, "eth0"]);
  },
  hasStarted: "Server starting service",
};

const dnsmasq: Predecessor = {
  program: "dnsmasq",
  debianPackage: "dnsmasq-base",
  kind: "dnsmasq",
  config: `port=0
interface=eth0
no-ping
dhcp-authoritative
domain=lan.example
dhcp-range=set:lan,192.0.2.100,192.0.2.150,255.255.255.0,10m
dhcp-option=tag:lan,option:router,192.0.2.1
dhcp-option=option:dns-server,192.0.2.53,192.0.2.54
dhcp-option=option:domain-search,lan.example,corp.example
dhcp-option=42,192.0.2.123
dhcp-option=121,10.2.0.0/24,192.0.2.3,0.0.0.0/0,192.0.2.1
dhcp-option=252,"http://wpad/wpad.dat"
dhcp-vendorclass=set:phone,Cisco
dhcp-option=tag:phone,150,192.0.2.7,192.0.2.8
dhcp-option=tag:phone,42,192.0.2.124
dhcp-match=set:efi,option:client-arch,7
dhcp-match=set:ipxe,175
dhcp-mac=set:pi,b8:27:eb:*:*:*
dhcp-option=tag:pi,224,3
dhcp-circuitid=set:port,p7
dhcp-option=tag:port,224,7
dhcp-boot=tag:!ipxe,undionly.kpxe,,192.0.2.5
dhcp-boot=tag:ipxe,menu.ipxe,boot,192.0.2.6
dhcp-boot=tag:efi,tag:!ipxe,ipxe.efi,,192.0.2.5
dhcp-host=52:54:00:00:06:07,set:host,192.0.2.17
dhcp-option=tag:host,option:mtu,1300
dhcp-host=id:01:52:54:00:aa:aa:aa,192.0.2.18,by-id
dhcp-host=52:54:00:66:66:66,ignore
dhcp-leasefile=LEASES
`,
  start: (machine, config) =>
    machine.start("dnsmasq", ["-k", "-C", config, "--log-facility=-", "--pid-file="]),
  hasStarted: "DHCP, IP range",
};

const kea: Predecessor = {
  program: "kea-dhcp4",
  debianPackage: "kea-dhcp4-server",
  kind: "kea",
  config: JSON.stringify({
    Dhcp4: {
      "interfaces-config": { interfaces: ["eth0"], "dhcp-socket-type": "udp" },
      "lease-database": { type: "memfile", persist: false },
      "valid-lifetime": 600,
      "next-server": "192.0.2.5",
      "option-def": [{ name: "ticket", code: 224, type: "record", "record-types": "uint8, string" }],
      "option-data": [
        { name: "domain-name", data: "lan.example" },
        { name: "domain-name-servers", data: "192.0.2.53, 192.0.2.54" },
        { name: "domain-search", data: "lan.example, corp.example" },
        { name: "ntp-servers", data: "192.0.2.123" },
        { code: 252, "csv-format": false, data: hex("http://wpad/wpad.dat") },
      ],
      "client-classes": [
        {
          name: "phones",
          test: "substring(option[60].hex,0,5) == 'Cisco'",
          "option-data": [
            { name: "tftp-servers", code: 150, "csv-format": false, data: "C0000207C0000208" },
            { name: "routers", data: "192.0.2.9" },
          ],
        },
        {
          name: "ipxe",
          test: "option[175].exists",
          "boot-file-name": "menu.ipxe",
          "next-server": "192.0.2.6",
        },
        { name: "efi", test: "option[93].hex == 0x0007", "boot-file-name": "ipxe.efi" },
        {
          name: "maker",
          test: "substring(pkt4.mac,0,3) == 0xb827eb",
          "option-data": [{ name: "ticket", data: "3,pi" }],
        },
        { name: "DROP", test: "pkt4.mac == 0x525400666666" },
      ],
      subnet4: [
        {
          subnet: "192.0.2.0/24",
          pools: [{ pool: "192.0.2.100 - 192.0.2.150" }],
          "option-data": [
            { name: "routers", data: "192.0.2.1" },
            { code: 121, "csv-format": false, data: "180A0200C000020300C0000201" },
          ],
          reservations: [
            {
              "hw-address": "52:54:00:00:06:07",
              "ip-address": "192.0.2.17",
              "option-data": [{ name: "interface-mtu", data: "1300" }],
            },
            { "circuit-id": "'p7'", "ip-address": "192.0.2.19" },
            { "client-id": "01525400aaaaaa", "ip-address": "192.0.2.18", "boot-file-name": "thin.0" },
          ],
        },
      ],
    },
  }),
  start: (machine, config) =>
    machine.start("kea-dhcp4", ["-c", config], {
      KEA_PIDFILE_DIR: join(machine.folder, "run"),
      KEA_LOCKFILE_DIR: join(machine.folder, "run"),
    }),
  hasStarted: "DHCP4_STARTED",
};

/** An offer of the pool is as good as another one of it. */
function comparable(answer: AskerAnswer | null | undefined): unknown {
  if (answer === null || answer === undefined) return "no answer";
  const last = Number(answer.address.split(".")[3]);
  const address = last >= 100 && last <= 150 ? "of the pool" : answer.address;
  // Without a file nobody looks at the server: some tell themselves there
  const boot =
    answer.file === ""
      ? {}
      : { file: answer.file, nextServer: answer.nextServer, serverName: answer.serverName };
  return { address, ...boot, options: answer.options };
}

for (const predecessor of [dhcpd, dnsmasq, kea]) {
  test(`${predecessor.program} and Homeport with its config give the same`, { timeout }, async (t) => {
    const { program, debianPackage, kind } = predecessor;
    const lan = await openLan(t, { programs: [[program, debianPackage]] });
    if (lan === undefined) return;
    const { lab, lan: wires, server } = lan;
    const client = lab.plugged("relay", wires, { address: `${relay}/24` });
    const order: AskerOrder = { server: serverAddress, relay, ask: codes, questions };
    const askAll = async (told: () => string): Promise<Record<string, AskerAnswer | null>> => {
      const { output, errors } = await client.run(process.execPath, asker, JSON.stringify(order));
      assert.equal(errors, "", told());
      return JSON.parse(output);
    };
    const leases = join(server.folder, "leases");
    const config = server.write(`${kind}.conf`, predecessor.config.replace("LEASES", leases));
    const before = predecessor.start(server, config);
    const hasStarted = () => before.log().includes(predecessor.hasStarted) || undefined;
    await until("it has started", hasStarted, { told: before.log });
    const theirs = await askAll(before.log);
    await before.stop();

    const { dhcp: _, domain: __, ...others } = siteOf();
    const homeport = lan.place(others);
    const imported = await homeport.command("import", kind, config, "--out", server.folder);
    assert.equal(imported.code, 0, `${imported.output}${imported.errors}`);
    await homeport.start();
    const ours = await askAll(() => homeport.logText());
    for (const { name } of questions)
      assert.deepEqual(
        comparable(ours[name]),
        comparable(theirs[name]),
        `${name}\n${imported.output}\n${homeport.logText()}`,
      );
    assert.equal(theirs["anybody"]?.options["42"], "192.0.2.123");
    assert.equal(theirs["one that nobody answers"], null);
    assert.equal(theirs["a host by its hardware address"]?.address, "192.0.2.17");
  });
}
