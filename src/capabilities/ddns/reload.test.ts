/** What a reload changes at accounts and records, while calls are under way or waits run. Simulated clock. */
import assert from "node:assert/strict";
import test from "node:test";
import { DdnsConfig } from "./config.ts";
import { providerHost, type SimulatedSite, simulate } from "./simulation.testing.ts";

const hour = 3_600_000;
const day = 86_400_000;

const provider = {
  name: "dyn",
  type: "dyndns2",
  server: `https://${providerHost}`,
  user: "site",
  password: "secret",
};
const section = {
  address: { ipv4: ["https"], ipv6: [], alsoPublic: ["198.51.100.0/24"] },
  providers: [provider],
  records: [{ name: "home.example.net", types: ["A"], provider: "dyn" }],
};

async function reload({ service }: SimulatedSite, changed: object): Promise<void> {
  const config = DdnsConfig.parse({ ...section, ...changed });
  const change = await service.prepare(config, { siteFolder: "/nowhere" });
  await change.commit();
}

test("an account that becomes another one is told its records, though the address is the same", async () => {
  await using site = await simulate(section);
  await site.pass(hour);
  await reload(site, { providers: [{ ...provider, user: "another" }] });
  await site.pass(hour);
  assert.equal(site.internet.updates.length, 2);
});

test("another password of the same account sends nothing", async () => {
  await using site = await simulate(section);
  await site.pass(hour);
  await reload(site, { providers: [{ ...provider, password: "another" }] });
  await site.pass(hour);
  assert.equal(site.internet.updates.length, 1);
});

test("a corrected account is tried at once, however long its records were to wait", async () => {
  await using site = await simulate(section);
  site.internet.providerSays = () => ({ status: 500, text: "oops" });
  site.internet.address = "198.51.100.2";
  await site.pass(2 * day);
  site.internet.providerSays = undefined;
  await reload(site, { providers: [{ ...provider, user: "another" }] });
  await site.pass(2_000);
  assert.equal(site.internet.published.get("home.example.net"), "198.51.100.2");
});

test("a family that is no longer looked for is no longer sent", async () => {
  await using site = await simulate(section);
  await site.pass(hour);
  await reload(site, {
    address: { ipv4: [], ipv6: [] },
    records: [...section.records, { name: "other.example.net", types: ["A"], provider: "dyn" }],
  });
  await site.pass(hour);
  assert.equal(site.internet.updates.length, 1);
});
