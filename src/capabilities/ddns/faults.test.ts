/** What must not harm a site: services and providers that misbehave, outages, wrong clocks; simulated. */
import assert from "node:assert/strict";
import test from "node:test";
import { SteppedClock } from "#platform/clock/clock.ts";
import { openMemoryStore } from "#platform/store/memory-store.ts";
import {
  type Behaviour,
  providerHost,
  SimulatedInternet,
  simulate,
  simulationStartMs,
} from "./simulation.testing.ts";
import { echoServices } from "./watch/echo-services.ts";

const minute = 60_000;
const hour = 3_600_000;
const day = 86_400_000;
const first = "198.51.100.1";
const second = "198.51.100.2";
const other = "198.51.100.66";

const section = {
  address: { ipv4: ["https"], ipv6: [], alsoPublic: ["198.51.100.0/24"] },
  providers: [
    { name: "dyn", type: "dyndns2", server: `https://${providerHost}`, user: "site", password: "secret" },
  ],
  records: [{ name: "home.example.net", types: ["A"], provider: "dyn" }],
};

const loginPage =
  "<!DOCTYPE html><html><title>Hotel Wi-Fi</title><body>Your address is 198.51.100.66</body></html>";

/** Of all services at once: the worst case. */
const misbehaviours: Readonly<Record<string, Behaviour>> = {
  "lead to a login page": { says: "", status: 302, headers: { location: "http://hotel.example/login" } },
  "answer with a login page": { says: loginPage },
  "answer 200 with an error": { says: "error: too many requests, try again later" },
  "tell two addresses": { says: `${other}, ${second}` },
  "tell a private address": { says: "192.168.1.2" },
  "tell one of a carrier-grade NAT": { says: "100.64.3.4" },
  "tell nothing": { says: "" },
  "tell an IPv6 address": { says: "2001:db8::66" },
  "tell part of an address": { says: "198.51.100" },
  "answer without end": { says: `${other}\n`.repeat(100_000) },
  "are in trouble": { says: "bad gateway", status: 502 },
  "want to be left alone": { says: other, status: 429 },
  hang: "hang",
};

for (const [what, behaviour] of Object.entries(misbehaviours)) {
  test(`services that ${what} change nothing, and the address is found when they are well again`, async () => {
    await using site = await simulate(section);
    const { service, internet, pass } = site;
    await pass(minute);
    assert.deepEqual(internet.published, new Map([["home.example.net", first]]));
    for (const { name } of echoServices) internet.behaviours.set(name, behaviour);
    internet.address = second;
    await pass(3 * hour);
    assert.equal(service.watcher.current("ipv4")?.address, first);
    assert.deepEqual(internet.published, new Map([["home.example.net", first]]));
    assert.equal(service.watcher.lastLook("ipv4")?.outcome, "could-not-tell");
    assert.match(service.status().problems[0]?.what ?? "", /cannot be told now/);
    assert.equal(internet.updates.length, 1);
    internet.behaviours.clear();
    await pass(what === "want to be left alone" ? 1.1 * day : hour);
    assert.deepEqual(internet.published, new Map([["home.example.net", second]]));
    assert.deepEqual(service.status().problems, []);
  });
}

test("one service that lies is outvoted, from the first minute", async () => {
  const clock = new SteppedClock(simulationStartMs);
  const internet = new SimulatedInternet(clock, first);
  internet.behaviours.set(echoServices[0]!.name, { says: other });
  await using site = await simulate(section, { clock, internet });
  await site.pass(hour);
  assert.deepEqual(
    internet.updates.map(({ address }) => address),
    [first],
  );
});

test("a network that is down at boot: nothing is sent until it is up, then within a minute", async () => {
  const clock = new SteppedClock(simulationStartMs);
  const internet = new SimulatedInternet(clock, first);
  internet.isDown = true;
  await using site = await simulate(section, { clock, internet });
  await site.pass(25_000);
  assert.equal(internet.updates.length, 0);
  internet.isDown = false;
  await site.pass(minute);
  assert.deepEqual(internet.published, new Map([["home.example.net", first]]));
});

