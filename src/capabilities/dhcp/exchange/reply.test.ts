import assert from "node:assert/strict";
import test from "node:test";
import { OptionCode } from "#protocols/dhcp4/codes.ts";
import { dhcp4Limits } from "#protocols/dhcp4/limits.ts";
import { ipv4ToText } from "#protocols/dns/fields/addresses.ts";
import { type Answer, ServerLab } from "./exchange.testing.ts";
import { type Said, serverAddress } from "./said.testing.ts";

const text = (value: string): string => Buffer.from(value).toString("hex");

const section = {
  leaseTime: "1h",
  minLeaseTime: "10m",
  maxLeaseTime: "2h",
  options: [
    { name: "ntp-servers", value: ["192.0.2.3"] },
    { code: 252, type: "text", value: "http://wpad/", force: true },
    { code: 224, type: "text", value: "site" },
  ],
  dnsServers: ["self", "192.0.2.53"],
  classes: [
    {
      name: "phones",
      match: [{ option: 60, prefix: "phone" }],
      leaseTime: "5m",
      options: [{ code: 224, type: "text", value: "class" }],
    },
    {
      name: "loud",
      match: [{ option: 60, contains: "loud" }],
      options: [{ code: 224, type: "text", value: "second class" }],
    },
    { name: "boots", match: [{ arch: [7, 9] }], boot: { file: "class.efi" } },
  ],
  subnets: [
    {
      subnet: "192.0.2.0/24",
      interface: "eth1",
      gateway: "self",
      domain: "lan.example",
      pools: [
        "192.0.2.100-192.0.2.101",
        { range: "192.0.2.110-192.0.2.119", options: [{ code: 224, type: "text", value: "pool" }] },
      ],
      options: [{ code: 225, type: "text", value: "subnet" }],
    },
  ],
  hosts: [
    {
      name: "printer",
      macs: ["52:54:00:00:00:91"],
      address: "192.0.2.17",
      leaseTime: "7d",
      options: [{ code: 224, type: "text", value: "host" }],
    },
    {
      name: "kiosk",
      macs: ["52:54:00:00:00:92"],
      boot: { nextServer: "192.0.2.5", serverName: "boot", file: "kiosk.0" },
    },
  ],
  names: { publish: false },
};

function optionsOf({ message }: Answer): [code: number, data: string][] {
  return [...message.options].map(([code, data]) => [code, data.toHex()]);
}

function optionOf({ message }: Answer, code: number): string | undefined {
  const data = message.options.get(code);
  return data && Buffer.from(data).toString();
}

async function offer(
  said: Partial<Said> = {},
  more: Readonly<Record<string, unknown>> = {},
): Promise<Answer> {
  const lab = new ServerLab({ section: { ...section, ...more } });
  const answer = await lab.ask({ type: "DISCOVER", mac: "01", ...said });
  assert.ok(answer !== undefined);
  return answer;
}

const times = [
  [51, "00000e10"],
  [58, "00000708"],
  [59, "00000c4e"],
] as const;

test("a client gets what it asks for in its order, behind what it cannot do without, and what is sent unasked", async () => {
  const answer = await offer({ options: { 55: "2a0f03061c99e0" } });
  assert.deepEqual(optionsOf(answer), [
    [53, "02"],
    [54, "c0000201"],
    ...times,
    [1, "ffffff00"],
    [42, "c0000203"],
    [15, text("lan.example")],
    [3, "c0000201"],
    [6, "c0000201c0000235"],
    [28, "c00002ff"],
    [224, text("site")],
    [252, text("http://wpad/")],
  ]);
});

test("one that asks for nothing in particular gets all that is set", async () => {
  const codes = optionsOf(await offer()).map(([code]) => code);
  assert.deepEqual(codes, [53, 54, 51, 58, 59, 1, 3, 6, 15, 42, 252, 224, 225]);
});

test("one that asks for something twice gets it once", async () => {
  const options = optionsOf(await offer({ options: { 55: "03030101fc" } }));
  assert.deepEqual(options.slice(5), [
    [1, "ffffff00"],
    [3, "c0000201"],
    [252, text("http://wpad/")],
  ]);
});

const settings: readonly (readonly [why: string, said: Partial<Said>, want: string])[] = [
  ["of all", { requested: "192.0.2.100" }, "site"],
  ["of the pool before that", { requested: "192.0.2.110" }, "pool"],
  ["of its class before that", { requested: "192.0.2.110", options: { 60: text("phone") } }, "class"],
  ["of the class that stands first in the site file", { options: { 60: text("phone loud") } }, "class"],
  ["of the host before all", { mac: "91", options: { 60: text("phone") } }, "host"],
];

for (const [why, said, want] of settings)
  test(`a client gets the setting ${why}`, async () => assert.equal(optionOf(await offer(said), 224), want));

test("a host is told its name", async () => {
  assert.equal(optionOf(await offer({ mac: "91", options: { 55: "0c" } }), OptionCode.hostName), "printer");
});

