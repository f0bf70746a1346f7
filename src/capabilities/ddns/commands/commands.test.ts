import assert from "node:assert/strict";
import test from "node:test";
import { type CommandCall, ExitCode } from "#contracts/command.ts";
import { type GivenCall, type Ran, runCommand } from "#contracts/run-command.testing.ts";
import type { Now } from "#platform/terminal/moment.ts";
import { ddnsCommands } from "../commands.ts";
import type { FamilyView, RecordView } from "../control.ts";
import {
  FakeControl,
  hourMs,
  ipv4View,
  ipv6View,
  lookView,
  noonMs,
  pastView,
  providerView,
  recordView,
} from "../routes/fake-control.testing.ts";
import { ddnsRoutes } from "../routes.ts";
import { ddnsHistory } from "./ddns-history.ts";
import { ddnsRetry, ddnsUpdate } from "./ddns-send.ts";
import { ddnsStatus } from "./ddns-status.ts";

const now: Now = { nowMs: noonMs, timeZone: "UTC" };

/** At noon, where the command has a say in what time it is. */
const timed: Readonly<Record<string, (call: CommandCall, now: Now) => Promise<ExitCode>>> = {
  status: ddnsStatus,
  history: ddnsHistory,
  update: ddnsUpdate,
  retry: ddnsRetry,
};

function run(control: FakeControl, word: string, given: GivenCall = {}): Promise<Ran> {
  const command = ddnsCommands.find(({ words }) => words.join(" ") === `ddns ${word}`)!;
  const routes = ddnsRoutes(() => control);
  return runCommand((call) => timed[word]?.(call, now) ?? command.run(call), routes, given);
}

const lines = (text: string): string[] => text.trimEnd().split("\n");

function failing(sentence: string, given: Partial<RecordView>): Partial<RecordView> {
  return { failures: 1, error: { code: "x", sentence, atMs: noonMs }, current: undefined, ...given };
}

const never = { current: undefined, changedAtMs: undefined } as const;
const records = [
  recordView("home.example.net", { confirmation: { outcome: "yes", sentence: undefined, atMs: noonMs } }),
  recordView("home.example.net", {
    type: "AAAA",
    provider: "zones",
    current: "2001:db8::1",
    wanted: "2001:db8::1",
  }),
  recordView("www.example.net", { state: "pending", wanted: "198.51.100.2" }),
  recordView("nas.example.net", {
    ...failing("it has trouble", { state: "failed", nextTryMs: noonMs + 660_000 }),
    changedAtMs: undefined,
  }),
  recordView("tv.example.net", { ...failing("no such name", { state: "stopped" }), changedAtMs: undefined }),
  recordView("new.example.net", { ...never, state: "waiting", wanted: undefined }),
  recordView("odd.example.net", {
    state: "unconfirmed",
    confirmation: { outcome: "no", sentence: "none of its servers has it", atMs: noonMs },
  }),
  recordView("dark.example.net", {
    confirmation: { outcome: "could-not-confirm", sentence: "no server answers", atMs: noonMs },
  }),
];

test("status shows addresses, records with the one thing to know, and what somebody should do", async () => {
  const { code, out, error } = await run(new FakeControl(...records), "status");
  assert.deepEqual(lines(out), [
    "IPv4: 198.51.100.1 for 5 h, seen 1 min ago",
    "",
    "NAME              TYPE  PROVIDER  STATE        ADDRESS       CHANGED  NOTE",
    "home.example.net  A     friend    current      198.51.100.1  5 h ago  confirmed",
    "home.example.net  AAAA  zones     current      2001:db8::1   5 h ago",
    "www.example.net   A     friend    pending      198.51.100.1  5 h ago  to be 198.51.100.2",
    "nas.example.net   A     friend    failed       -             -        again in 11 min",
    "tv.example.net    A     friend    stopped      -             -",
    "new.example.net   A     friend    waiting      -             -        its address is not known yet",
    "odd.example.net   A     friend    unconfirmed  198.51.100.1  5 h ago",
    "dark.example.net  A     friend    current      198.51.100.1  5 h ago  could not confirm: no server answers",
    "",
    "1 stopped: correct what is wrong, then: homeport ddns retry",
    "  tv.example.net: no such name",
    "1 failed, and tried again; at once: homeport ddns retry",
    "  nas.example.net: it has trouble",
    "1 not confirmed; ask the provider, or its name servers with dig",
    "  odd.example.net: none of its servers has it",
  ]);
  assert.deepEqual([code, error], [ExitCode.problems, ""]);
});

