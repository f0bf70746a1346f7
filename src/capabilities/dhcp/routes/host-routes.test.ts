import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { askRoute } from "#contracts/ask-route.testing.ts";
import { ConfigError } from "#contracts/configuration.ts";
import { RouteError } from "#contracts/route.ts";
import { dhcpRoutes } from "../routes.ts";
import { FakeControl, leaseView } from "./fake-control.testing.ts";

const site = `site: a
dhcp:
  # The house
  subnets:
    - subnet: 192.168.9.0/24
      interface: eth1
      pools: ["192.168.9.100-192.168.9.199"] # visitors too
      gateway: 192.168.9.1
  hosts:
    # Ada's
    - name: laptop
      macs: ["52-54-00-00-00-1", "52:54:00:00:00:02"]
    - name: printer
      macs: ["52:54:00:00:00:09"]
      address: 192.168.9.9
`;

const leases = [
  leaseView({ address: "192.168.9.101", hostName: "tv", hardwareAddress: "52:54:00:00:01:01" }),
  leaseView({
    address: "192.168.9.102",
    hostName: "laptop",
    hardwareAddress: "52:54:00:00:00:01",
    reservation: "laptop",
  }),
  leaseView({ address: "192.168.9.103", hostName: "box", hardwareAddress: "52:54:00:00:00:31" }),
  leaseView({ address: "192.168.9.104", hostName: "box", hardwareAddress: "52:54:00:00:00:32" }),
  leaseView({ address: "192.168.9.105", hardwareAddress: "32/80:00:00:48:fe", clientIdentifier: "ff:00:01" }),
  leaseView({ address: "192.168.9.106", state: "declined", hostName: "ghost" }),
  leaseView({
    address: "192.168.9.107",
    state: "expired",
    hostName: "tv",
    hardwareAddress: "52:54:00:00:01:01",
  }),
  leaseView({
    address: "192.168.9.110",
    hardwareAddress: "52:54:00:00:00:40",
    clientIdentifier: "01:aa:01",
  }),
  leaseView({
    address: "192.168.9.111",
    hardwareAddress: "52:54:00:00:00:40",
    clientIdentifier: "01:aa:02",
  }),
  leaseView({ address: "192.168.9.9", state: "reserved", hostName: "printer", reservation: "printer" }),
];

function rig(t: TestContext, given: { text?: string; reload?: () => Promise<void> } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "host-routes-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const siteFile = join(folder, "site.yaml");
  writeFileSync(siteFile, given.text ?? site);
  let reloads = 0;
  const reload = async (): Promise<void> => {
    reloads++;
    await given.reload?.();
  };
  const control = new FakeControl(...leases);
  const routes = dhcpRoutes(
    () => control,
    () => ({ siteFile, reload }),
  );
  const added = (): string[] =>
    readFileSync(siteFile, "utf8")
      .split("\n")
      .filter((line) => !site.split("\n").includes(line));
  const text = (): string => readFileSync(siteFile, "utf8");
  const ask = (method: string, url: string, body?: unknown) => askRoute(routes, method, url, body);
  return { ask, added, text, reloads: () => reloads };
}

