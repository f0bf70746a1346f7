import assert from "node:assert/strict";
import { test } from "node:test";
import { type Asking, openDesk, testSecret } from "./desk.testing.ts";
import { serveLimits as limits } from "./limits.ts";
import type { HostWish } from "./update-hosts.ts";

const a = { name: "a.dyn.example" };
const dayMs = 86_400_000;

interface Case {
  readonly hosts?: readonly HostWish[];
  /** Asked before, in order. */
  readonly before?: readonly string[];
  readonly query: string;
  readonly asking?: Asking;
  readonly want: string;
  readonly records: readonly string[];
}

const cases: Readonly<Record<string, Case>> = {
  "an address is good, and published for its owner": {
    query: "hostname=a.dyn.example&myip=8.8.4.4",
    want: "good 8.8.4.4",
    records: ["a.dyn.example 8.8.4.4 ddns-host:a.dyn.example"],
  },
  "both families at once": {
    query: "hostname=a.dyn.example&myip=8.8.4.4,2620:fe::9",
    want: "good 8.8.4.4,2620:fe::9",
    records: ["a.dyn.example 8.8.4.4,2620:fe::9 ddns-host:a.dyn.example"],
  },
  "the same again changes nothing": {
    before: ["myip=8.8.4.4"],
    query: "myip=8.8.4.4",
    want: "nochg 8.8.4.4",
    records: ["a.dyn.example 8.8.4.4 ddns-host:a.dyn.example"],
  },
  "a family that is not spoken of stays": {
    before: ["myip=8.8.4.4"],
    query: "myipv6=2620:fe::9",
    want: "good 2620:fe::9",
    records: ["a.dyn.example 8.8.4.4,2620:fe::9 ddns-host:a.dyn.example"],
  },
  "an empty family beside the other goes": {
    before: ["myip=8.8.4.4,2620:fe::9"],
    query: "myip=&myipv6=2620:fe::9",
    want: "good 2620:fe::9",
    records: ["a.dyn.example 2620:fe::9 ddns-host:a.dyn.example"],
  },
  "the last family that goes takes the name along": {
    before: ["myip=8.8.4.4"],
    query: "myip=&myipv6=preserve",
    want: "good",
    records: [],
  },
  "preserve keeps what there is": {
    before: ["myip=8.8.4.4,2620:fe::9"],
    query: "myip=9.9.9.10&myipv6=preserve",
    want: "good 9.9.9.10",
    records: ["a.dyn.example 9.9.9.10,2620:fe::9 ddns-host:a.dyn.example"],
  },
  "no address: that of the connection": {
    query: "hostname=a.dyn.example",
    want: "good 9.9.9.9",
    records: ["a.dyn.example 9.9.9.9 ddns-host:a.dyn.example"],
  },
  "an empty address too": {
    query: "hostname=a.dyn.example&myip=",
    want: "good 9.9.9.9",
    records: ["a.dyn.example 9.9.9.9 ddns-host:a.dyn.example"],
  },
  "a connection by IPv6 leaves IPv4 alone": {
    before: ["myip=8.8.4.4"],
    query: "",
    asking: { from: "2620:fe::9" },
    want: "good 2620:fe::9",
    records: ["a.dyn.example 8.8.4.4,2620:fe::9 ddns-host:a.dyn.example"],
  },
  "a connection from a private network is of no use": {
    query: "",
    asking: { from: "192.168.9.7" },
    want: "dnserr",
    records: [],
  },
  "a private address is not published": { query: "myip=10.0.0.1", want: "dnserr", records: [] },
  "one that is none spoils the other": { query: "myip=8.8.4.4&myipv6=fe80::1", want: "dnserr", records: [] },
  "a prefix with the identifier of the name": {
    hosts: [{ ...a, interfaceId: "::5" }],
    before: ["myipv6=2620:fe::9"],
    query: "myipv6=2620:fe:1:2::/64",
    want: "good 2620:fe:1:2::5",
    records: ["a.dyn.example 2620:fe:1:2::5 ddns-host:a.dyn.example"],
  },
  "a prefix keeps the bits of the host": {
    before: ["myip=8.8.4.4&myipv6=2620:fe:0:7:1:2:3:4"],
    query: "myipv6=2620:ff:1::/56",
    want: "good 2620:ff:1:7:1:2:3:4",
    records: ["a.dyn.example 8.8.4.4,2620:ff:1:7:1:2:3:4 ddns-host:a.dyn.example"],
  },
  "a prefix alone is nothing": { query: "myipv6=2620:fe:1:2::/64", want: "dnserr", records: [] },
  "the FRITZ!Box's address with a length": {
    query: "myipv6=2620:fe:1:2::9/64",
    want: "good 2620:fe:1:2::9",
    records: ["a.dyn.example 2620:fe:1:2::9 ddns-host:a.dyn.example"],
  },
  "several names, a line each, in order": {
    hosts: [{ ...a, user: "friend" }, { name: "b.dyn.example", user: "friend" }, { name: "c.dyn.example" }],
    query: "hostname=b.dyn.example,c.dyn.example,nobody.dyn.example,a.dyn.example,plain&myip=8.8.4.4",
    asking: { user: "friend" },
    want: "good 8.8.4.4\n!yours\nnohost\ngood 8.8.4.4\nnotfqdn",
    records: ["a.dyn.example 8.8.4.4 ddns-host:friend", "b.dyn.example 8.8.4.4 ddns-host:friend"],
  },
  "a name that is there twice is updated once": {
    query: "hostname=a.dyn.example,A.dyn.example.&myip=8.8.4.4",
    want: "good 8.8.4.4\ngood 8.8.4.4",
    records: ["a.dyn.example 8.8.4.4 ddns-host:a.dyn.example"],
  },
  "without a name the one by which the client logs in": {
    hosts: [
      { ...a, user: "friend" },
      { name: "b.dyn.example", user: "friend" },
    ],
    query: "myip=8.8.4.4",
    asking: { user: "B.dyn.example." },
    want: "good 8.8.4.4",
    records: ["b.dyn.example 8.8.4.4 ddns-host:friend"],
  },
  "without a name and with several nobody knows": {
    hosts: [
      { ...a, user: "friend" },
      { name: "b.dyn.example", user: "friend" },
    ],
    query: "myip=8.8.4.4",
    asking: { user: "friend" },
    want: "nohost",
    records: [],
  },
  "a token goes by the name": {
    query: "hostname=a.dyn.example&myip=8.8.4.4",
    asking: { authorization: `Token ${testSecret}` },
    want: "good 8.8.4.4",
    records: ["a.dyn.example 8.8.4.4 ddns-host:a.dyn.example"],
  },
  "a token without a name is nobody's": {
    query: "myip=8.8.4.4",
    asking: { authorization: `Token ${testSecret}` },
    want: "badauth",
    records: [],
  },
  "no login": {
    query: "hostname=a.dyn.example",
    asking: { authorization: "" },
    want: "badauth",
    records: [],
  },
  "a wrong secret": {
    query: "hostname=a.dyn.example",
    asking: { secret: "open-rice" },
    want: "badauth",
    records: [],
  },
  "an unknown user": {
    query: "hostname=a.dyn.example",
    asking: { user: "eve" },
    want: "badauth",
    records: [],
  },
  "no zone of this server": {
    hosts: [{ ...a }, { name: "a.other.example", user: "a.dyn.example" }],
    query: "hostname=a.other.example&myip=8.8.4.4",
    want: "nohost",
    records: [],
  },
  "an agent that does not say its name": {
    query: "hostname=a.dyn.example",
    asking: { agent: "" },
    want: "badagent",
    records: [],
  },
  "another method": {
    query: "hostname=a.dyn.example",
    asking: { method: "PUT" },
    want: "badagent",
    records: [],
  },
  "EditDNS's update": {
    query: `p=${testSecret}&r=a.dyn.example`,
    asking: { path: "/api/dynLinux.php", agent: "", authorization: "" },
    want: "Record has been updated",
    records: ["a.dyn.example 9.9.9.9 ddns-host:a.dyn.example"],
  },
  "EditDNS's update of the same": {
    before: ["myip=9.9.9.9"],
    query: `p=${testSecret}&r=a.dyn.example`,
    asking: { path: "/api/dynLinux.php", authorization: "" },
    want: "Record already exists with the same IP",
    records: ["a.dyn.example 9.9.9.9 ddns-host:a.dyn.example"],
  },
  "EditDNS's wrong password": {
    query: "p=wrong&r=a.dyn.example",
    asking: { path: "/api/dynLinux.php", authorization: "" },
    want: "Invalid Username",
    records: [],
  },
  "one's own address needs no login": {
    query: "",
    asking: { path: "/myip", authorization: "", agent: "" },
    want: "9.9.9.9",
    records: [],
  },
};

