import assert from "node:assert/strict";
import test from "node:test";
import { askRoute } from "#contracts/ask-route.testing.ts";
import { RouteError } from "#contracts/route.ts";
import {
  FakeControl,
  hourMs,
  ipv6View,
  lookView,
  noonMs,
  pastView,
  providerView,
  recordView,
} from "./routes/fake-control.testing.ts";
import { routeLimits } from "./routes/limits.ts";
import { ddnsRoutes } from "./routes.ts";

function ask(control: FakeControl, method: string, path: string, body?: unknown) {
  return askRoute(
    ddnsRoutes(() => control),
    method,
    `/api/ddns/${path}`,
    body,
  );
}

const error = { code: "nohost", sentence: "the account has no such name", atMs: noonMs };
const records = [
  recordView("home.example.net"),
  recordView("home.example.net", { type: "AAAA", current: "2001:db8::1", wanted: "2001:db8::1" }),
  recordView("*.example.net", { provider: "zones" }),
  recordView("nas.example.net", { state: "stopped", failures: 1, error, current: undefined }),
];
const idsIn = (answer: Record<string, unknown>): string[] =>
  (answer["records"] as { id: string }[]).map(({ id }) => id);

test("GET status has addresses, accounts, and each state with its number, also where there is none", async () => {
  const control = new FakeControl(...records);
  control.providerViews = [providerView(), providerView({ name: "old", stopped: "the password is wrong" })];
  const { families, providers, counts } = await ask(control, "GET", "status");
  assert.deepEqual((families as unknown[])[0], {
    family: "ipv4",
    isWatched: true,
    address: "198.51.100.1",
    since: "2026-11-24T07:00:00.000Z",
    lastSeen: "2026-11-24T11:59:00.000Z",
    prefix: null,
    lastLook: {
      at: "2026-11-24T11:59:00.000Z",
      family: "ipv4",
      outcome: "same",
      address: "198.51.100.1",
      sentence: null,
      witnesses: [{ title: "ipify", address: "198.51.100.1", why: null }],
    },
    nextLook: "2026-11-24T12:04:00.000Z",
  });
  assert.deepEqual((families as unknown[])[1], {
    family: "ipv6",
    isWatched: false,
    address: null,
    since: null,
    lastSeen: null,
    prefix: null,
    lastLook: null,
    nextLook: null,
  });
  assert.deepEqual(
    (providers as { stopped: string | null }[]).map(({ stopped }) => stopped),
    [null, "the password is wrong"],
  );
  assert.deepEqual(counts, { current: 3, pending: 0, failed: 0, stopped: 1, waiting: 0, unconfirmed: 0 });
});

test("GET records has times as dates and null for what is not known", async () => {
  const answer = await ask(new FakeControl(records[3]!), "GET", "records");
  assert.deepEqual(answer, {
    records: [
      {
        id: "nas.example.net/A/friend",
        name: "nas.example.net",
        type: "A",
        provider: "friend",
        state: "stopped",
        current: null,
        wanted: "198.51.100.1",
        changedAt: "2026-11-24T07:00:00.000Z",
        checkedAt: "2026-11-24T07:00:00.000Z",
        nextTry: null,
        failures: 1,
        error: { code: "nohost", sentence: "the account has no such name", at: "2026-11-24T12:00:00.000Z" },
        confirmation: { outcome: "not-asked", sentence: null, at: null },
      },
    ],
    next: null,
  });
});

const [a, aaaa, wildcard, nas] = records.map(({ id }) => id);
for (const [why, query, want] of [
  ["all of them, in the order of the site file", "", [a, aaaa, wildcard, nas]],
  ["by a part of the name, in any case", "?name=HOME.", [a, aaaa]],
  ["by an asterisk, which is one", "?name=*", [wildcard]],
  ["by state", "?state=stopped", [nas]],
  ["by provider", "?provider=zones", [wildcard]],
  ["by all three", "?provider=friend&state=current&name=home", [a, aaaa]],
  ["of a provider that is not there", "?provider=nobody", []],
  ["behind one of them", `?after=${aaaa}`, [wildcard, nas]],
  ["a page that they just fill", "?limit=4", [a, aaaa, wildcard, nas]],
] as const)
  test(`GET records: ${why}`, async () => {
    const answer = await ask(new FakeControl(...records), "GET", `records${query}`);
    assert.deepEqual([idsIn(answer), answer["next"]], [want, null]);
  });

