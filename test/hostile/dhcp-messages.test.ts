/**
 * DHCP messages as nobody should send them: each is answered as the standards say, or counted and forgotten,
 * and the leases of others are what they were.
 */
import assert from "node:assert/strict";
import test from "node:test";
import { OptionCode } from "#protocols/dhcp4/codes.ts";
import { ipv4ToText } from "#protocols/dns/fields/addresses.ts";
import { type Answer, ServerLab } from "../../src/capabilities/dhcp/exchange/exchange.testing.ts";
import {
  arrivalOf,
  octetsOf,
  type Said,
  serverAddress,
} from "../../src/capabilities/dhcp/exchange/said.testing.ts";
import { leaseValueOf } from "../../src/capabilities/dhcp/leases/lease-value.ts";

const text = (value: string): string => Buffer.from(value).toString("hex");

const section = {
  rapidCommit: true,
  leaseTime: "1h",
  newClients: { perSecond: 1_000_000, burst: 1_000_000 },
  boot: { file: "boot.efi" },
  options: [{ name: "domain-search", value: ["lan.example"] }],
  classes: [{ name: "pxe", match: [{ option: 60, contains: "PXE" }, { arch: [7] }] }],
  hosts: [
    { name: "printer", macs: ["52:54:00:00:00:91"], address: "192.0.2.17" },
    { name: "by-port", circuitIds: ["port-7"] },
  ],
  subnets: [
    {
      subnet: "192.0.2.0/24",
      interface: "eth1",
      gateway: "self",
      dnsServers: ["self"],
      pools: ["192.0.2.100-192.0.2.250"],
    },
  ],
};

/** Everything that a client and a relay may say, in one message. */
const rich: Readonly<Record<number, string>> = {
  51: "00000e10",
  55: "0103060c0f1c33363a3b42435177",
  57: "05dc",
  60: text("PXEClient:Arch:00007:UNDI:003000"),
  61: "ff00000001000100020304",
  77: text("iPXE"),
  80: "",
  81: `050000${text("\u0004fern\u0003lan\u0007example\0")}`,
  82: `0106${text("port-7")}0202000105 04c0000200 0b04c0000202`.replaceAll(" ", ""),
  93: "00070009",
  97: `00${"ab".repeat(16)}`,
  118: "c0000200",
};

const giaddr = "192.0.2.2";
const seeds: readonly Said[] = [
  { type: "DISCOVER", mac: "01", hostName: "fern", options: rich, giaddr },
  { type: "DISCOVER", mac: "02", requested: "192.0.2.140" },
  { type: "REQUEST", mac: "03", hostName: "moss", requested: "192.0.2.141", server: serverAddress },
  { type: "REQUEST", mac: "04", requested: "192.0.2.142" },
  { type: "REQUEST", mac: "e1", ciaddr: "192.0.2.101" },
  { type: "DECLINE", mac: "04", requested: "192.0.2.142", server: serverAddress },
  { type: "RELEASE", mac: "03", ciaddr: "192.0.2.141", server: serverAddress },
  { type: "INFORM", mac: "05", ciaddr: "192.0.2.60", options: { 55: "0306" } },
];

/** A server with clients who have done nothing wrong, and count what becomes of each message. */
class Site {
  readonly lab = new ServerLab({ section, domain: "lan.example" });
  #taken = 0;
  #done = 0;

  static async open(): Promise<Site> {
    const site = new Site();
    const { lab } = site;
    for (const mac of ["e1", "e2", "e3"]) {
      const requested = `192.0.2.10${mac[1]}`;
      assert.equal((await lab.ask({ type: "REQUEST", mac, requested, hostName: mac }))?.type, "ACK");
    }
    for (const end of ["release", "decline"] as const) {
      const ended = lab.life[end].bind(lab.life) as (...given: unknown[]) => Promise<void>;
      lab.life[end] = (...given: unknown[]) => {
        site.#done++;
        return ended(...given);
      };
    }
    site.#done = -site.#counted();
    return site;
  }

  take(octets: Uint8Array, said: Said = seeds[1]!): void {
    this.#taken++;
    this.lab.exchanges.take(octets.slice(), arrivalOf(said));
  }

  /** Each message has come to one end, and the table says what the disk does. */
  async check(): Promise<readonly Answer[]> {
    await this.lab.settle();
    assert.equal(this.#counted() + this.#done, this.#taken, JSON.stringify(this.lab.counters));
    assert.equal(this.lab.counters.commits.failed, 0);
    for (const lease of this.lab.table.values()) {
      if (lease.state !== "bound") continue;
      const stored = JSON.parse(JSON.stringify(leaseValueOf(lease))) as unknown;
      assert.deepEqual(await this.lab.stored(ipv4ToText(lease.address)), stored);
    }
    return this.lab.sent();
  }

  #counted(): number {
    const { sent, ignored } = this.lab.counters;
    return [...Object.values(sent), ...Object.values(ignored)].reduce((sum, one) => sum + one, 0);
  }
}

