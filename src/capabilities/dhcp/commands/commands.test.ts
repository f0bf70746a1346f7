import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { ApiError, type CommandCall, ExitCode } from "#contracts/command.ts";
import { ConfigError } from "#contracts/configuration.ts";
import { RouteError } from "#contracts/route.ts";
import { type GivenCall, type Ran, runCommand } from "#contracts/run-command.testing.ts";
import type { Now } from "#platform/terminal/moment.ts";
import { dhcpCommands } from "../commands.ts";
import { FakeControl, hourMs, leaseView, noonMs } from "../routes/fake-control.testing.ts";
import { LeaseAnswer, PastLeaseAnswer } from "../routes/lease-answer.ts";
import { dhcpRoutes } from "../routes.ts";
import { leaseHistory, pastLeaseFields } from "./lease-history.ts";
import { leaseFields } from "./lease-list.ts";
import { leaseRelease } from "./lease-release.ts";
import { leaseShow } from "./lease-show.ts";

const now: Now = { nowMs: noonMs, timeZone: "UTC" };
const site = `site: a
dhcp:
  subnets:
    - subnet: 192.168.9.0/24
      interface: eth1
      pools: ["192.168.9.100-192.168.9.199"] # visitors
`;

/** Commands beside the program's own routes, which a server answers that only has leases. */
class Rig {
  readonly control: FakeControl;
  readonly siteFile: string;
  readonly questions: string[] = [];
  reload: () => Promise<void> = async () => {};

  constructor(t: TestContext, control = new FakeControl()) {
    const folder = mkdtempSync(join(tmpdir(), "dhcp-commands-"));
    t.after(() => rmSync(folder, { recursive: true }));
    this.siteFile = join(folder, "site.yaml");
    writeFileSync(this.siteFile, site);
    this.control = control;
  }

  siteText(): string {
    return readFileSync(this.siteFile, "utf8");
  }

  async run(
    words: string,
    given: GivenCall = {},
    run?: (call: CommandCall, now: Now) => Promise<ExitCode>,
  ): Promise<Ran> {
    const command = dhcpCommands.find((one) => one.words.join(" ") === words)!;
    const { siteFile, reload } = this;
    const routes = dhcpRoutes(
      () => this.control,
      () => ({ siteFile, reload }),
    );
    const ran = await runCommand((call) => run?.(call, now) ?? command.run(call), routes, given);
    this.questions.push(...ran.questions);
    return ran;
  }
}

const evil = "=cmd|'/c calc'!A0\u001b[2J\u202e";
const soon = Date.now() + 11.5 * hourMs;

const views = [
  leaseView({ address: "192.168.9.12", name: "laptop.lan.example.", hostName: "laptop", expiresAtMs: soon }),
  leaseView({
    address: "192.168.9.13",
    hostName: evil,
    nameProblem: "laptop.lan.example is the name of 52:54:00:00:00:12",
    reservation: "52:54:00:00:00:13",
    expiresAtMs: soon,
    circuitId: "port 7",
    remoteId: "switch-1",
    vendorClass: "MSFT 5.0",
    clientIdentifier: "01:52:54:00:00:00:13",
  }),
  leaseView({ address: "192.168.9.14", state: "declined", hardwareAddress: "", expiresAtMs: soon }),
  leaseView({
    address: "192.168.9.15",
    state: "expired",
    hostName: "phone",
    expiresAtMs: Date.now() - 50 * hourMs,
  }),
  leaseView({ address: "192.168.9.16", state: "reserved", hostName: "tv", expiresAtMs: undefined }),
];

test("lease list shows who is there, what machines without a name call themselves, and what is left out", async (t) => {
  const { out } = await new Rig(t, new FakeControl(...views)).run("lease list");
  assert.deepEqual(out.trimEnd().split("\n"), [
    "ADDRESS       NAME                      MACHINE            STATE            ENDS",
    "192.168.9.12  laptop.lan.example        52:54:00:00:00:12  bound            in 11 h",
    "192.168.9.13  (=cmd|'/c calc'!A0?[2J?)  52:54:00:00:00:13  bound, reserved  in 11 h",
    "192.168.9.14  -                         -                  declined         in 11 h",
    "192.168.9.16  (tv)                      52:54:00:00:00:16  reserved         -",
    "",
    "1 without the name wanted: homeport lease show ADDRESS",
    "1 more, ended: homeport lease list --all",
  ]);
});

