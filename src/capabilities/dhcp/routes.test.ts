import assert from "node:assert/strict";
import { test } from "node:test";
import { askRoute } from "#contracts/ask-route.testing.ts";
import { RouteError } from "#contracts/route.ts";
import { FakeControl, hourMs, leaseView, noonMs, pool } from "./routes/fake-control.testing.ts";
import { dhcpRoutes } from "./routes.ts";

const noProgram = (): never => assert.fail("the site file is not asked for");

function ask(control: FakeControl, method: string, url: string, body?: unknown) {
  return askRoute(
    dhcpRoutes(() => control, noProgram),
    method,
    url,
    body,
  );
}

const leases = [
  leaseView({ address: "192.168.9.9", hostName: "Ada's phone", name: "phone.lan.example." }),
  leaseView({ address: "192.168.9.10", state: "declined" }),
  leaseView({ address: "192.168.9.100", hostName: "tv", reservation: "tv" }),
  leaseView({ address: "192.168.10.9", circuitId: "port-7" }),
];

const addressesIn = (answer: Record<string, unknown>): string[] =>
  (answer["leases"] as { address: string }[]).map(({ address }) => address);

for (const [why, query, want, total] of [
  ["all of them", "", ["192.168.9.9", "192.168.9.10", "192.168.9.100", "192.168.10.9"], 4],
  ["by state", "?state=declined", ["192.168.9.10"], 1],
  [
    "by several states",
    "?state=declined,bound&subnet=192.168.9.0/24",
    ["192.168.9.9", "192.168.9.10", "192.168.9.100"],
    3,
  ],
  ["by network", "?subnet=192.168.10.0/24", ["192.168.10.9"], 1],
  ["by text in a name, in any case", "?search=ADA", ["192.168.9.9"], 1],
  ["by text in where they are plugged in", "?search=port-7", ["192.168.10.9"], 1],
  ["by text that is nowhere", "?search=x-ray", [], 0],
  ["behind an address, counted as a number", "?after=192.168.9.10", ["192.168.9.100", "192.168.10.9"], 4],
] as const)
  test(`GET leases: ${why}`, async () => {
    const answer = await ask(new FakeControl(...leases), "GET", `/api/dhcp/leases${query}`);
    assert.deepEqual([addressesIn(answer), answer["total"], answer["next"]], [want, total, null]);
  });

test("GET leases counts them by state, whatever state is asked for", async () => {
  const answer = await ask(
    new FakeControl(...leases),
    "GET",
    "/api/dhcp/leases?state=bound&subnet=192.168.9.0/24",
  );
  const none = { offered: 0, released: 0, expired: 0, reserved: 0 };
  assert.deepEqual(answer["counts"], { ...none, bound: 2, declined: 1 });
});

test("GET leases page by page has each lease once", async () => {
  const seen: string[] = [];
  let next: unknown = "";
  while (next !== null) {
    const after = next === "" ? "" : `&after=${String(next)}`;
    const answer = await ask(new FakeControl(...leases), "GET", `/api/dhcp/leases?limit=3${after}`);
    seen.push(...addressesIn(answer));
    next = answer["next"];
  }
  assert.deepEqual(
    seen,
    leases.map(({ address }) => address),
  );
});

test("GET leases page by page looks at all of them once, and anew from the first page on", async () => {
  const control = new FakeControl(...leases);
  let looks = 0;
  control.leases = () => {
    looks++;
    return control.views;
  };
  const routes = dhcpRoutes(() => control, noProgram);
  const page = (query: string) => askRoute(routes, "GET", `/api/dhcp/leases?limit=1${query}`);
  await page("");
  await page("&after=192.168.9.9");
  await page("&after=192.168.9.10");
  assert.equal(looks, 1);
  await page("&after=192.168.9.10&state=bound");
  assert.equal(looks, 2);
  control.views = leases.slice(1);
  assert.deepEqual(addressesIn(await page("")), ["192.168.9.10"]);
});

test("GET one lease has times as dates and null for what is not known", async () => {
  assert.deepEqual(await ask(new FakeControl(...leases), "GET", "/api/dhcp/leases/192.168.9.9"), {
    address: "192.168.9.9",
    subnet: "192.168.9.0/24",
    state: "bound",
    hardwareAddress: "52:54:00:00:00:09",
    clientIdentifier: null,
    hostName: "Ada's phone",
    name: "phone.lan.example",
    nameProblem: null,
    reservation: null,
    since: "2026-11-23T12:00:00.000Z",
    renewedAt: "2026-11-24T11:00:00.000Z",
    expiresAt: "2026-11-24T23:00:00.000Z",
    circuitId: null,
    remoteId: null,
    vendorClass: null,
  });
});

for (const [why, method, url, status, code, sentence] of [
  [
    "nobody has it",
    "GET",
    "leases/192.168.9.7",
    404,
    "HP_DHCP_LEASE_UNKNOWN",
    /lease history 192\.168\.9\.7/,
  ],
  ["it is no address", "GET", "leases/tv", 400, "HP_DHCP_ADDRESS", /"tv" is no address; write one/],
  ["it is short for two", "GET", "leases/.9", 400, "HP_DHCP_ADDRESS", /192\.168\.9\.9 or 192\.168\.10\.9/],
  ["it is short for none", "GET", "find/1.2.9", 400, "HP_DHCP_ADDRESS", /no network of the site file/],
  ["a page begins nowhere", "GET", "leases?after=x", 400, "HP_DHCP_ADDRESS", /"x" is no address/],
  [
    "nothing is to be released",
    "POST",
    "leases/192.168.9.7/release",
    404,
    "HP_DHCP_LEASE_UNKNOWN",
    /nobody has/,
  ],
  [
    "a moment and a span are asked for",
    "GET",
    "history?at=2026-11-24T12:00:00Z&from=2026-11-24T12:00:00Z",
    400,
    "HP_DHCP_HISTORY_TIME",
    /either/,
  ],
] as const)
  test(`a refusal has its code and says what to do: ${why}`, async () => {
    await assert.rejects(ask(new FakeControl(...leases), method, `/api/dhcp/${url}`), (error) => {
      assert.ok(error instanceof RouteError);
      assert.deepEqual([error.status, error.code], [status, code]);
      assert.match(error.message, sentence);
      return true;
    });
  });