for (const [why, { hosts = [a], before = [], query, asking, want, records }] of Object.entries(cases))
  test(`update server: ${why}`, async () => {
    const { ask, zone } = await openDesk(hosts);
    for (const one of before) assert.match((await ask(one)).body, /^good/);
    const { body } = await ask(query, asking);
    assert.equal(body, `${want}\n`);
    assert.deepEqual(zone.texts(), records);
  });

test("what is wrong with a login is told in HTTP too, so that programs ask for it", async () => {
  const { ask } = await openDesk([a]);
  const { status, headers } = await ask("", { authorization: "" });
  assert.equal(status, 401);
  assert.match(headers["www-authenticate"] ?? "", /^Basic/);
  const put = await ask("", { method: "PUT" });
  assert.deepEqual([put.status, put.headers["allow"]], [405, "GET, POST"]);
  assert.equal((await ask("", { path: "/wp-login.php" })).status, 404);
});

test("an address that will not do is no trouble of ours", async () => {
  const { ask } = await openDesk([a]);
  assert.deepEqual(await ask("myip=10.0.0.1"), { status: 200, headers: {}, body: "dnserr\n" });
});

test("a secret that is changed while it is looked at is wrong", async () => {
  let isRight = (): void => undefined;
  const isSecretOf = (): Promise<boolean> =>
    new Promise((resolve) => {
      isRight = () => resolve(true);
    });
  const { ask, hosts } = await openDesk([a], {}, isSecretOf);
  const asked = ask("myip=8.8.4.4");
  await hosts.renewSecret(a.name);
  isRight();
  assert.equal((await asked).body, "badauth\n");
});