test("status at a narrow screen cuts notes and nothing else", async () => {
  const { out } = await run(new FakeControl(...records), "status", { columns: 72 });
  const cut = lines(out).find((line) => line.startsWith("dark"));
  assert.equal(cut, "dark.example.net  A     friend    current      198.51.100.1  5 h ago  c…");
  assert.match(out, /^1 stopped: correct what is wrong, then: homeport ddns retry$/m);
});

const blind = lookView({ outcome: "could-not-tell", address: undefined, sentence: "nobody answers" });
const watchedV6: FamilyView = { ...ipv6View, isWatched: true };
for (const [why, families, want] of [
  ["nobody looks for one", [ipv6View], "no address is looked for; see ddns.address of the site file"],
  ["it was not looked for yet", [watchedV6], "IPv6: not known, being looked for"],
  [
    "it was looked for in vain",
    [{ ...watchedV6, lastLook: blind, nextLookMs: noonMs + 30_000 }],
    "IPv6: not known; could not tell: nobody answers; the next look is in 30 s",
  ],
  [
    "it cannot be told now",
    [{ ...ipv4View, lastLook: blind }],
    "IPv4: 198.51.100.1 for 5 h, seen 1 min ago; could not tell: nobody answers; the next look is in 4 min",
  ],
  [
    "it is imported, and has a prefix",
    [
      {
        ...watchedV6,
        address: "2001:db8::1",
        prefix: "2001:db8::/64",
        lastSeenMs: noonMs,
        nextLookMs: noonMs,
      },
    ],
    "IPv6: 2001:db8::1, prefix 2001:db8::/64, seen 0 s ago",
  ],
] as const)
  test(`status in one line of an address: ${why}`, async () => {
    const control = new FakeControl(recordView("a.example.net"));
    control.familyViews = families;
    const { code, out } = await run(control, "status");
    assert.deepEqual([lines(out)[0], code], [want, ExitCode.ok]);
  });

test("status says first which providers take nothing any more", async () => {
  const control = new FakeControl(recordView("a.example.net"));
  control.providerViews = [providerView(), providerView({ name: "old", stopped: "the password is wrong" })];
  const { out } = await run(control, "status");
  assert.equal(lines(out)[1], "provider old is stopped: the password is wrong");
});

test("status names records of one reason together, and no more reasons than fit", async () => {
  const same = ["a", "b", "c", "d", "e"].map((name) =>
    recordView(name, failing("no such name", { state: "stopped" })),
  );
  const own = Array.from({ length: 12 }, (_, index) =>
    recordView(`n${index}`, failing(`it says ${index}`, { state: "failed" })),
  );
  const { out } = await run(new FakeControl(...same, ...own), "status");
  const below = lines(out).slice(lines(out).lastIndexOf("") + 1);
  assert.deepEqual(below.slice(0, 4), [
    "5 stopped: correct what is wrong, then: homeport ddns retry",
    "  a, b, c and 2 more: no such name",
    "12 failed, and tried again; at once: homeport ddns retry",
    "  n0: it says 0",
  ]);
  assert.deepEqual(below.slice(-2), ["  n9: it says 9", "  and 2 other reasons; --json has them all"]);
});

