/** A site whose address changes: its names in its own zones, at named, and at a friend's Homeport. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { requirePeer } from "../peers.ts";
import { HomeportMachine } from "./dhcp-lab/homeport-machine.ts";
import { DhcpLab } from "./dhcp-lab/lab.ts";
import { LabHomeport } from "./lab-homeport.ts";
import { bindKey, keyOf, LabPeer } from "./lab-peers.ts";
import { freePort, lookUp, until } from "./lab-tools.ts";

const zoneText = (zone: string): string =>
  `$TTL 300\n@ SOA ns.${zone}. hostmaster.${zone}. 1 3600 600 86400 60\n@ NS ns.${zone}.\nns A 127.0.0.1\n`;

const first = "198.51.100.1";
const second = "198.51.100.2";
const alsoPublic = ["198.51.100.0/24", "2001:db8::/32"];

async function friend(t: TestContext): Promise<{ homeport: LabHomeport; place: string; password: string }> {
  const homeport = await LabHomeport.place(t);
  const place = `127.0.0.1:${await freePort()}`;
  await homeport.start({
    dns: { zones: [{ name: "friends.example", file: "friends.db" }] },
    ddns: { address: { ipv4: [], ipv6: [], alsoPublic }, server: { listen: [place] } },
    files: { "friends.db": zoneText("friends.example") },
  });
  const { output, code } = await homeport.command("ddns", "host", "add", "site.friends.example", "--json");
  assert.equal(code, 0, output);
  const { secret } = JSON.parse(output) as { secret: string };
  return { homeport, place, password: secret };
}

async function named(t: TestContext): Promise<LabPeer> {
  const peer = await LabPeer.place(t, "named");
  const key = keyOf("hmac-sha256");
  const zone = `zone "far.example" { type primary; file "far.db"; allow-update { key "${key.name}"; }; };`;
  peer.write("far.db", `${zoneText("far.example")}static A 192.0.2.1\nalias CNAME static\n`);
  await peer.start(`notify no;\n---\n${bindKey(key)}${zone}\n`);
  return peer;
}

test("one change of the address reaches our zones, named by RFC 2136, and another Homeport by dyndns2", async (t) => {
  if (!requirePeer(t, "named", "bind9") || !requirePeer(t, "dig", "bind9-dnsutils")) return;
  const other = await friend(t);
  const peer = await named(t);
  const site = await LabHomeport.place(t);
  const address = join(site.folder, "address");
  site.write("address", first);
  await site.start({
    dns: { zones: [{ name: "home.example", file: "home.db" }] },
    ddns: {
      address: { ipv4: [{ method: "command", command: ["cat", address] }], ipv6: [], alsoPublic },
      verify: "off",
      providers: [
        {
          name: "friend",
          type: "homeport",
          server: `http://${other.place}`,
          user: "site.friends.example",
          password: other.password,
        },
        { name: "far", type: "rfc2136", server: `127.0.0.1 port ${peer.port}`, key: keyOf("hmac-sha256") },
      ],
      records: [
        { names: ["home.example", "www.home.example", "*.any.home.example"], provider: "zones" },
        { name: "site.friends.example", provider: "friend" },
        { names: ["a.far.example", "b.far.example", "alias.far.example"], provider: "far" },
      ],
    },
    files: { "home.db": `${zoneText("home.example")}@ TXT "v=spf1 -all"\n@ MX 10 mail\nwww A 192.0.2.80\n` },
  });
  const places = [
    [site.port, "home.example"],
    [site.port, "www.home.example"],
    [site.port, "x.any.home.example"],
    [other.homeport.port, "site.friends.example"],
    [peer.port, "a.far.example"],
    [peer.port, "b.far.example"],
  ] as const;
  const isAt = async (wanted: string): Promise<true | undefined> => {
    for (const [port, name] of places)
      if ((await lookUp(port, name, "A")).join() !== wanted) return undefined;
    return true;
  };
  await until("the first address is everywhere", () => isAt(first), { told: () => site.logText() });
  site.write("address", second);
  const check = await site.command("ddns", "check");
  assert.equal(check.code, 0, check.errors);
  await until("the second is everywhere", () => isAt(second), { told: () => site.logText() });

  await t.test("what stood beside the records in the zone stays", async () => {
    assert.deepEqual(await lookUp(site.port, "home.example", "TXT"), ['"v=spf1 -all"']);
    assert.deepEqual(await lookUp(site.port, "home.example", "MX"), ["10 mail.home.example."]);
  });
  await t.test("an alias at named stops its record alone", async () => {
    const { output, code } = await site.command("ddns", "status", "--json");
    assert.equal(code, 3);
    const { records } = JSON.parse(output) as { records: { name: string; state: string }[] };
    const stopped = records.filter(({ state }) => state === "stopped").map(({ name }) => name);
    assert.deepEqual(stopped, ["alias.far.example"]);
  });
  await t.test("the history has both", async () => {
    const { output } = await site.command("ddns", "history", "--json");
    const { addresses } = JSON.parse(output) as { addresses: { address: string }[] };
    assert.deepEqual(
      addresses.map((one) => one.address),
      [second, first],
    );
  });
  await t.test("a restart sends nothing again", async () => {
    await site.stop("SIGKILL");
    const before = other.homeport.logText().length;
    await site.start();
    const isSeen = async () =>
      (await site.command("ddns", "status")).output.includes("seen") ? true : undefined;
    await until("the address has been seen", isSeen);
    const { output } = await other.homeport.command("metrics");
    assert.match(output, /homeport_ddns_server_requests_total 2\b/);
    assert.ok(other.homeport.logText().length >= before);
  });
  await t.test("a record that leaves the site file leaves our zone, and stays at others", async () => {
    const text = readFileSync(join(site.folder, "site.yaml"), "utf8");
    site.write("site.yaml", text.replace(',"www.home.example"', "").replace('"a.far.example",', ""));
    assert.notEqual((await site.command("reload")).code, 1);
    const isGone = async () =>
      (await lookUp(site.port, "www.home.example", "A")).length === 0 ? true : undefined;
    await until("www is gone", isGone, { told: () => site.logText() });
    assert.deepEqual(await lookUp(site.port, "home.example", "A"), [second]);
    assert.deepEqual(await lookUp(peer.port, "a.far.example", "A"), [second]);
  });
  await t.test(
    "what the zone file says of a record that follows the address counts for a moment only",
    async () => {
      const text = readFileSync(join(site.folder, "home.db"), "utf8");
      site.write("home.db", `${text.replace(" 1 3600", " 9 3600")}@ A 192.0.2.99\n`);
      assert.notEqual((await site.command("reload")).code, 1);
      const isBack = async () =>
        (await lookUp(site.port, "home.example", "A")).join() === second ? true : undefined;
      await until("it is the address again", isBack, { told: () => site.logText() });
    },
  );
  await t.test("no password is told by the status, the history of the site file, or the log", async () => {
    const { output } = await site.command("history", "--json");
    const { changes } = JSON.parse(output) as { changes: { revision: number }[] };
    const shown = await site.command("history", String(changes[0]!.revision));
    const status = await site.command("status", "--json");
    for (const text of [shown.output, status.output, site.logText(), other.homeport.logText()])
      assert.ok(!text.includes(other.password) && !text.includes(keyOf("hmac-sha256").secret));
  });
  await rm(address);
});

test("a new address of an interface is in the zone at once", async (t) => {
  const lab = DhcpLab.open(t, ["dig", "bind9-dnsutils"]);
  if (lab === undefined) return;
  const machine = lab.machine("site");
  machine.ip("link", "add", "wan0", "type", "bridge");
  machine.ip("link", "set", "wan0", "up");
  machine.ip("addr", "add", `${first}/32`, "dev", "wan0");
  machine.ip("link", "add", "lan0", "type", "bridge");
  machine.ip("link", "set", "lan0", "up");
  machine.ip("-6", "addr", "add", "2001:db8:1:2::1/64", "dev", "lan0", "nodad");
  const homeport = await HomeportMachine.start(machine, {
    dns: { listen: ["127.0.0.1:53"], workers: 1, zones: [{ name: "home.example", file: "home.db" }] },
    ddns: {
      address: {
        ipv4: [{ method: "interface", interface: "wan0" }],
        ipv6: [],
        prefix: { interface: "lan0" },
        alsoPublic,
      },
      records: [
        { name: "home.example", types: ["A"], provider: "zones" },
        { name: "nas.home.example", provider: "zones", interfaceId: "mac:52:54:00:12:34:56" },
      ],
    },
    files: { "home.db": zoneText("home.example") },
  });
  const asked = async (name: string, type: string): Promise<string> => {
    const { output } = await machine.run("dig", "+short", "+tries=1", "@127.0.0.1", name, type);
    return output.trim();
  };
  const becomes = (name: string, type: string, wanted: string) =>
    until(`${name} is ${wanted}`, async () => ((await asked(name, type)) === wanted ? true : undefined), {
      told: () =>
        homeport
          .log()
          .map(({ msg }) => msg)
          .join("\n"),
    });
  await becomes("home.example", "A", first);
  await becomes("nas.home.example", "AAAA", "2001:db8:1:2:5054:ff:fe12:3456");
  const startMs = performance.now();
  machine.ip("addr", "del", `${first}/32`, "dev", "wan0");
  machine.ip("addr", "add", `${second}/32`, "dev", "wan0");
  await becomes("home.example", "A", second);
  t.diagnostic(`IPv4: ${Math.round(performance.now() - startMs)} ms, with the time that dig takes`);
  machine.ip("-6", "addr", "del", "2001:db8:1:2::1/64", "dev", "lan0");
  machine.ip("-6", "addr", "add", "2001:db8:7:7::1/64", "dev", "lan0", "nodad");
  await becomes("nas.home.example", "AAAA", "2001:db8:7:7:5054:ff:fe12:3456");
  machine.ip("addr", "del", `${second}/32`, "dev", "wan0");
  const isBlind = async (): Promise<true | undefined> =>
    /could not tell/.test((await homeport.command("ddns", "status")).output) ? true : undefined;
  await until("it cannot be told any more", isBlind);
  assert.equal(await asked("home.example", "A"), second, "and the record stays");
});