for (const [why, options, want] of [
  ["all", { all: true }, ["12", "13", "14", "15", "16"]],
  ["those in one state", { state: "expired" }, ["15"]],
  ["those where a text is found, ended ones too", { search: "PHONE" }, ["15"]],
  ["those of a network", { subnet: "10.0.0.0/24" }, []],
] as const)
  test(`lease list shows ${why}`, async (t) => {
    const { out } = await new Rig(t, new FakeControl(...views)).run("lease list", { options, json: true });
    const { leases } = JSON.parse(out) as { leases: { address: string }[] };
    assert.deepEqual(
      leases.map(({ address }) => address.split(".").at(-1)),
      want,
    );
  });

test("lease list without leases says so", async (t) => {
  const rig = new Rig(t);
  assert.equal((await rig.run("lease list")).out, "nobody has a lease now\n");
  assert.equal((await rig.run("lease list", { options: { search: "x" } })).out, "no such lease\n");
});

test("lease list has more leases than a page of the API holds", async (t) => {
  const many = Array.from({ length: 2_345 }, (_, index) =>
    leaseView({ address: `10.0.${index >> 8}.${index & 255}` }),
  );
  const { out } = await new Rig(t, new FakeControl(...many)).run("lease list", { json: true });
  const { leases } = JSON.parse(out) as { leases: { address: string }[] };
  assert.deepEqual(
    leases.map(({ address }) => address),
    many.map(({ address }) => address),
  );
});

test("no output passes on what a stranger put into a host name, and JSON still has it", async (t) => {
  const rig = new Rig(t, new FakeControl(...views));
  const { out } = await rig.run("lease list", { json: true });
  const { leases } = JSON.parse(out) as { leases: { hostName: string }[] };
  assert.equal(leases[1]!.hostName, evil);
  const csv = await rig.run("lease list", { options: { csv: true } });
  const show = await rig.run("lease show", { arguments: { who: ".13" } });
  for (const text of [out, csv.out, show.out])
    assert.doesNotMatch(text.replaceAll(/\r?\n/g, ""), /[\p{Cc}\p{Cf}]/u);
});

test("lease list --csv has a line for each, and no formula", async (t) => {
  const { out } = await new Rig(t, new FakeControl(views[1]!)).run("lease list", { options: { csv: true } });
  const [head, line, ...rest] = out.split("\r\n");
  assert.equal(head, Object.keys(LeaseAnswer.shape).join(","));
  assert.match(
    line!,
    /^192\.168\.9\.13,192\.168\.9\.0\/24,bound,52:.*,'=cmd\|'\/c calc'!A0\?\[2J\?,,laptop\.lan/,
  );
  assert.deepEqual(rest, [""]);
});

test("the columns of CSV are the fields of the API", () => {
  assert.deepEqual(leaseFields, Object.keys(LeaseAnswer.shape));
  assert.deepEqual(pastLeaseFields, Object.keys(PastLeaseAnswer.shape));
});

const past = [
  { since: -2, until: undefined, end: "still", address: "192.168.9.13" },
  { since: -30, until: -2, end: "moved", address: "192.168.9.77" },
].map(({ since, until, end, address }) => ({
  address,
  hardwareAddress: "52:54:00:00:00:13",
  clientIdentifier: undefined,
  hostName: "box",
  name: undefined,
  sinceMs: noonMs + since * hourMs,
  untilMs: until === undefined ? undefined : noonMs + until * hourMs,
  end: end as "still" | "moved",
}));

