/** Records that are kept and confirmed, in a site of memory. */
import assert from "node:assert/strict";
import test from "node:test";
import { DdnsConfig } from "./config.ts";
import { confirmableRecord } from "./record-keeping.ts";
import { noticeHost, providerHost, type SimulatedSite, simulate } from "./simulation.testing.ts";

const minute = 60_000;
const day = 86_400_000;
const name = "home.example.net";
const stranger = "198.51.100.66";

const section = {
  address: {
    ipv4: [{ method: "https", services: ["ipify"] }],
    ipv6: [],
    alsoPublic: ["198.51.100.0/24"],
  },
  providers: [
    { name: "dyn", type: "dyndns2", server: `https://${providerHost}`, user: "site", password: "secret" },
  ],
};

function siteOf(verify: string, record: object = {}): Promise<SimulatedSite> {
  return simulate({ ...section, verify, records: [{ name, types: ["A"], provider: "dyn", ...record }] });
}

const stateOf = ({ service }: SimulatedSite) => service.control.records()[0]!;
const said = ({ lines }: SimulatedSite, level: string): string[] =>
  lines.filter((line) => line.level === level).map(({ sentence }) => sentence);

for (const [verify, outcome] of [
  ["daily", "yes"],
  ["change", "yes"],
  ["off", "not-asked"],
] as const)
  test(`verify: ${verify}: a change is confirmed, or nobody is asked`, async () => {
    await using site = await siteOf(verify);
    await site.pass(10 * minute);
    assert.deepEqual([stateOf(site).state, stateOf(site).confirmation.outcome], ["current", outcome]);
  });

test("a record behind a proxy is not asked for: its servers say the proxy's address", async () => {
  await using site = await siteOf("daily", { proxied: true });
  await site.pass(2 * day);
  assert.equal(stateOf(site).confirmation.outcome, "not-asked");
});

test("what becomes of a record is told once, with where it is", async () => {
  await using site = await siteOf("daily");
  await site.pass(10 * minute);
  const about = said(site, "info").filter((sentence) => sentence.startsWith(name));
  assert.deepEqual(about, [`${name} A is 198.51.100.1 at dyn`]);
});

for (const [verify, updates, published] of [
  ["daily", 2, "198.51.100.1"],
  ["change", 1, stranger],
] as const)
  test(`verify: ${verify}: what somebody else has written there is noticed within a day, or not`, async () => {
    await using site = await siteOf(verify);
    await site.pass(10 * minute);
    site.internet.published.set(name, stranger);
    await site.pass(day + 2 * 3_600_000);
    assert.equal(site.internet.updates.length, updates);
    assert.equal(site.internet.published.get(name), published);
    assert.equal(said(site, "warn").includes(`${name} A: ns1.dyn.example says ${stranger}`), updates === 2);
  });

test("what the provider took and does not publish is told, and not sent again and again", async () => {
  await using site = await siteOf("change");
  await site.pass(10 * minute);
  site.internet.providerSays = () => ({ status: 200, text: "good", isFalse: true });
  site.internet.address = "198.51.100.2";
  await site.pass(day);
  const { state, confirmation, current } = stateOf(site);
  assert.deepEqual([state, confirmation.outcome, current], ["unconfirmed", "no", "198.51.100.2"]);
  assert.deepEqual(
    site.internet.updates.map(({ address }) => address),
    ["198.51.100.1", "198.51.100.2"],
  );
  assert.deepEqual(said(site, "warn"), [`${name} A: ns1.dyn.example says 198.51.100.1`]);
});

test("a record that the site file no longer has is left alone where it is", async () => {
  await using site = await siteOf("daily");
  await site.pass(10 * minute);
  const { service, internet } = site;
  const change = await service.prepare(DdnsConfig.parse(section), { siteFolder: "/nowhere" });
  await change.commit();
  internet.published.set(name, stranger);
  await site.pass(2 * day);
  assert.deepEqual([service.control.records(), internet.updates.length], [[], 1]);
  assert.equal(internet.published.get(name), stranger);
});

test("that a provider publishes nothing is told once, not each day, and once when it does", async () => {
  const record = { name, types: ["A"], provider: "dyn" };
  const notices = [{ url: `https://${noticeHost}/`, events: ["record-failed", "record-recovered"] }];
  await using site = await simulate({ ...section, records: [record], notices });
  await site.pass(10 * minute);
  const { internet } = site;
  internet.providerSays = () => ({ status: 200, text: "good", isFalse: true });
  internet.address = "198.51.100.2";
  await site.pass(4 * day);
  assert.equal(internet.notices.length, 1, internet.notices.join("\n"));
  internet.providerSays = undefined;
  await site.pass(2 * day);
  assert.equal(stateOf(site).state, "current");
  assert.equal(internet.notices.length, 2, internet.notices.join("\n"));
});

test("what was put right is confirmed at once, not a day later", async () => {
  await using site = await siteOf("daily");
  await site.pass(10 * minute);
  site.internet.published.set(name, stranger);
  await site.pass(day + 3_600_000);
  assert.equal(site.internet.published.get(name), "198.51.100.1");
  await site.pass(10 * minute);
  assert.equal(stateOf(site).state, "current");
});

test("where nothing is said of the proxy a service that has one is not held to its servers", () => {
  for (const [hasProxy, proxied, want] of [
    [true, undefined, false],
    [true, true, false],
    [true, false, true],
    [false, undefined, true],
  ] as const)
    assert.equal(confirmableRecord({ proxied }, { isConfirmable: true, hasProxy }), want);
});