test("GET find takes names, hardware addresses and short addresses", async () => {
  const control = new FakeControl(...leases);
  const found = async (question: string): Promise<string[]> =>
    addressesIn(await ask(control, "GET", `/api/dhcp/find/${encodeURIComponent(question)}`));
  assert.deepEqual(await found("phone"), ["192.168.9.9"]);
  assert.deepEqual(await found("52:54:00:00:00:10"), ["192.168.9.10"]);
  assert.deepEqual(await found(".100"), ["192.168.9.100"]);
  assert.deepEqual(await found("nobody"), []);
});

test("POST release says what it came to and what was known before", async () => {
  const control = new FakeControl(...leases);
  const held = await ask(control, "POST", "/api/dhcp/leases/.100/release");
  assert.deepEqual(
    [held["address"], held["outcome"], control.asked],
    ["192.168.9.100", "held", ["192.168.9.100"]],
  );
  assert.equal((held["before"] as { expiresAt: string }).expiresAt, "2026-11-24T23:00:00.000Z");
});

const past = (sinceHours: number, untilHours: number | undefined) => ({
  address: "192.168.9.9",
  hardwareAddress: "52:54:00:00:00:09",
  clientIdentifier: undefined,
  hostName: "phone",
  name: undefined,
  sinceMs: noonMs + sinceHours * hourMs,
  untilMs: untilHours === undefined ? undefined : noonMs + untilHours * hourMs,
  end: untilHours === undefined ? ("still" as const) : ("expired" as const),
});

test("GET history passes on what is asked for, completes the address, and says when there is more", async () => {
  const control = new FakeControl(...leases);
  control.past = [past(-1, undefined), past(-5, -2)];
  const answer = await ask(
    control,
    "GET",
    "/api/dhcp/history?address=9.100&at=2026-11-24T13:00:00%2B01:00&limit=1",
  );
  assert.deepEqual(control.asked, [{ address: "192.168.9.100", atMs: noonMs, limit: 2 }]);
  assert.deepEqual([answer["address"], answer["more"]], ["192.168.9.100", true]);
  assert.deepEqual((answer["leases"] as unknown[])[0], {
    address: "192.168.9.9",
    hardwareAddress: "52:54:00:00:00:09",
    clientIdentifier: null,
    hostName: "phone",
    name: null,
    since: "2026-11-24T11:00:00.000Z",
    until: null,
    end: "still",
  });
  await ask(control, "GET", "/api/dhcp/history?machine=phone");
  assert.deepEqual(control.asked.at(-1), { machine: "phone", limit: 101 });
});

test("GET history of a span has who had it for any part of that", async () => {
  const control = new FakeControl(...leases);
  control.past = [past(-1, undefined), past(-3, -1), past(-5, -3), past(-9, -5)];
  const answer = await ask(
    control,
    "GET",
    "/api/dhcp/history?machine=phone&from=2026-11-24T08:00:00Z&to=2026-11-24T11:00:00Z",
  );
  const since = (answer["leases"] as { since: string }[]).map((one) => one.since);
  assert.deepEqual(since, ["2026-11-24T09:00:00.000Z", "2026-11-24T07:00:00.000Z"]);
});

test("GET pools and POST search say what the server says", async () => {
  const control = new FakeControl();
  assert.deepEqual(await ask(control, "GET", "/api/dhcp/pools"), { pools: [pool] });
  const { servers } = await ask(control, "POST", "/api/dhcp/search");
  assert.deepEqual((servers as { offered: unknown }[])[0]!.offered, null);
  await ask(control, "POST", "/api/dhcp/search", { interface: "eth1" });
  assert.deepEqual(control.asked, [undefined, "eth1"]);
});

test("POST import takes leases as the importer has them, at most 1,000", async () => {
  const control = new FakeControl();
  const lease = {
    address: "192.168.9.9",
    hardwareAddress: "52:54:00:00:00:09",
    hardwareType: 1,
    clientIdentifier: "01525400000009",
    hostName: "phone",
    sinceMs: noonMs,
    expiresAtMs: noonMs + hourMs,
  };
  const { clientIdentifier: _, hostName: __, ...bare } = lease;
  const answer = await ask(control, "POST", "/api/dhcp/leases/import", { leases: [lease, bare] });
  assert.deepEqual(answer, { taken: 1, left: [{ address: "192.168.9.9", why: "in no pool" }] });
  assert.deepEqual(control.imported, [lease, { ...bare, clientIdentifier: undefined, hostName: undefined }]);
  const many = { leases: Array.from({ length: 1001 }, () => lease) };
  await assert.rejects(ask(control, "POST", "/api/dhcp/leases/import", many), /too_big/);
});

test("the routes can be described where nothing runs", () => {
  const unused = (): never => assert.fail("nothing is to be asked");
  const paths = dhcpRoutes(unused, unused).map(({ method, path }) => `${method} ${path}`);
  assert.deepEqual(paths, [...new Set(paths)]);
});