test("lease show tells all that is known, also why a machine has not its name, and what it had before", async (t) => {
  const lease = { ...views[1]!, expiresAtMs: noonMs + 11 * hourMs, hostName: "box" };
  const rig = new Rig(t, new FakeControl(lease));
  rig.control.past = past;
  const { code, out } = await rig.run("lease show", { arguments: { who: ".13" } }, leaseShow);
  assert.equal(code, ExitCode.ok);
  assert.deepEqual(out.trimEnd().split("\n"), [
    "192.168.9.13: bound, reserved",
    "  not the name that it wants  laptop.lan.example is the name of 52:54:00:00:00:12",
    "  calls itself                box",
    "  hardware address            52:54:00:00:00:13",
    "  client identifier           01:52:54:00:00:00:13",
    "  network                     192.168.9.0/24",
    "  reserved as                 52:54:00:00:00:13",
    "  since                       2026-11-23 12:00, 1 d ago",
    "  asked last                  2026-11-24 11:00, 1 h ago",
    "  ends                        2026-11-24 23:00, in 11 h",
    "  plugged in at               port 7 (circuit), switch-1 (remote)",
    "  vendor class                MSFT 5.0",
    "",
    "before:",
    "ADDRESS       NAME   MACHINE            FROM              UNTIL             END",
    "192.168.9.77  (box)  52:54:00:00:00:13  2026-11-23 06:00  2026-11-24 10:00  moved",
  ]);
  assert.deepEqual(rig.control.asked, [{ machine: "52:54:00:00:00:13", limit: 7 }]);
});

for (const [state, want] of [
  ["bound", "ends "],
  ["expired", "ended "],
  ["declined", "nobody gets it until "],
] as const)
  test(`lease show says of a lease that is ${state}: ${want.trim()}`, async (t) => {
    const rig = new Rig(t, new FakeControl(leaseView({ address: "192.168.9.12", state })));
    const { out } = await rig.run("lease show", { arguments: { who: ".12" } }, leaseShow);
    const line = out.split("\n").find((one) => one.includes("2026-11-24 23:00"));
    assert.ok(line?.trimStart().startsWith(want), out);
  });

test("lease show of whom nobody knows now tells who it was, and ends with 5", async (t) => {
  const rig = new Rig(t);
  rig.control.past = past.slice(1);
  const { code, out, error } = await rig.run("lease show", { arguments: { who: "box" } }, leaseShow);
  assert.deepEqual([code, error], [ExitCode.notFound, "no lease of box is known now\n"]);
  assert.match(out, /^before:\nADDRESS.*\n192\.168\.9\.77/);
});

for (const [why, state, outcome, want] of [
  [
    "a machine's",
    "bound",
    "held",
    "192.168.9.12 is released: 52:54:00:00:00:12 may still use it until 2026-11-24 23:00, for 11 h, so others get it last\n",
  ],
  ["one in quarantine", "declined", "freed", "192.168.9.12 is out of quarantine and free\n"],
  ["one that is kept for a machine", "expired", "freed", "192.168.9.12 is free\n"],
] as const)
  test(`lease release of ${why} says what that means`, async (t) => {
    const rig = new Rig(t, new FakeControl(leaseView({ address: "192.168.9.12", state })));
    rig.control.outcome = outcome;
    const { code, out } = await rig.run("lease release", { arguments: { address: "12" } }, leaseRelease);
    assert.deepEqual([code, out, rig.control.asked], [ExitCode.ok, want, ["192.168.9.12"]]);
  });

test("lease history of an address and of a machine asks for what is meant", async (t) => {
  const rig = new Rig(t, new FakeControl(...views));
  rig.control.past = past;
  const address = await rig.run(
    "lease history",
    { arguments: { who: ".13" }, options: { at: "2h ago" } },
    leaseHistory,
  );
  assert.deepEqual(address.out.trimEnd().split("\n"), [
    "ADDRESS       NAME   MACHINE            FROM              UNTIL             END",
    "192.168.9.13  (box)  52:54:00:00:00:13  2026-11-24 10:00  -                 has it still",
    "192.168.9.77  (box)  52:54:00:00:00:13  2026-11-23 06:00  2026-11-24 10:00  moved",
  ]);
  await rig.run("lease history", { arguments: { who: "box" }, options: { limit: "1" } }, leaseHistory);
  assert.deepEqual(rig.control.asked, [
    { address: "192.168.9.13", atMs: noonMs - 2 * hourMs, limit: 101 },
    { machine: "box", limit: 2 },
  ]);
});