for (const [why, body, outcome, want] of [
  [
    "a lease keeps its address",
    { who: "tv" },
    "added",
    ['    - macs: ["52:54:00:00:01:01"]', "      address: 192.168.9.101"],
  ],
  [
    "a lease by a short address gets a name",
    { who: ".101", name: "screen" },
    "added",
    ["    - name: screen", '      macs: ["52:54:00:00:01:01"]', "      address: 192.168.9.101"],
  ],
  [
    "a hardware address that nobody has seen, as people write it",
    { who: "52-54-0-AB-CD-EF", address: ".77" },
    "added",
    ['    - macs: ["52:54:00:ab:cd:ef"]', "      address: 192.168.9.77"],
  ],
  [
    "a name alone",
    { who: "52:54:00:ab:cd:ef", name: "camera" },
    "added",
    ["    - name: camera", '      macs: ["52:54:00:ab:cd:ef"]'],
  ],
  [
    "hardware that is no Ethernet is known by its client identifier",
    { who: ".105" },
    "added",
    ['    - clientIds: ["0xff0001"]', "      address: 192.168.9.105"],
  ],
  [
    "one of several clients of one hardware address is told by its identifier",
    { who: "01:AA:02" },
    "added",
    ['    - clientIds: ["0x01aa02"]', "      address: 192.168.9.111"],
  ],
  ["a host that is there gets its address", { who: "laptop" }, "changed", ["      address: 192.168.9.102"]],
  [
    "a host that is there gets another name and address",
    { who: "printer", name: "laser", address: "192.168.9.8" },
    "changed",
    ["    - name: laser", "      address: 192.168.9.8"],
  ],
  ["a host that has all of it stays as it is", { who: "printer" }, "unchanged", []],
] as const)
  test(`a reservation: ${why}`, async (t) => {
    const { ask, added, reloads } = rig(t);
    const answer = await ask("POST", "/api/dhcp/hosts", body);
    assert.deepEqual([answer["outcome"], added(), reloads()], [outcome, want, want.length === 0 ? 0 : 1]);
  });

