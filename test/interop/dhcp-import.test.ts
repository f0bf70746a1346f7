/**
 * Configs and lease files that imports are tested with are such as dhcpd, dnsmasq and Kea take; and what they
 * refuse is refused by the import too.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { parseDhcpdConf } from "#protocols/dhcpdconf/parser.ts";
import { parseDnsmasqConf } from "#protocols/dnsmasqconf/lines.ts";
import { KeaSyntaxError, parseKeaJson } from "#protocols/keaconf/json.ts";
import { findProgram, requirePeer } from "../peers.ts";

const fixtures = join(import.meta.dirname, "../dhcp-import/fixtures");

interface Peer {
  readonly program: string;
  readonly debianPackage: string;
  readonly fixture: string;
  readonly file: string;
  /** What the fixture calls its folder. */
  readonly folder: string;
  readonly args: (file: string) => readonly string[];
}

const dhcpd: Peer = {
  program: "dhcpd",
  debianPackage: "isc-dhcp-server",
  fixture: "dhcpd-office",
  file: "dhcpd.conf",
  folder: "/etc/dhcp",
  args: (file) => ["-t", "-cf", file],
};
const dnsmasq: Peer = {
  program: "dnsmasq",
  debianPackage: "dnsmasq-base",
  fixture: "dnsmasq-home",
  file: "dnsmasq.conf",
  folder: "/etc",
  args: (file) => ["--test", "-C", file],
};
const kea: Peer = {
  program: "kea-dhcp4",
  debianPackage: "kea-dhcp4-server",
  fixture: "kea-campus",
  file: "kea-dhcp4.conf",
  folder: "/etc/kea",
  args: (file) => ["-t", file],
};

/** What the program says of a config; undefined: it takes it. */
function complaint({ program, args }: Peer, file: string): string | undefined {
  const { status, stdout, stderr, error } = spawnSync(findProgram(program)!, args(file), {
    encoding: "utf8",
    timeout: 20_000,
  });
  assert.equal(error, undefined);
  return status === 0 ? undefined : `${stdout}${stderr}`;
}

async function withFolder(use: (folder: string) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "homeport-dhcp-import-"));
  try {
    use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const hasPeer = (t: TestContext, { program, debianPackage }: Peer) => requirePeer(t, program, debianPackage);

for (const peer of [dhcpd, dnsmasq, kea]) {
  test(`${peer.program} takes the config that its import is tested with`, async (t) => {
    if (!hasPeer(t, peer)) return;
    await withFolder((folder) => {
      cpSync(join(fixtures, peer.fixture), folder, { recursive: true });
      const file = join(folder, peer.file);
      writeFileSync(file, readFileSync(file, "utf8").replaceAll(`${peer.folder}/`, `${folder}/`));
      assert.equal(complaint(peer, file), undefined);
    });
  });
}

test("dhcpd takes the lease file that its import is tested with", async (t) => {
  if (!hasPeer(t, dhcpd)) return;
  await withFolder((folder) => {
    const [config, leases] = [join(folder, "dhcpd.conf"), join(folder, "dhcpd.leases")];
    cpSync(join(fixtures, "leases/dhcpd.leases"), leases);
    writeFileSync(
      config,
      "subnet 192.168.9.0 netmask 255.255.255.0 { range 192.168.9.100 192.168.9.110; }\n",
    );
    const withLeases = { ...dhcpd, args: (file: string) => ["-T", "-cf", file, "-lf", leases] };
    assert.equal(complaint(withLeases, config), undefined);
  });
});

const subnet = "subnet 10.0.0.0 netmask 255.255.255.0 { }";
/** Texts that are no configs, to whoever reads them. */
const refused: readonly (readonly [why: string, peer: Peer, text: string])[] = [
  ["a string without end", dhcpd, `${subnet} option root-path "x;`],
  ["a bracket too many", dhcpd, `${subnet} }`],
  ["a bracket too few", dhcpd, "subnet 10.0.0.0 netmask 255.255.255.0 {"],
  ["no semicolon at the end", dhcpd, `${subnet} default-lease-time 60`],
  ["a bracket that is not closed", kea, '{ "Dhcp4": {'],
  ["a comma that is missing", kea, '{ "Dhcp4": { "valid-lifetime": 60 "authoritative": true } }'],
  ["a text without end", kea, '{ "Dhcp4": { "next-server": "x } }'],
  ["a line that is no setting", dnsmasq, "what is this?\n"],
  ["a string that is not closed", dnsmasq, 'dhcp-option=17,"x\n'],
];
for (const [why, peer, text] of refused) {
  test(`${peer.program} and the import refuse ${why}`, async (t) => {
    assert.notDeepEqual(ourProblems(peer, text), []);
    if (!hasPeer(t, peer)) return;
    await withFolder((folder) => {
      writeFileSync(join(folder, peer.file), text);
      assert.notEqual(complaint(peer, join(folder, peer.file)), undefined);
    });
  });
}

function ourProblems(peer: Peer, text: string): readonly unknown[] {
  if (peer === dhcpd) return parseDhcpdConf(peer.file, text).problems;
  if (peer === dnsmasq) return parseDnsmasqConf(peer.file, text).problems;
  try {
    parseKeaJson(peer.file, text);
    return [];
  } catch (error) {
    assert(error instanceof KeaSyntaxError);
    return [error];
  }
}