test("lease history of a day has all who had it on that day", async (t) => {
  const rig = new Rig(t, new FakeControl(...views));
  rig.control.past = past;
  const given = { arguments: { who: ".13" }, options: { at: "yesterday" }, json: true };
  const { out } = await rig.run("lease history", given, leaseHistory);
  const { leases, when } = JSON.parse(out) as { leases: { address: string }[]; when: unknown };
  assert.deepEqual(when, { from: "2026-11-23T00:00:00.000Z", to: "2026-11-24T00:00:00.000Z" });
  assert.deepEqual(
    leases.map(({ address }) => address),
    ["192.168.9.77"],
  );
});

for (const [why, given, code, want] of [
  [
    "nobody had it",
    { arguments: { who: ".13" }, options: { at: "last tuesday" } },
    ExitCode.notFound,
    "nobody had 192.168.9.13 on Tuesday 2026-11-17\n",
  ],
  ["nobody knows the machine", { arguments: { who: "x" } }, ExitCode.notFound, "no lease of x is known\n"],
  [
    "the time is none",
    { options: { at: "soon" } },
    ExitCode.usage,
    /^"soon" is no time; write one such as "2026-11-17 14:00"/,
  ],
  [
    "the time is to come",
    { options: { at: "2027-01-01" } },
    ExitCode.usage,
    /^on Friday 2027-01-01 is yet to come/,
  ],
  ["the limit is none", { options: { limit: "0" } }, ExitCode.usage, /is no number of leases/],
] as const)
  test(`lease history says so when ${why}`, async (t) => {
    const rig = new Rig(t, new FakeControl(...views));
    const ran = await rig.run("lease history", given, leaseHistory);
    assert.equal(ran.code, code);
    if (typeof want === "string") assert.equal(ran.error, want);
    else assert.match(ran.error, want);
  });

const diff = [
  "…",
  "       interface: eth1",
  '       pools: ["192.168.9.100-192.168.9.199"] # visitors',
  "+  hosts:",
  "+    - name: printer",
  '+      macs: ["52:54:00:00:00:12"]',
  "+      address: 192.168.9.12",
];
const reserve = { arguments: { who: "laptop" }, options: { name: "printer" } };