test("every message cut at every octet", async () => {
  const site = await Site.open();
  for (const said of seeds) {
    const whole = octetsOf(said);
    for (let length = 0; length < whole.length; length++) site.take(whole.subarray(0, length), said);
  }
  await site.check();
  assert.ok(site.lab.counters.ignored.malformed > seeds.length * 240);
});

/** Where the options of a message are: their codes and where their lengths stand. */
function optionPlaces(octets: Uint8Array): { code: number; at: number }[] {
  const places: { code: number; at: number }[] = [];
  for (let at = 240; octets[at] !== OptionCode.end && at < octets.length; at += 2 + octets[at + 1]!)
    places.push({ code: octets[at]!, at: at + 1 });
  return places;
}

test("every option lies about its length", async () => {
  const site = await Site.open();
  let count = 0;
  for (const said of seeds) {
    const whole = octetsOf(said);
    for (const { at } of optionPlaces(whole)) {
      const length = whole[at]!;
      for (const lie of new Set([0, 1, length - 1, length + 1, length + 2, 127, 254, 255])) {
        const octets = whole.slice();
        octets[at] = lie;
        site.take(octets, said);
        count++;
      }
    }
  }
  await site.check();
  assert.ok(count > 200, `${count}`);
});

test("every option has every length from none to more than it may, with what follows it in place", async () => {
  const site = await Site.open();
  for (let code = 1; code < 255; code++) {
    for (const length of [0, 1, 2, 3, 4, 5, 6, 7, 8, 16, 255]) {
      const data = Buffer.alloc(length, code).toString("hex");
      if (code === OptionCode.messageType || code === OptionCode.overload) continue;
      for (const type of ["DISCOVER", "REQUEST", "INFORM"] as const) {
        const said: Said = { type, mac: "06", giaddr, requested: "192.0.2.143", options: { [code]: data } };
        site.take(octetsOf(said), said);
      }
    }
  }
  await site.check();
});

/** A DISCOVER with options by hand, and what `file` and `sname` hold. */
function raw(options: string, fields: Readonly<Record<number, string>> = {}): Uint8Array {
  const head = octetsOf({ type: "DISCOVER", mac: "07" }).subarray(0, 240);
  const octets = new Uint8Array(Math.max(300, 240 + options.length / 2));
  octets.set(head);
  octets.set(Uint8Array.fromHex(options), 240);
  for (const [at, field] of Object.entries(fields)) octets.set(Uint8Array.fromHex(field), Number(at));
  return octets;
}

const [sname, file] = [44, 108];
const overloads: readonly (readonly [why: string, octets: Uint8Array, answer: string | undefined])[] = [
  ["the type stands in file", raw("340101ff", { [file]: "350101ff" }), "OFFER"],
  ["the type stands in sname", raw("340102ff", { [sname]: "350101ff" }), "OFFER"],
  ["both fields hold options", raw("340103ff", { [file]: "3204c0000296ff", [sname]: "350101ff" }), "OFFER"],
  [
    "the type stands in a field that nothing says holds options",
    raw("ff", { [file]: "350101ff" }),
    undefined,
  ],
  ["file has no end", raw("350101340101ff", { [file]: "0c01".repeat(32) }), "OFFER"],
  [
    "what stands in file is longer than file",
    raw("350101340101ff", { [file]: `${"00".repeat(120)}0cff` }),
    undefined,
  ],
  ["file says that file holds options", raw("350101340101ff", { [file]: "340101ff" }), "OFFER"],
  ["file says that sname does", raw("350101340101ff", { [file]: "340102ff", [sname]: "36ff" }), "OFFER"],
  ["the fields hold options of 4", raw("350101340104ff"), undefined],
  ["the fields hold options of 255", raw("3501013401ffff"), undefined],
  ["the fields hold options of none", raw("350101340100ff", { [file]: "36ff" }), "OFFER"],
  ["it is said twice", raw("350101340101340102ff"), undefined],
  ["it is said in two octets", raw("35010134020101ff"), undefined],
  ["it is said in none", raw("3501013400ff"), undefined],
  [
    "the type is split over all of them",
    raw("350034010300", { [file]: "350101ff", [sname]: "3500ff" }),
    "OFFER",
  ],
  ["there are two types in one", raw("35020101ff"), undefined],
  ["there are two types", raw("350101350103ff"), undefined],
];

for (const [why, octets, want] of overloads)
  test(`option 52: ${why}`, async () => {
    const site = await Site.open();
    site.take(octets);
    assert.deepEqual(
      (await site.check()).map(({ type }) => type),
      want === undefined ? [] : [want],
    );
  });