test("a reservation keeps comments, and says what it changed and what follows from that", async (t) => {
  const { ask, text } = rig(t);
  const answer = await ask("POST", "/api/dhcp/hosts", { who: "laptop", address: "192.168.9.103" });
  assert.deepEqual(answer["diff"], [
    "…",
    "     - name: laptop",
    '       macs: ["52-54-00-00-00-1", "52:54:00:00:00:02"]',
    "+      address: 192.168.9.103",
    "     - name: printer",
    '       macs: ["52:54:00:00:00:09"]',
    "…",
  ]);
  assert.deepEqual(answer["notes"], [
    "192.168.9.103 is now that of 52:54:00:00:00:31 (box), which takes another when it asks next",
    "it has 192.168.9.102 now, and gets 192.168.9.103 when it asks next",
  ]);
  assert.match(text(), /# The house\n[\s\S]*# visitors too\n[\s\S]*# Ada's\n/);
});

test("a reservation of a hardware address that several clients have says so", async (t) => {
  const { ask } = rig(t);
  const { notes } = await ask("POST", "/api/dhcp/hosts", { who: "192.168.9.110", dryRun: true });
  assert.deepEqual(notes, [
    "2 clients have the hardware address 52:54:00:00:00:40; to reserve for one, name its client identifier",
  ]);
});

test("a dry run says the same and changes nothing", async (t) => {
  const { ask, text, reloads } = rig(t);
  const answer = await ask("POST", "/api/dhcp/hosts", { who: "laptop", dryRun: true });
  assert.equal(answer["outcome"], "changed");
  await ask("DELETE", "/api/dhcp/hosts/printer?dryRun=true");
  assert.deepEqual([text(), reloads()], [site, 0]);
});

test("a site file that the program does not take is put back", async (t) => {
  const problem = { severity: "error", what: "a problem" } as const;
  const { ask, text } = rig(t, { reload: () => Promise.reject(new ConfigError("HP_RELOAD", [problem])) });
  await assert.rejects(ask("POST", "/api/dhcp/hosts", { who: "laptop" }), ConfigError);
  assert.equal(text(), site);
});

for (const [why, host, outcome, gone] of [
  [
    "by name",
    "Printer",
    "removed",
    ["    - name: printer", '      macs: ["52:54:00:00:00:09"]', "      address: 192.168.9.9"],
  ],
  [
    "by address",
    "192.168.9.9",
    "removed",
    ["    - name: printer", '      macs: ["52:54:00:00:00:09"]', "      address: 192.168.9.9"],
  ],
  [
    "by a short address",
    ".9",
    "removed",
    ["    - name: printer", '      macs: ["52:54:00:00:00:09"]', "      address: 192.168.9.9"],
  ],
  [
    "one of several hardware addresses goes alone",
    "52:54:00:00:00:02",
    "changed",
    ['      macs: ["52-54-00-00-00-1", "52:54:00:00:00:02"]'],
  ],
  [
    "by the address that the machine has",
    "192.168.9.102",
    "removed",
    ["    - name: laptop", '      macs: ["52-54-00-00-00-1", "52:54:00:00:00:02"]'],
  ],
] as const)
  test(`a reservation is taken back: ${why}`, async (t) => {
    const { ask, text } = rig(t);
    const answer = await ask("DELETE", `/api/dhcp/hosts/${encodeURIComponent(host)}`);
    const left = text().split("\n");
    assert.equal(answer["outcome"], outcome);
    assert.deepEqual(
      site.split("\n").filter((line) => !left.includes(line) && !line.includes("#")),
      gone,
    );
  });

test("with the last reservation the list goes", async (t) => {
  const { ask, text } = rig(t);
  await ask("DELETE", "/api/dhcp/hosts/printer");
  await ask("DELETE", "/api/dhcp/hosts/laptop");
  assert.doesNotMatch(text(), /hosts/);
  await ask("POST", "/api/dhcp/hosts", { who: "laptop" });
  assert.match(text(), /\n {2}hosts:\n {4}- macs: \["52:54:00:00:00:01"\]\n {6}address: 192\.168\.9\.102\n$/);
});

for (const [why, body, status, code, sentence] of [
  ["nobody is called so", { who: "fridge" }, 404, "HP_DHCP_WHO_UNKNOWN", /name its hardware address/],
  ["two are", { who: "box" }, 409, "HP_DHCP_WHO_AMBIGUOUS", /\.103 \(52:.*31\) or 192\.168\.9\.104 \(/],
  ["nobody knows who is at it", { who: "ghost" }, 404, "HP_DHCP_WHO_UNKNOWN", /no machine is known/],
  [
    "there is nothing to reserve",
    { who: "52:54:00:ab:cd:ef" },
    400,
    "HP_DHCP_HOST_EMPTY",
    /--name or --address/,
  ],
  [
    "the address is elsewhere",
    { who: "tv", address: "10.0.0.1" },
    400,
    "HP_DHCP_ADDRESS_OUTSIDE",
    /192\.168\.9\.0\/24/,
  ],
  ["the address is the network", { who: "tv", address: ".0" }, 400, "HP_DHCP_ADDRESS_OUTSIDE", /broadcast/],
  ["the address is the gateway", { who: "tv", address: ".1" }, 409, "HP_DHCP_ADDRESS_TAKEN", /gateway/],
  [
    "the address is this server's own",
    { who: "tv", address: "127.0.0.1" },
    409,
    "HP_DHCP_ADDRESS_TAKEN",
    /own/,
  ],
  [
    "the address is another's",
    { who: "tv", address: ".9" },
    409,
    "HP_DHCP_ADDRESS_TAKEN",
    /printer.*--remove/,
  ],
  ["the name is another's", { who: "tv", name: "LAPTOP" }, 409, "HP_DHCP_NAME_TAKEN", /is the name of 52-54/],
] as const)
  test(`a reservation is refused: ${why}`, async (t) => {
    const { ask, text } = rig(t);
    await assert.rejects(ask("POST", "/api/dhcp/hosts", body), (error) => {
      assert.ok(error instanceof RouteError, String(error));
      assert.deepEqual([error.status, error.code], [status, code]);
      assert.match(error.message, sentence);
      return true;
    });
    assert.equal(text(), site);
  });

test("a reservation that is not there cannot be taken back", async (t) => {
  const { ask } = rig(t);
  await assert.rejects(ask("DELETE", "/api/dhcp/hosts/tv"), /no host of the site file is called tv/);
});

test("a site file with mistakes is left to its operator", async (t) => {
  const { ask } = rig(t, { text: site.replace("gateway: 192.168.9.1", "gateway: 10.0.0.1") });
  await assert.rejects(ask("POST", "/api/dhcp/hosts", { who: "tv" }), /has mistakes.*homeport check/);
});