test("what client and relay said comes back, that of the relay last", async () => {
  const said = { clientId: "0042", giaddr: "192.0.2.2", options: { 82: "0104706f7274", 118: "c0000200" } };
  for (const answer of [
    await offer(said),
    await offer({ ...said, type: "REQUEST", requested: "10.0.0.1" }),
  ]) {
    const options = optionsOf(answer);
    assert.deepEqual(options.slice(-3), [
      [61, "0042"],
      [118, "c0000200"],
      [82, "0104706f7274"],
    ]);
    assert.equal(answer.message.relayAddress, 0xc000_0202);
    assert.equal(answer.message.transactionId, 0x1234_5678);
  }
});

const leaseTimes: readonly (readonly [why: string, said: Partial<Said>, want: number])[] = [
  ["the usual time", {}, 3_600],
  ["what it asks for", { options: { 51: "00001000" } }, 4_096],
  ["no less than the least", { options: { 51: "00000000" } }, 600],
  ["no more than the most", { options: { 51: "ffffffff" } }, 7_200],
  ["what its class has", { options: { 60: text("phone"), 51: "ffffffff" } }, 300],
  ["what its host has", { mac: "91", options: { 60: text("phone"), 51: "00000001" } }, 604_800],
];

for (const [why, said, want] of leaseTimes)
  test(`a lease lasts ${why}`, async () => {
    const answer = await offer(said);
    assert.equal(answer.leaseSeconds, want);
    const number = (code: number) => Buffer.from(answer.message.options.get(code)!).readUInt32BE();
    assert.deepEqual([number(58), number(59)], [Math.floor(want / 2), Math.floor((want * 7) / 8)]);
  });

test("a NAK says why, and nothing of a lease", async () => {
  const lab = new ServerLab({ section });
  const said = { type: "REQUEST", mac: "01", clientId: "0042", requested: "10.0.0.1" } as const;
  const [direct, relayed] = [await lab.ask(said), await lab.ask({ ...said, giaddr: "192.0.2.2" })];
  assert.deepEqual(
    optionsOf(direct!).map(([code]) => code),
    [53, 54, 56, 61],
  );
  assert.equal(direct!.sentence, "the address is not of this network");
  const { yourAddress, clientAddress, serverAddress: next, file } = direct!.message;
  assert.deepEqual([yourAddress, clientAddress, next, file.length], [0, 0, 0, 0]);
  // RFC 2131 §4.3.2: the relay is to broadcast it, for the client's address is wrong.
  assert.deepEqual([direct!.message.flags, relayed!.message.flags], [0, 0x8000]);
});

test("settings alone come without an address and without times (RFC 2131 §4.3.5)", async () => {
  const answer = await offer({ type: "INFORM", ciaddr: "192.0.2.50", options: { 55: "0306333a3b" } });
  assert.equal(answer.type, "ACK");
  assert.deepEqual([answer.address, answer.message.clientAddress], ["0.0.0.0", 0xc000_0232]);
  assert.deepEqual(
    optionsOf(answer).map(([code]) => code),
    [53, 54, 1, 3, 6, 252],
  );
});

test("an ACK says the address that the client has said, an OFFER does not", async () => {
  const lab = new ServerLab({ section });
  const address = await lab.join({ mac: "01" });
  const ack = await lab.ask({ type: "REQUEST", mac: "01", ciaddr: address });
  assert.equal(ipv4ToText(ack!.message.clientAddress), address);
  const again = await lab.ask({ type: "DISCOVER", mac: "01" });
  assert.equal(again!.message.clientAddress, 0);
});

type BootRow = readonly [
  why: string,
  said: Partial<Said>,
  siaddr: string,
  sname: string,
  file: string,
  server: string,
];
const boots: readonly BootRow[] = [
  ["a client that does not boot is told nothing", {}, "0.0.0.0", "", "", ""],
  [
    "one of a class that boots loads from this server",
    { options: { 93: "0007" } },
    serverAddress,
    "",
    "class.efi",
    serverAddress,
  ],
  [
    "and so does one that names several architectures",
    { options: { 93: "00060009" } },
    serverAddress,
    "",
    "class.efi",
    serverAddress,
  ],
  [
    "a host's own setting counts before that of its class",
    { mac: "92", options: { 93: "0007" } },
    "192.0.2.5",
    "boot",
    "kiosk.0",
    "boot",
  ],
];

for (const [why, said, siaddr, sname, file, server] of boots)
  test(`${why}, in the fields and in the options`, async () => {
    const answer = await offer(said);
    const { message } = answer;
    const decoded = (octets: Uint8Array | undefined) => new TextDecoder().decode(octets);
    assert.deepEqual(
      [ipv4ToText(message.serverAddress), decoded(message.serverName), decoded(message.file)],
      [siaddr, sname, file],
    );
    assert.deepEqual([optionOf(answer, 66) ?? "", optionOf(answer, 67) ?? ""], [server, file]);
  });

