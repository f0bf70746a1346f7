/**
 * The independent programs that interop tests ask: where they come from, and what a test does without one.
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import type { TestContext } from "node:test";

/** Debian packages that bring every peer. */
export const peerPackages = [
  "bind9", // named
  "bind9-utils", // named-checkzone, named-checkconf, named-compilezone, rndc-confgen, dnssec-signzone
  "bind9-dnsutils", // dig, delv, nsupdate
  "bind9-host", // host
  "knot", // knotd
  "knot-dnsutils", // kdig, kzonecheck
  "nsd", // nsd, nsd-checkzone
  "ldnsutils", // drill, ldns-read-zone, ldns-signzone
  "openssl", // certificates for tests
  "lego", // an ACME client
  "certbot", // another one
  "python3-certbot-dns-rfc2136", // its dynamic updates
  "dnsperf", // dnsperf, resperf
  "iproute2", // ip, ss
  "nftables", // nft
  "tcpdump",
  "isc-dhcp-server", // dhcpd
  "isc-dhcp-client", // dhclient
  "isc-dhcp-relay", // dhcrelay
  "kea-dhcp4-server", // kea-dhcp4
  "kea-dhcp-ddns-server", // kea-dhcp-ddns, D2
  "kea-admin", // perfdhcp
  "dnsmasq-base", // dnsmasq, which starts no service
  "udhcpc", // BusyBox's DHCP client
  "dhcpcd-base", // dhcpcd, which starts no service
  "systemd", // systemd-networkd
  "miniupnpd-nftables", // miniupnpd, a router's UPnP, NAT-PMP and PCP, which starts no service
  "stun-server", // stund, which starts no service
  "ddclient", // asks for nothing where it is not configured
  "inadyn",
  "zsh", // the shells that completion scripts are for
  "fish",
] as const;

/**
 * True when the program can be run. Otherwise skips the test, or fails it under HOMEPORT_PEERS=require:
 * `if (!requirePeer(t, "dig", "bind9-dnsutils")) return;`
 */
export function requirePeer(t: TestContext, program: string, debianPackage: string): boolean {
  if (findProgram(program) !== undefined) return true;
  const sentence = `${program} is not installed; Debian package ${debianPackage} brings it`;
  if (process.env["HOMEPORT_PEERS"] === "require") throw new Error(sentence);
  t.skip(sentence);
  return false;
}

/** Where a program is. Servers are looked for in the sbin folders too, which users do not have on PATH. */
export function findProgram(program: string): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/sbin", "/usr/local/sbin"];
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Installs the peers with apt-get, or says how. Returns the exit code. */
export function installPeers(): number {
  const aptGet = findProgram("apt-get");
  const packages = peerPackages.join(" ");
  if (aptGet === undefined) {
    console.error(`This is no Debian. Install what brings these: ${packages}`);
    return 1;
  }
  if (process.getuid?.() !== 0) {
    console.error(`Installing needs root:\n  sudo apt-get install --no-install-recommends ${packages}`);
    return 1;
  }
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const args = ["install", "--yes", "--no-install-recommends", ...peerPackages];
  const first = spawnSync(aptGet, args, { stdio: "inherit", env });
  if (first.status === 0) return 0;
  console.error("Once more with fresh package lists.");
  spawnSync(aptGet, ["update"], { stdio: "inherit", env });
  return spawnSync(aptGet, args, { stdio: "inherit", env }).status ?? 1;
}