test("status of a record whose provider cannot be opened says so", async () => {
  const view = recordView("a.example.net", { state: "stopped", current: undefined, wanted: undefined });
  const { out } = await run(new FakeControl(view), "status");
  assert.equal(lines(out).at(-1), "  a.example.net: its provider cannot be used");
});

test("status of a site without records says where they go", async () => {
  const { code, out } = await run(new FakeControl(), "status");
  const want = "no records follow the address; add some to ddns.records of the site file";
  assert.deepEqual([lines(out).at(-1), code], [want, ExitCode.ok]);
});

for (const [why, options, names, code] of [
  ["a part of the name", { name: "home" }, ["home.example.net", "home.example.net"], ExitCode.ok],
  ["a state", { state: "stopped" }, ["tv.example.net"], ExitCode.problems],
  ["a provider", { provider: "zones" }, ["home.example.net"], ExitCode.ok],
  ["what no record has", { name: "nobody" }, [], ExitCode.notFound],
] as const)
  test(`status shows only records with ${why}`, async () => {
    const ran = await run(new FakeControl(...records), "status", { options, json: true });
    const document = JSON.parse(ran.out) as { records: { name: string }[] };
    assert.deepEqual([document.records.map(({ name }) => name), ran.code], [names, code]);
    const { error } = await run(new FakeControl(...records), "status", { options });
    assert.equal(error !== "", names.length === 0);
  });

test("status asks for every page", async () => {
  const many = Array.from({ length: 2_500 }, (_, index) => recordView(`n${index}.example.net`));
  const { out } = await run(new FakeControl(...many), "status");
  assert.equal(lines(out).filter((line) => line.startsWith("n")).length, 2_500);
});

for (const [state, code] of [
  ["current", ExitCode.ok],
  ["pending", ExitCode.ok],
  ["waiting", ExitCode.ok],
  ["failed", ExitCode.problems],
  ["stopped", ExitCode.problems],
  ["unconfirmed", ExitCode.problems],
] as const)
  test(`status ends with ${code} when a record is ${state}`, async () => {
    const control = new FakeControl(recordView("a.example.net", { state }));
    assert.equal((await run(control, "status")).code, code);
    assert.equal((await run(control, "status", { json: true })).code, code);
  });

function siteWithPast(): FakeControl {
  const control = new FakeControl();
  control.past = [
    pastView("198.51.100.1", -5, undefined),
    { ...pastView("2001:db8::1", -30, -5), seenBy: ["stun.example"] },
    { ...pastView("198.51.100.9", undefined, undefined), isPresent: false, lastSeenMs: undefined },
  ];
  return control;
}

test("history shows from when to when, for how long, and who saw it", async () => {
  const { code, out } = await run(siteWithPast(), "history");
  assert.deepEqual(lines(out), [
    "FAMILY  ADDRESS       FROM              UNTIL             FOR  SEEN BY",
    "IPv4    198.51.100.1  2026-11-24 07:00  now               5 h  ipify, amazon",
    "IPv6    2001:db8::1   2026-11-23 06:00  2026-11-24 07:00  1 d  stun.example",
    "IPv4    198.51.100.9  unknown           unknown             -  ipify, amazon",
  ]);
  assert.equal(code, ExitCode.ok);
});

test("history as CSV has moments with their zone, and says nothing of what is not known", async () => {
  const { out } = await run(siteWithPast(), "history", { options: { csv: true } });
  assert.deepEqual(out.trimEnd().split("\r\n"), [
    "family,address,from,until,lastSeen,seenBy",
    "ipv4,198.51.100.1,2026-11-24T07:00:00.000Z,,2026-11-24T12:00:00.000Z,ipify amazon",
    "ipv6,2001:db8::1,2026-11-23T06:00:00.000Z,2026-11-24T07:00:00.000Z,2026-11-24T07:00:00.000Z,stun.example",
    "ipv4,198.51.100.9,,,,ipify amazon",
  ]);
});