test("private addresses are published where the site file lets them", async () => {
  const { ask } = await openDesk([a], { alsoPublic: ["10.0.0.0/8"] });
  assert.equal((await ask("myip=10.0.0.1")).body, "good 10.0.0.1\n");
  assert.equal((await ask("myip=127.0.0.1")).body, "dnserr\n");
});

test("a host that is disabled is not active, and again when it is enabled", async () => {
  const { ask, hosts } = await openDesk([a]);
  await hosts.setActive("a.dyn.example", false);
  assert.equal((await ask("myip=8.8.4.4")).body, "!active\n");
  await hosts.setActive("a.dyn.example", true);
  assert.equal((await ask("myip=8.8.4.4")).body, "good 8.8.4.4\n");
});

for (const [why, break_, want] of [
  ["a zone that cannot be changed", { isUnavailable: true }, "dnserr"],
  ["a store that fails", { isBroken: true }, "911"],
] as const)
  test(`${why} is told to be temporary, once for all names, and logged once`, async () => {
    const { ask, zone, lines } = await openDesk([a, { name: "b.dyn.example", user: a.name }]);
    Object.assign(zone, break_);
    for (let count = 0; count < 3; count++)
      assert.deepEqual(await ask("hostname=a.dyn.example,b.dyn.example&myip=8.8.4.4"), {
        status: 503,
        headers: { "retry-after": "600" },
        body: `${want}\n`,
      });
    assert.equal(lines.length, 2);
    Object.assign(zone, { isUnavailable: false, isBroken: false });
    assert.equal((await ask("hostname=a.dyn.example&myip=8.8.4.4")).body, "good 8.8.4.4\n");
  });