test("the options are left out for a client that asks for others, and the fields stay", async () => {
  const answer = await offer({ mac: "92", options: { 55: "01" } });
  assert.deepEqual([optionOf(answer, 66), optionOf(answer, 67)], [undefined, undefined]);
  assert.equal(new TextDecoder().decode(answer.message.file), "kiosk.0");
});

test("what the installer says counts before the site file, but not before a host's own setting", async () => {
  const asked: unknown[] = [];
  const bootOffer = {
    offerFor: (client: unknown) => {
      asked.push(client);
      return { fileName: "installer.efi", nextServer: "192.0.2.6" };
    },
  };
  const lab = new ServerLab({ section, bootOffer });
  const options = { 93: "0007", 60: text("PXEClient"), 77: text("iPXE"), 97: "00aabb" };
  const answer = await lab.ask({ type: "DISCOVER", mac: "01", requested: "192.0.2.100", options });
  assert.deepEqual(
    [ipv4ToText(answer!.message.serverAddress), optionOf(answer!, 66), optionOf(answer!, 67)],
    ["192.0.2.6", "192.0.2.6", "installer.efi"],
  );
  assert.deepEqual(asked, [
    {
      hardwareAddress: "52:54:00:00:00:01",
      architecture: 7,
      vendorClass: "PXEClient",
      userClass: "iPXE",
      machineId: Uint8Array.of(0, 0xaa, 0xbb),
      address: "192.0.2.100",
      hostName: undefined,
    },
  ]);
  const kiosk = await lab.ask({ type: "DISCOVER", mac: "92", options });
  assert.equal(optionOf(kiosk!, 67), "kiosk.0");
});

test("firmware that boots by HTTP hears that this server does as well (UEFI 2.10 §24.7.3.1)", async () => {
  const http = { 93: "0010", 60: text("HTTPClient:Arch:00016") };
  const boot = { file: "http://192.0.2.1/boot.efi" };
  assert.equal(optionOf(await offer({ options: http }, { boot }), 60), "HTTPClient");
  assert.equal(optionOf(await offer({ options: { 60: text("PXEClient") } }, { boot }), 60), undefined);
  const own = [{ name: "vendor-class-identifier", value: "HTTPClient", force: true }];
  assert.equal(
    optionOf(await offer({ options: http }, { boot, options: own }), 60),
    "HTTPClient",
    "said once",
  );
});

test("a file whose name is too long for its field stands in the option alone", async () => {
  const file = `http://192.0.2.1/${"ä".repeat(60)}.efi`;
  const answer = await offer({ options: { 55: "4342" } }, { boot: { file, serverName: "é".repeat(50) } });
  assert.equal(answer.message.file.length, 0);
  assert.equal(optionOf(answer, 67), file);
  assert.equal(optionOf(answer, 66), "é".repeat(50));
});

test("an answer is as long as the client takes it (RFC 2132 §9.10), and what has no room is left out and counted", async () => {
  const many = Array.from({ length: 12 }, (_, at) => ({
    code: 230 + at,
    type: "text",
    value: "x".repeat(200),
  }));
  const sizes: readonly (readonly [asked: string | undefined, octetsMax: number])[] = [
    [undefined, 548],
    ["0001", 548],
    ["0240", 548],
    ["04b0", 1_172],
    ["ffff", 1_472],
  ];
  const counts: number[] = [];
  for (const [asked, octetsMax] of sizes) {
    const lab = new ServerLab({ section: { ...section, options: many } });
    const options = asked === undefined ? {} : { 57: asked };
    const answer = await lab.ask({ type: "DISCOVER", mac: "01", options });
    const held = [...answer!.message.options.values()].reduce((sum, data) => sum + data.length + 2, 0);
    assert.ok(held <= octetsMax - dhcp4Limits.headerOctets + 64 + 128, `${asked}: ${held}`);
    assert.ok(lab.counters.optionsLeftOut > 0);
    counts.push(lab.counters.optionsLeftOut);
  }
  assert.deepEqual(
    counts,
    counts.toSorted((one, other) => other - one),
    "the more room the fewer are left out",
  );
  assert.equal(counts[0], counts[2]);
  assert.ok(counts[4]! < counts[3]! && counts[3]! < counts[2]!);
});

test("addresses that are this server's own are those of the network that it answers in", async () => {
  const lab = new ServerLab({
    section: {
      subnets: [
        { subnet: "192.0.2.0/24", interface: "eth1" },
        {
          subnet: "10.1.0.0/24",
          pools: ["10.1.0.9"],
          gateway: "self",
          dnsServers: ["self"],
          serverAddress: "10.1.0.2",
          boot: { file: "x" },
        },
      ],
    },
  });
  const answer = await lab.ask({ type: "DISCOVER", mac: "01", giaddr: "10.1.0.1" });
  const own = "0a010002";
  assert.deepEqual(
    [54, 3, 6].map((code) => answer!.message.options.get(code)?.toHex()),
    [own, own, own],
  );
  assert.equal(ipv4ToText(answer!.message.serverAddress), "10.1.0.2");
});