test("history says that there is more", async () => {
  const { out, error } = await run(siteWithPast(), "history", { options: { limit: "1" } });
  assert.equal(lines(out).length, 2);
  assert.equal(error, "and older ones; --limit shows more\n");
});

for (const [at, asked, found] of [
  ["2h", [{ atMs: noonMs - 2 * hourMs }], ExitCode.ok],
  ["2026-11-24", [{}], ExitCode.ok],
  ["2020-01-01", [{}], ExitCode.notFound],
] as const)
  test(`history --at ${at} asks for a moment, or for a day`, async () => {
    const control = siteWithPast();
    control.past = control.past.slice(0, 1);
    const { code, error } = await run(control, "history", { options: { at, family: "ipv4" } });
    assert.deepEqual(control.asked, [{ family: "ipv4", ...asked[0] }]);
    assert.equal(code, found);
    if (found === ExitCode.notFound) assert.match(error, /^no public address is known on .*2020-01-01\n$/);
  });

for (const [option, value, sentence] of [
  ["limit", "0", /^"0" is no number of addresses; write one from 1 to 1000\n$/],
  ["limit", "many", /^"many" is no number/],
  ["at", "some\u001b[2Jday", /^"some\?\[2Jday" is no time; write one such as /],
] as const)
  test(`history refuses --${option} ${JSON.stringify(value)} before it asks`, async () => {
    const control = siteWithPast();
    const { code, error } = await run(control, "history", { options: { [option]: value } });
    assert.match(error, sentence);
    assert.deepEqual([code, control.asked], [ExitCode.usage, []]);
  });

test("history of a site that has none yet ends with 5", async () => {
  const { code, out, error } = await run(new FakeControl(), "history");
  assert.deepEqual([code, out, error], [ExitCode.notFound, "", "no public address is known\n"]);
});

const witnesses = [
  { title: "ipify", address: "198.51.100.2", why: undefined },
  { title: "amazon", address: undefined, why: "answers with a page" },
];
for (const [why, look, first, code] of [
  ["the same", lookView({ witnesses }), "IPv4: 198.51.100.1, as before", ExitCode.ok],
  [
    "another",
    lookView({ witnesses, outcome: "changed", address: "198.51.100.2" }),
    "IPv4: 198.51.100.2, which is new",
    ExitCode.ok,
  ],
  ["none", { ...blind, witnesses }, "IPv4: could not tell: nobody answers", ExitCode.problems],
] as const)
  test(`check tells what each said, and what came of it: ${why}`, async () => {
    const control = new FakeControl();
    control.looks = [look];
    const { code: ended, out, error } = await run(control, "check");
    assert.deepEqual(lines(out), [first, "  ipify   198.51.100.2", "  amazon  answers with a page"]);
    assert.deepEqual([ended, error, control.asked], [code, "", ["check"]]);
  });

test("check asks a person for patience, and a program not", async () => {
  const { error } = await run(new FakeControl(), "check", { columns: 80 });
  assert.match(error, /^asking; this takes up to 10 seconds/);
  assert.equal((await run(new FakeControl(), "check", { columns: 80, json: true })).error, "");
});

test("check of a site that looks for nothing says so and ends with 3", async () => {
  const control = new FakeControl();
  control.looks = [];
  const { code, error } = await run(control, "check");
  assert.deepEqual([code, error], [ExitCode.problems, "neither family is watched; see ddns.address\n"]);
});

test("update sends a name that needs quoting, and shows its records", async () => {
  const control = new FakeControl(recordView("*.example.net"));
  const { code, out } = await run(control, "update", { arguments: { name: "*.example.net" } });
  assert.deepEqual(lines(out), [
    "NAME           TYPE  PROVIDER  STATE    ADDRESS       CHANGED  NOTE",
    "*.example.net  A     friend    current  198.51.100.1  5 h ago",
  ]);
  assert.deepEqual([code, control.asked], [ExitCode.ok, [["update", "*.example.net"]]]);
});