for (const [why, prepare, want] of [
  ["a static record", (name: string, zone: { statics: Set<string> }) => zone.statics.add(name), /static/],
] as const)
  test(`${why} keeps its name, and the operator is told why`, async () => {
    const { ask, zone, hosts } = await openDesk([a]);
    prepare(a.name, zone);
    assert.equal((await ask("myip=8.8.4.4")).body, "nohost\n");
    assert.match(hosts.table.name(a.name)?.problem ?? "", want);
  });

test("more than 150 needless updates in a week block the name for a week", async () => {
  const { ask, clock, hosts } = await openDesk([a]);
  await ask("myip=8.8.4.4");
  for (let count = 1; count <= limits.faultsMax; count++)
    assert.match((await ask("myip=8.8.4.4")).body, /^nochg/);
  assert.match((await ask("myip=8.8.4.4")).body, /^nochg/);
  assert.equal((await ask("myip=8.8.4.4")).body, "abuse\n");
  assert.equal((await ask("myip=9.9.9.10")).body, "abuse\n");
  clock.advance(7 * dayMs);
  assert.equal((await ask("myip=9.9.9.10")).body, "good 9.9.9.10\n");
  assert.equal(hosts.table.name(a.name)?.value.faults, 0);
});

test("the owner of the server ends a block", async () => {
  const { ask, hosts } = await openDesk([a]);
  for (let count = 0; count < limits.faultsMax + 2; count++) await ask("myip=8.8.4.4");
  assert.equal((await ask("myip=8.8.4.4")).body, "abuse\n");
  await hosts.clear(a.name);
  assert.equal((await ask("myip=8.8.4.5")).body, "good 8.8.4.5\n");
});

test("a refresh after a day is no fault, and is written", async () => {
  const { ask, clock, hosts, store } = await openDesk([a]);
  for (let day = 0; day < 200; day++) {
    assert.match((await ask("myip=8.8.4.4")).body, day === 0 ? /^good/ : /^nochg/);
    clock.advance(dayMs);
  }
  assert.equal(hosts.table.name(a.name)?.value.faults, 0);
  const kept = (await store.get("ddns/host-names/a.dyn.example"))?.value as { updatedAtMs: number };
  assert.equal(kept.updatedAtMs, clock.nowMs() - dayMs);
});

test("records that somebody took away come back, and that is no fault", async () => {
  const { ask, zone, hosts } = await openDesk([a]);
  await ask("myip=8.8.4.4");
  zone.entries.clear();
  assert.equal((await ask("myip=8.8.4.4")).body, "good 8.8.4.4\n");
  assert.equal(hosts.table.name(a.name)?.value.faults, 0);
});

test("names that follow get the prefix of the one that has changed", async () => {
  const follower = { name: "nas.dyn.example", user: a.name, interfaceId: "::10", follows: a.name };
  const { ask, zone } = await openDesk([a, follower]);
  assert.equal(
    (await ask("hostname=a.dyn.example&myip=8.8.4.4,2620:fe:1:2::1")).body,
    "good 8.8.4.4,2620:fe:1:2::1\n",
  );
  assert.deepEqual(zone.texts(), [
    "a.dyn.example 8.8.4.4,2620:fe:1:2::1 ddns-host:a.dyn.example",
    "nas.dyn.example 2620:fe:1:2::10 ddns-host:a.dyn.example",
  ]);
  zone.held.add("nas.dyn.example");
  assert.equal((await ask("hostname=a.dyn.example&myipv6=2620:fe:1:3::1")).body, "dnserr\n");
  zone.held.clear();
  await ask("hostname=a.dyn.example&myipv6=2620:fe:1:3::1");
  assert.equal(zone.texts()[1], "nas.dyn.example 2620:fe:1:3::10 ddns-host:a.dyn.example");
});