test("GET records page by page has each record once", async () => {
  const seen: string[] = [];
  for (let next: unknown = ""; next !== null; ) {
    const after = next === "" ? "" : `&after=${encodeURIComponent(String(next))}`;
    const answer = await ask(new FakeControl(...records), "GET", `records?limit=3${after}`);
    assert.ok(idsIn(answer).length <= 3);
    seen.push(...idsIn(answer));
    next = answer["next"];
  }
  assert.deepEqual(seen, [a, aaaa, wildcard, nas]);
});

test("GET records has no more than 1,000 on a page, whatever is asked for", async () => {
  const many = Array.from({ length: 1_001 }, (_, index) => recordView(`n${index}.example.net`));
  const answer = await ask(new FakeControl(...many), "GET", "records?limit=99999");
  assert.deepEqual([idsIn(answer).length, answer["next"]], [1_000, "n999.example.net/A/friend"]);
});

for (const [why, method, path, body, status, code, sentence] of [
  ["a page begins nowhere", "GET", "records?after=x", undefined, 400, "HP_DDNS_PAGE", /begin anew/],
  [
    "a moment and a span are asked for",
    "GET",
    "history?at=2026-11-24T12:00:00Z&to=2026-11-24T12:00:00Z",
    undefined,
    400,
    "HP_DDNS_HISTORY_TIME",
    /either for a moment/,
  ],
  [
    "no record has the name that is to be sent",
    "POST",
    "records/nobody.example.net/update",
    undefined,
    404,
    "HP_DDNS_NAME",
    /by the name nobody\.example\.net; homeport ddns status lists them/,
  ],
  [
    "no record has the name that is to be tried",
    "POST",
    "retry",
    { name: "nobody.example.net" },
    404,
    "HP_DDNS_NAME",
    /nobody\.example\.net/,
  ],
] as const)
  test(`a refusal has its code and says what to do: ${why}`, async () => {
    await assert.rejects(ask(new FakeControl(...records), method, path, body), (thrown) => {
      assert.ok(thrown instanceof RouteError);
      assert.deepEqual([thrown.status, thrown.code], [status, code]);
      assert.match(thrown.message, sentence);
      return true;
    });
  });

for (const [why, method, path, body] of [
  ["a state that there is not", "GET", "records?state=happy", undefined],
  ["a page of no records", "GET", "records?limit=0", undefined],
  ["a family that there is not", "GET", "history?family=ipx", undefined],
  ["a moment without its time zone", "GET", "history?at=2026-11-24T12:00:00", undefined],
  ["an import of nothing", "POST", "history/import", { addresses: [], from: "editdns" }],
  ["an import from nobody", "POST", "history/import", imported("192.0.2.1", "")],
  ["an import of a name", "POST", "history/import", imported("home.example.net")],
  ["an import of the other family", "POST", "history/import", imported("2001:db8::1")],
  ["a field that nobody knows", "POST", "retry", { nmae: "home.example.net" }],
] as const)
  test(`what is asked is looked at: ${why}`, async () => {
    const control = new FakeControl(...records);
    await assert.rejects(ask(control, method, path, body), { name: "ZodError" });
    assert.deepEqual(control.asked, []);
  });

function imported(address: string, from = "editdns") {
  return { addresses: [{ family: "ipv4", address, fromMs: 0 }], from };
}