test("three hundred options, of one code and of all", async () => {
  const site = await Site.open();
  const codes = Array.from({ length: 300 }, (_, at) => ((at % 254) + 1).toString(16).padStart(2, "0"));
  const harmless = codes.filter((code) => !["32", "33", "34", "35", "36", "39", "52", "76"].includes(code));
  site.take(raw(`350101${harmless.map((code) => `${code}0100`).join("")}ff`));
  site.take(raw(`350101${"0c0161".repeat(300)}ff`));
  site.take(raw(`350101${"3700".repeat(300)}ff`));
  site.take(raw(`350101${"00".repeat(1_200)}ff`));
  const answers = await site.check();
  assert.equal(answers.length, 4);
  for (let times = 1; times < 30; times++) site.take(raw(`350101${"5201ff".repeat(times)}ff`));
  await site.check();
});

test("hardware addresses of no octet, of all, and of more than there is room for", async () => {
  const site = await Site.open();
  for (let length = 0; length <= 255; length++)
    for (const clientId of [undefined, "0042"]) {
      const octets = octetsOf({ type: "DISCOVER", mac: "08", ...(clientId && { clientId }) });
      octets[2] = length;
      site.take(octets);
    }
  const answers = await site.check();
  // Without an address an identifier is needed; more than 16 octets there cannot be.
  assert.equal(answers.length, 16 + 17);
  assert.equal(site.lab.counters.ignored.malformed, 1 + 2 * 239);
});

test("identifiers as long as a datagram", async () => {
  const site = await Site.open();
  const long = (octet: string, pieces: number) => `3dff${octet.repeat(255)}`.repeat(pieces);
  site.take(raw(`350101${long("aa", 1)}ff`));
  for (const pieces of [2, 5])
    for (const octet of ["aa", "bb"]) site.take(raw(`350101${long(octet, pieces)}ff`));
  const answers = await site.check();
  assert.equal(answers.length, 1);
  assert.equal(site.lab.counters.ignored.outOfBounds, 4);
});

test("names that are none, in options 12 and 81", async () => {
  const site = await Site.open();
  const said = [
    "",
    ".",
    "..",
    "-",
    "a.b.c",
    "*",
    "\0",
    "a\0b",
    "\u001b[31m",
    "ü",
    "x".repeat(255),
    "localhost",
  ];
  const wire = ["", "00", "04fern", "c00c", "3f", "ff", `3f${"61".repeat(63)}`.repeat(5)];
  for (const type of ["DISCOVER", "REQUEST"] as const) {
    for (const name of said) {
      site.take(octetsOf({ type, mac: "09", requested: "192.0.2.144", hostName: name }));
      for (const flags of ["00", "01", "04", "05", "08", "09", "ff"])
        site.take(
          octetsOf({
            type,
            mac: "09",
            requested: "192.0.2.144",
            options: { 81: `${flags}0000${text(name)}` },
          }),
        );
      await site.lab.settle();
    }
    for (const name of wire.filter((one) => /^([0-9a-f]{2})*$/.test(one))) {
      site.take(octetsOf({ type, mac: "0a", requested: "192.0.2.145", options: { 81: `040000${name}` } }));
      await site.lab.settle();
    }
  }
  await site.check();
  for (const name of site.lab.registry.entries.keys())
    assert.match(name, /^[a-z0-9-]+(\.[a-z0-9-]+)*\.lan\.example\.$/);
});

/** Numbers that look random and are the same each time. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const interesting = [0, 1, 2, 3, 4, 50, 51, 52, 53, 54, 55, 61, 81, 82, 127, 128, 254, 255];

function mutated(octets: Uint8Array, random: (below: number) => number): Uint8Array {
  const changed = octets.slice();
  for (let times = 1 + random(6); times > 0; times--) {
    const at = random(10) < 7 ? 240 + random(changed.length - 240) : random(240);
    changed[at] = random(2) === 0 ? random(256) : interesting[random(interesting.length)]!;
  }
  const cut = random(8) === 0 ? random(changed.length) : changed.length;
  return changed.subarray(0, cut);
}

test("thousands of messages with octets changed: each comes to an end, and nothing is thrown", async () => {
  const random = randomFrom(0x484f4d45);
  const site = await Site.open();
  const { lab } = site;
  const wires = seeds.map((said) => [octetsOf(said), said] as const);
  for (let number = 0; number < 20_000; number++) {
    const [octets, said] = wires[random(wires.length)]!;
    site.take(mutated(octets, random), said);
    if (number % 100 === 0) {
      await lab.settle();
      await lab.pass(random(40));
    }
  }
  await site.check();
  const { received, sent } = lab.counters;
  assert.ok(Math.min(received.DISCOVER, received.REQUEST, received.RELEASE, received.INFORM) > 1_000);
  assert.ok(Math.min(sent.OFFER, sent.ACK, sent.NAK) > 500, JSON.stringify(sent));
  assert.equal(lab.turns.size, 0);
});