test("a client that asks too often is told when to come again, and others are not", async () => {
  const { ask, service, clock } = await openDesk([a]);
  service.pace.pace = { perSecond: 1, burst: 2 };
  await ask("myip=8.8.4.4");
  await ask("myip=8.8.4.4", { path: "/myip" });
  const { status, headers, body } = await ask("myip=8.8.4.4");
  assert.deepEqual([status, headers["retry-after"], body], [503, "1", "911\n"]);
  assert.equal((await ask("myip=8.8.4.4", { from: "9.9.9.10" })).status, 200);
  clock.advance(1_000);
  assert.equal((await ask("myip=8.8.4.4")).status, 200);
});

for (const [why, from, again, stranger] of [
  ["its address", "9.9.9.9", "9.9.9.9", "9.9.9.8"],
  ["its IPv6 /64", "2620:fe::9", "2620:fe::10", "2620:fe:0:1::9"],
] as const)
  test(`a host is let in from ${why} while strangers guess from everywhere`, async () => {
    const looks: (() => void)[] = [];
    let isHeld = false;
    const isSecretOf = async (secret: string): Promise<boolean> => {
      if (isHeld) await new Promise<void>((resolve) => looks.push(resolve));
      return secret === testSecret;
    };
    const { ask, secrets } = await openDesk([a], {}, isSecretOf);
    assert.match((await ask("myip=8.8.4.4", { from })).body, /^good/);
    secrets.forget(a.name); // as after a restart
    isHeld = true;
    const guesses = Array.from({ length: limits.hashesAtOnceMax + limits.hashesWaitingMax }, (_, at) =>
      ask("myip=8.8.4.5", { from: `9.8.${at}.1`, secret: "open-rice" }),
    );
    const asked = ask("myip=8.8.4.6", { from: again });
    assert.equal((await ask("myip=8.8.4.7", { from: stranger })).status, 503);
    isHeld = false;
    for (const go of looks) go();
    assert.equal((await asked).body, "good 8.8.4.6\n");
    assert.ok((await Promise.all(guesses)).every(({ body }) => body === "badauth\n"));
  });

test("machines of one IPv6 /64 are one client", async () => {
  const { ask, service } = await openDesk([a]);
  service.pace.pace = { perSecond: 1, burst: 1 };
  assert.equal((await ask("", { from: "2620:fe::1", path: "/myip" })).status, 200);
  assert.equal((await ask("", { from: "2620:fe::2", path: "/myip" })).status, 503);
});

test("no secret is in the log, wherever the client puts it", async () => {
  const { ask, lines } = await openDesk([a]);
  await ask(`myip=${testSecret}`);
  await ask(`hostname=${testSecret}`);
  await ask(`myip=8.8.4.4&hostname=a.dyn.example`, { path: `/${testSecret}` });
  await ask("myip=10.0.0.1", { agent: testSecret });
  assert.ok(lines.length > 0);
  assert.doesNotMatch(JSON.stringify(lines), new RegExp(testSecret));
});

test("many updates of one name at once end with one of them, and none is lost", async () => {
  const { ask, zone, hosts } = await openDesk([a]);
  const answers = await Promise.all(Array.from({ length: 30 }, (_, at) => ask(`myip=8.8.4.${at + 1}`)));
  assert.ok(answers.every(({ body }) => body.startsWith("good")));
  assert.deepEqual(zone.entries.get(a.name)?.addresses, ["8.8.4.30"]);
  assert.equal(hosts.table.name(a.name)?.value.ipv4, "8.8.4.30");
});