test("POST import takes addresses with and without times, and says how many were new", async () => {
  const control = new FakeControl();
  const addresses = [
    { family: "ipv4", address: "192.0.2.1", fromMs: noonMs, untilMs: noonMs + hourMs },
    { family: "ipv6", address: "2001:db8::1" },
  ];
  assert.deepEqual(await ask(control, "POST", "history/import", { addresses, from: "ddclient" }), {
    taken: 1,
  });
  assert.deepEqual(control.asked, [[addresses, "ddclient"]]);
  const many = Array.from({ length: routeLimits.importedAddressesMax + 1 }, () => addresses[1]);
  await assert.rejects(ask(control, "POST", "history/import", { addresses: many, from: "x" }), /too_big/);
});

test("GET history passes on what is asked for", async () => {
  const control = new FakeControl();
  await ask(control, "GET", "history");
  await ask(control, "GET", "history?family=ipv6&at=2026-11-24T13:00:00%2B01:00");
  assert.deepEqual(control.asked, [{}, { family: "ipv6", atMs: noonMs }]);
});

const [now, before, older, unknown] = [
  pastView("198.51.100.1", -1, undefined),
  pastView("198.51.100.2", -3, -1),
  pastView("198.51.100.3", -5, -3),
  pastView("198.51.100.4", undefined, -5),
];
for (const [why, query, want, more] of [
  ["all", "", [now, before, older, unknown], false],
  [
    "what was at any time of a span",
    "from=2026-11-24T08:00:00Z&to=2026-11-24T11:00:00Z",
    [before, older],
    false,
  ],
  ["all after a moment", "from=2026-11-24T11:00:00Z", [now], false],
  [
    "all before a moment, what nobody knows the beginning of too",
    "to=2026-11-24T07:00:01Z",
    [older, unknown],
    false,
  ],
  ["the newest", "limit=2", [now, before], true],
] as const)
  test(`GET history: ${why}`, async () => {
    const control = new FakeControl();
    control.past = [now, before, older, unknown];
    const answer = await ask(control, "GET", `history?${query}`);
    const found = (answer["addresses"] as { address: string }[]).map(({ address }) => address);
    assert.deepEqual([found, answer["more"]], [want.map(({ address }) => address), more]);
  });

test("GET history says null for what is not known", async () => {
  const control = new FakeControl();
  control.past = [{ ...unknown, untilMs: undefined, lastSeenMs: undefined }];
  const { addresses } = await ask(control, "GET", "history");
  assert.deepEqual(addresses, [
    {
      family: "ipv4",
      address: "198.51.100.4",
      from: null,
      until: null,
      lastSeen: null,
      isPresent: false,
      seenBy: ["ipify", "amazon"],
    },
  ]);
});

test("POST check tells of each look", async () => {
  const control = new FakeControl();
  control.familyViews = [{ ...ipv6View, isWatched: true }];
  const witnesses = [{ title: "ipify", address: undefined, why: "answers with a page" }];
  control.looks = [
    lookView({ outcome: "could-not-tell", address: undefined, sentence: "nobody tells", witnesses }),
  ];
  assert.deepEqual(await ask(control, "POST", "check"), {
    looks: [
      {
        at: "2026-11-24T11:59:00.000Z",
        family: "ipv4",
        outcome: "could-not-tell",
        address: null,
        sentence: "nobody tells",
        witnesses: [{ title: "ipify", address: null, why: "answers with a page" }],
      },
    ],
  });
});

test("POST update sends the records of a name, and retry those of one or of all", async () => {
  const control = new FakeControl(...records);
  const name = encodeURIComponent("*.example.net");
  assert.deepEqual(idsIn(await ask(control, "POST", `records/${name}/update`)), [wildcard]);
  assert.deepEqual(idsIn(await ask(control, "POST", "retry", { name: "home.example.net" })), [a, aaaa]);
  assert.deepEqual(idsIn(await ask(control, "POST", "retry")), [nas]);
  assert.deepEqual(control.asked, [
    ["update", "*.example.net"],
    ["retry", "home.example.net"],
    ["retry", undefined],
  ]);
});

test("the routes can be described where nothing runs", () => {
  const routes = ddnsRoutes(() => assert.fail("nothing is to be asked"));
  const paths = routes.map(({ method, path }) => `${method} ${path}`);
  assert.deepEqual(paths, [...new Set(paths)]);
});