test("lease reserve shows the difference, asks, and writes it", async (t) => {
  const rig = new Rig(t, new FakeControl(...views));
  const { code, out } = await rig.run("lease reserve", { ...reserve, answer: "y" });
  assert.equal(code, ExitCode.ok);
  const done = `reserved: 192.168.9.12, printer (dhcp.hosts[0] in ${rig.siteFile})`;
  assert.deepEqual(out.trimEnd().split("\n"), [...diff, done]);
  assert.deepEqual(rig.questions, [`Write this to ${rig.siteFile}? [y/N]`]);
  assert.match(rig.siteText(), /# visitors\n {2}hosts:\n {4}- name: printer\n/);
});

for (const [why, given] of [
  ["the answer is no", { ...reserve, answer: "n" }],
  ["it is a dry run", { ...reserve, options: { ...reserve.options, "dry-run": true } }],
] as const)
  test(`lease reserve changes nothing when ${why}`, async (t) => {
    const rig = new Rig(t, new FakeControl(...views));
    const { code, out } = await rig.run("lease reserve", given);
    assert.deepEqual([code, out.split("\n").slice(0, diff.length)], [ExitCode.ok, diff]);
    assert.equal(rig.siteText(), site);
  });

test("lease reserve --yes does not ask, and a second time has nothing to do", async (t) => {
  const rig = new Rig(t, new FakeControl(...views));
  const given = { ...reserve, options: { ...reserve.options, yes: true }, answer: "n" };
  await rig.run("lease reserve", given);
  const { out } = await rig.run("lease reserve", given);
  assert.equal(out, `${rig.siteFile} says so already (dhcp.hosts[0])\n`);
  assert.deepEqual(rig.questions, []);
});

test("lease reserve --remove takes it back", async (t) => {
  const rig = new Rig(t, new FakeControl(...views));
  await rig.run("lease reserve", reserve);
  const { out } = await rig.run("lease reserve", {
    arguments: { who: "printer" },
    options: { remove: true },
  });
  assert.match(out, /\n- {4}- name: printer\n[\s\S]*\nthe reservation is out of .*site\.yaml\n$/);
  assert.equal(rig.siteText(), site);
  const both = await rig.run("lease reserve", { ...reserve, options: { ...reserve.options, remove: true } });
  assert.equal(both.code, ExitCode.usage);
});

test("lease reserve says what follows from another address", async (t) => {
  const rig = new Rig(t, new FakeControl(...views));
  const { error } = await rig.run("lease reserve", {
    arguments: { who: "laptop" },
    options: { address: ".14" },
  });
  assert.deepEqual(error.trimEnd().split("\n"), [
    "note: 192.168.9.14 is in quarantine, because somebody else was found at it",
    "note: it has 192.168.9.12 now, and gets 192.168.9.14 when it asks next",
  ]);
});

test("lease reserve of what the program does not take says why, and that the file is as it was", async (t) => {
  const rig = new Rig(t, new FakeControl(...views));
  rig.reload = () =>
    Promise.reject(new ConfigError("HP_RELOAD", [{ severity: "error", what: "it is wrong" }]));
  await assert.rejects(rig.run("lease reserve", reserve), (error) => {
    assert.ok(error instanceof ApiError);
    assert.deepEqual([error.status, error.message], [422, "it is wrong\nso that the site file is as it was"]);
    return true;
  });
  assert.equal(rig.siteText(), site);
});

test("dhcp probe shows who answers, and ends with 3 when that is somebody else", async (t) => {
  const rig = new Rig(t);
  const { code, out } = await rig.run("dhcp probe", { arguments: { interface: "eth1" } });
  assert.equal(code, ExitCode.problems);
  assert.deepEqual(rig.control.asked, ["eth1"]);
  assert.deepEqual(out.split("\n").slice(0, 2), [
    "INTERFACE  SERVER       MACHINE            OFFERS  GATEWAY      DNS          WHO",
    "eth1       192.168.9.1  52:54:00:00:00:01  -       192.168.9.1  192.168.9.1  another server",
  ]);
  assert.match(out, /stop the other one/);
});

test("dhcp pools shows how full they are", async (t) => {
  const { out } = await new Rig(t).run("dhcp pools");
  assert.deepEqual(out.trimEnd().split("\n"), [
    "SUBNET          POOL                        SIZE  USED  FREE  DECLINED  FULL",
    "192.168.9.0/24  192.168.9.10-192.168.9.109   100    91     8         1  91 %",
  ]);
});

test("a site without DHCP is told apart from one without leases", async (t) => {
  const rig = new Rig(t);
  rig.control.leases = () => {
    throw new RouteError(404, "HP_NO_ROUTE", "there is no GET /api/dhcp/leases");
  };
  await assert.rejects(rig.run("lease list"), /the running site has no DHCP; add a section dhcp/);
});

test("every command with --json prints one document", async (t) => {
  for (const [words, given] of [
    ["lease list", {}],
    ["lease show", { arguments: { who: "laptop" } }],
    ["lease release", { arguments: { address: ".12" } }],
    ["lease reserve", reserve],
    ["lease history", {}],
    ["dhcp probe", {}],
    ["dhcp pools", {}],
  ] as const) {
    const rig = new Rig(t, new FakeControl(...views));
    const { out, error } = await rig.run(words, { ...given, json: true });
    assert.equal(typeof JSON.parse(out), "object", words);
    assert.equal(error, "", words);
  }
});