test("a network that comes up is told by the kernel, and is not waited for", async () => {
  const clock = new SteppedClock(simulationStartMs);
  const internet = new SimulatedInternet(clock, first);
  internet.isDown = true;
  await using site = await simulate(section, { clock, internet });
  await site.pass(hour);
  internet.isDown = false;
  internet.tellMachine();
  await new Promise((resolve) => setTimeout(resolve, 100)); // events settle by the real clock
  await site.pass(2_000);
  assert.equal(internet.published.size, 1);
});

test("a provider that says yes and publishes nothing is found out, and asked once more a day", async () => {
  await using site = await simulate(section);
  const { internet, service, pass } = site;
  await pass(10 * minute);
  internet.providerSays = () => ({ status: 200, text: `good ${second}`, isFalse: true });
  internet.address = second;
  await pass(hour);
  const [record] = service.control.records();
  assert.equal(record?.confirmation.outcome, "no");
  assert.equal(record.state, "unconfirmed");
  assert.match(record.confirmation.sentence!, /ns1\.dyn\.example says 198\.51\.100\.1/);
  assert.equal(internet.updates.length, 2);
  await pass(5 * day);
  assert.ok(
    internet.updates.length >= 5 && internet.updates.length <= 9,
    `${internet.updates.length} updates`,
  );
  internet.providerSays = undefined;
  await pass(2 * day);
  assert.equal(service.control.records()[0]?.state, "current");
});

test("a record that somebody else has changed is put back within a day", async () => {
  await using site = await simulate(section);
  const { internet, pass } = site;
  await pass(hour);
  internet.published.set("home.example.net", other);
  await pass(1.2 * day);
  assert.equal(internet.published.get("home.example.net"), first);
  assert.equal(internet.updates.length, 2);
});

test("a provider that does not know what it does is not asked without end", async () => {
  await using site = await simulate(section);
  const { internet, service, pass } = site;
  internet.providerSays = () => ({ status: 500, text: "oops" });
  internet.address = second;
  await pass(2 * day);
  const tries = internet.updates.filter(({ address }) => address === second).length;
  assert.ok(tries >= 8 && tries <= 16, `${tries} tries in two days`);
  assert.equal(service.control.records()[0]?.failures, tries);
});

for (const code of ["badauth", "nohost", "abuse", "!yours", "notfqdn", "badagent"])
  test(`${code} stops the record until a person acts, through changes and a restart`, async () => {
    const store = openMemoryStore();
    const clock = new SteppedClock(simulationStartMs);
    const internet = new SimulatedInternet(clock, first);
    internet.providerSays = () => ({ status: 200, text: code });
    {
      await using site = await simulate(section, { clock, internet, store });
      await site.pass(day);
      internet.address = second;
      await site.pass(day);
      assert.equal(internet.updates.length, 1);
      assert.equal(site.service.control.records()[0]?.state, "stopped");
      assert.equal(site.service.status().problems[0]?.severity, "error");
    }
    await using site = await simulate(section, { clock, internet, store });
    await site.pass(day);
    assert.equal(internet.updates.length, 1);
    internet.providerSays = undefined;
    await site.service.control.retry();
    assert.equal(internet.updates.length, 2);
    assert.equal(internet.published.get("home.example.net"), second);
  });

test("a corrected password is tried by itself, after a reload and after a restart", async () => {
  const store = openMemoryStore();
  const clock = new SteppedClock(simulationStartMs);
  const internet = new SimulatedInternet(clock, first);
  internet.providerSays = () => ({ status: 401, text: "badauth" });
  {
    await using site = await simulate(section, { clock, internet, store });
    await site.pass(hour);
    assert.equal(internet.updates.length, 1);
  }
  internet.providerSays = undefined;
  const [provider] = section.providers;
  const corrected = { ...section, providers: [{ ...provider, password: "another" }] };
  await using site = await simulate(corrected, { clock, internet, store });
  await site.pass(hour);
  assert.equal(internet.published.get("home.example.net"), first);
});