test("update and retry end with 3 when a record is not as wanted then", async () => {
  for (const word of ["update", "retry"]) {
    const given = { arguments: { name: "tv.example.net" } };
    assert.equal((await run(new FakeControl(...records), word, given)).code, ExitCode.problems, word);
  }
});

test("update and retry of a name that there is not tell so", async () => {
  for (const word of ["update", "retry"])
    await assert.rejects(run(new FakeControl(), word, { arguments: { name: "a.example.net" } }), {
      status: 404,
      code: "HP_DDNS_NAME",
    });
});

test("retry without a name tries all that failed, and says when there is nothing", async () => {
  const control = new FakeControl(...records);
  const { out } = await run(control, "retry");
  assert.deepEqual(
    lines(out)
      .slice(1, 3)
      .map((line) => line.split(" ")[0]),
    ["nas.example.net", "tv.example.net"],
  );
  assert.deepEqual(control.asked, [["retry", undefined]]);
  const quiet = await run(new FakeControl(records[0]!), "retry");
  assert.deepEqual(
    [quiet.code, quiet.out],
    [ExitCode.ok, "nothing was refused, and nothing waits to be tried again\n"],
  );
});

test("what services and providers say moves no cursor and hides nothing", async () => {
  const evil = "=1+1\u001b[2J\u202e";
  const control = new FakeControl(recordView("a.example.net", failing(evil, { state: "stopped" })));
  control.familyViews = [{ ...ipv4View, lastLook: lookView({ ...blind, sentence: evil }) }];
  control.providerViews = [providerView({ stopped: evil })];
  control.looks = [lookView({ witnesses: [{ title: evil, address: undefined, why: evil }] })];
  control.past = [{ ...pastView("198.51.100.1", -5, undefined), seenBy: [evil] }];
  for (const word of ["status", "check", "history", "retry"])
    for (const json of [true, false]) {
      const { out } = await run(control, word, { json });
      assert.ok(!out.includes("\u001b") && !out.includes("\u202e"), word);
      assert.match(out, json ? /=1\+1\\u001b\[2J\\u202e/ : /=1\+1\?\[2J\?/, word);
    }
  const { out } = await run(control, "history", { options: { csv: true } });
  assert.match(out, /,'=1\+1\?\[2J\?\r\n$/, "a spreadsheet computes nothing");
});

test("a site without the section is told apart from one without records", async () => {
  for (const word of ["status", "history", "check", "update", "retry"]) {
    const command = ddnsCommands.find(({ words }) => words.join(" ") === `ddns ${word}`)!;
    const running = runCommand((call) => command.run(call), [], { arguments: { name: "a.example.net" } });
    await assert.rejects(
      running,
      { status: 503, code: "HP_DDNS_ABSENT", message: /add a section ddns/ },
      word,
    );
  }
});

test("every command with --json prints one document and nothing else", async () => {
  for (const word of ["status", "history", "check", "update", "retry"]) {
    const control = new FakeControl(...records);
    control.past = siteWithPast().past;
    const { out, error } = await run(control, word, { json: true, arguments: { name: "home.example.net" } });
    assert.equal(typeof JSON.parse(out), "object", word);
    assert.equal(error, "", word);
  }
});

test("a shell finds the names that commands take in what status prints as JSON", async () => {
  const document = JSON.parse(
    (await run(new FakeControl(...records), "status", { json: true })).out,
  ) as object;
  const completions = ddnsCommands.flatMap(({ arguments: words = [], options = [] }) =>
    [...words, ...options].flatMap(({ complete }) =>
      typeof complete === "object" && "command" in complete && complete.command === "ddns status"
        ? [complete.list]
        : [],
    ),
  );
  assert.deepEqual([...new Set(completions)].sort(), ["providers", "records"]);
  for (const list of completions) assert.ok(Array.isArray((document as Record<string, unknown>)[list]), list);
});
