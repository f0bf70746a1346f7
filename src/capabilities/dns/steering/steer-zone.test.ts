/** What operators may have done to which zone, and what they are told instead. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { RouteError } from "#contracts/route.ts";
import { parseName } from "#protocols/dns/name.ts";
import { SampleTarget } from "../control-channel/control-target.testing.ts";
import { zoneSteeringRoutes } from "./routes.ts";
import { type SteeringAction, steeringActions, steerZone } from "./steer-zone.ts";

async function steer(
  action: SteeringAction,
  zone: string,
  { told = [], before = [] }: { told?: readonly string[]; before?: readonly SteeringAction[] } = {},
): Promise<string> {
  const control = new SampleTarget();
  const ports = { control, told: () => told };
  const name = parseName(`${zone}.`);
  for (const earlier of before) await steerZone(earlier, name, ports);
  const called = control.calls.length;
  try {
    const { outcome, said } = await steerZone(action, name, ports);
    return [...control.calls.slice(called), `${outcome}: ${said}`].join("; ");
  } catch (error) {
    if (!(error instanceof RouteError)) throw error;
    return `${error.status} ${error.code}: ${error.message}`;
  }
}

for (const [why, action, zone, want] of [
  ["a zone that is not there", "refresh", "other.net", /^404 HP_DNS_ZONE_UNKNOWN: .*homeport zone list/],
  ["a copy is looked after now", "refresh", "copy.net", /^refresh copy\.net\.; started: asking the primary/],
  [
    "a zone of our own has no primary to ask",
    "refresh",
    "static.net",
    /^409 HP_DNS_ZONE_PRIMARY: .*; homeport zone reload static\.net/,
  ],
  ["a copy is fetched anew", "retransfer", "copy.net", /^retransfer copy\.net\.; started: copying all/],
  ["a zone of our own cannot be fetched", "retransfer", "dyn.net", /^409 HP_DNS_ZONE_PRIMARY/],
  ["nobody to tell is said", "notify", "static.net", /^notify static\.net\.; nobody-told: .*alsoNotify/],
  ["nothing to tell of is said", "notify", "copy.net", /^409 HP_DNS_ZONE_EMPTY/],
  ["a dynamic zone is frozen", "freeze", "dyn.net", /^freeze dyn\.net\.; done: .*takes no updates/],
  ["a static zone need not be", "freeze", "static.net", /^409 HP_DNS_ZONE_STATIC: .*homeport zone reload/],
  ["a copy is frozen at its primary", "freeze", "copy.net", /^409 HP_DNS_ZONE_SECONDARY: .*its primary/],
  ["what is not frozen need not be thawed", "thaw", "dyn.net", /nothing-to-do: dyn\.net is not frozen/],
  ["a dynamic zone is written", "sync", "dyn.net", /^sync dyn\.net\.; done: .*dyn\.db/],
  ["a static zone is as its file says", "sync", "static.net", /^nothing-to-do: nobody changes static\.net/],
  ["a copy has no file", "sync", "copy.net", /^409 HP_DNS_ZONE_SECONDARY: .*homeport zone export/],
  ["a file that is as it was", "reload", "static.net", /^reloadZone static\.net\.; nothing-to-do: the file/],
  ["a copy is reloaded from its primary", "reload", "copy.net", /^refresh copy\.net\.; started/],
] as const) {
  test(`${action}: ${why}`, async () => assert.match(await steer(action, zone), want));
}

test("secondaries that are told are named", async () => {
  assert.match(await steer("notify", "dyn.net", { told: ["192.0.2.1:53"] }), /started: .*192\.0\.2\.1:53/);
});

test("a zone is frozen once, and while it is, its file is not written", async () => {
  const before = ["freeze"] as const;
  assert.match(await steer("freeze", "dyn.net", { before }), /nothing-to-do: .*frozen already/);
  assert.match(await steer("sync", "dyn.net", { before }), /^409 HP_DNS_ZONE_FROZEN: .*homeport zone thaw/);
  assert.match(await steer("thaw", "dyn.net", { before }), /^thaw dyn\.net\.; done/);
});

test("there is a route for each, with the problems of a file that was read", async () => {
  const problem = { severity: "warning", what: "odd" } as const;
  const ports = { control: new SampleTarget(), told: () => [], problems: () => [problem] };
  const routes = zoneSteeringRoutes(ports);
  assert.deepEqual(
    routes.map(({ method, path }) => `${method} ${path}`).sort(),
    steeringActions.map((action) => `POST /api/dns/zones/{zone}/${action}`).sort(),
  );
  const answerOf = async (action: string): Promise<unknown> => {
    const route = routes.find(({ path }) => path.endsWith(`/${action}`))!;
    return route.answer.parse(
      await route.handle({ parameters: { zone: "Static.NET" }, body: undefined } as never),
    );
  };
  assert.deepEqual(Object(await answerOf("reload")).problems, [problem]);
  assert.deepEqual(Object(await answerOf("notify")).problems, []);
});