test("a clock that is wrong at boot: the address is published, and its times are put right later", async () => {
  const clock = new SteppedClock(0); // 1970
  const internet = new SimulatedInternet(clock, first);
  let offsetMs = 0;
  const wallMs = clock.nowMs.bind(clock);
  clock.nowMs = () => wallMs() + offsetMs;
  await using site = await simulate(section, { clock, internet });
  await site.pass(10 * minute);
  assert.equal(internet.published.get("home.example.net"), first);
  offsetMs = simulationStartMs; // the time has come from the network
  await site.pass(10 * minute);
  const [past] = await site.service.control.history({});
  assert.ok(Math.abs(past!.fromMs! - simulationStartMs) < 2_000, new Date(past!.fromMs!).toISOString());
  await site.pass(day);
  assert.ok(internet.updates.length <= 2, `${internet.updates.length} updates`);
});

test("a clock that is set back by an hour or ahead by a year sends nothing in a storm", async () => {
  const clock = new SteppedClock(simulationStartMs);
  const internet = new SimulatedInternet(clock, first);
  let offsetMs = 0;
  const wallMs = clock.nowMs.bind(clock);
  clock.nowMs = () => wallMs() + offsetMs;
  await using site = await simulate(section, { clock, internet });
  await site.pass(hour);
  for (const jump of [-hour, 365 * day, 0]) {
    offsetMs = jump;
    await site.pass(3 * hour);
    internet.address = internet.address === first ? second : first;
    await site.pass(hour);
    assert.equal(internet.published.get("home.example.net"), internet.address);
  }
  assert.ok(internet.updates.length <= 8, `${internet.updates.length} updates`);
});

test("what a newer version has written is neither lost nor obeyed", async () => {
  const store = openMemoryStore();
  const future = { version: 2, whatever: true };
  const keys = ["ddns/address/ipv4/000000000003", "ddns/records/home.example.net/A/dyn", "ddns/accounts/dyn"];
  await store.transact(
    [],
    keys.map((key) => ({ do: "put", key, value: future }) as const),
  );
  await using site = await simulate(section, { store });
  await site.pass(hour);
  assert.equal(site.internet.published.get("home.example.net"), first);
  assert.equal(site.internet.updates.length, 1);
  assert.deepEqual((await store.get(keys[0]!))?.value, future);
  assert.ok(site.lines.filter(({ level }) => level === "warn").length >= 2);
});

test("a disk that is full stops no publication, is told, and is written when there is room", async () => {
  const { StoreError } = await import("#contracts/store.ts");
  const inner = openMemoryStore();
  let isFull = false;
  const store = new Proxy(inner, {
    get(target, name) {
      const value = Reflect.get(target, name) as unknown;
      if (name === "transact" && isFull)
        return () => Promise.reject(new StoreError("HP_STORE_FULL", "no space is left on the disk"));
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  await using site = await simulate(section, { store });
  await site.pass(hour);
  isFull = true;
  await site.service.control.update("home.example.net");
  assert.equal(site.internet.updates.length, 2);
  assert.match(
    site.service
      .status()
      .problems.map(({ what }) => what)
      .join("\n"),
    /no space is left/,
  );
  isFull = false;
  site.internet.address = second;
  await site.pass(hour);
  assert.deepEqual(site.service.status().problems, []);
});

test("while nothing changes for a month a provider is asked for its refresh alone", async () => {
  await using site = await simulate(section);
  await site.pass(30 * day);
  assert.ok(site.internet.updates.length <= 2, `${site.internet.updates.length} updates`);
});
