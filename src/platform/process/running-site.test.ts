import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { z } from "zod";
import type { Capability, Ports } from "#contracts/capability.ts";
import { ConfigError } from "#contracts/configuration.ts";
import { readSite } from "../site/site.ts";
import { type RunningSite, startSite } from "./running-site.ts";

/** A capability that writes down what is done to it; `bad: start` and `bad: prepare` make it refuse. */
function recorder(id: string, events: string[]): Capability {
  const refuse = (when: string) =>
    new ConfigError("HP_TEST", [{ severity: "error", path: `${id}.bad`, what: `refused at ${when}` }]);
  const config = z.strictObject({ bad: z.string().optional(), value: z.number().default(0) });
  const start: Capability<typeof config>["start"] = async ({ bad, value }) => {
    if (bad === "start") throw refuse("start");
    events.push(`start ${id} ${value}`);
    let now = value;
    return {
      routes: [],
      status: () => ({ summary: `value ${now}`, problems: [], listening: [], hints: [], details: null }),
      async prepare(next) {
        if (next.bad === "prepare") throw refuse("prepare");
        events.push(`prepare ${id} ${next.value}`);
        return {
          commit() {
            now = next.value;
            events.push(`commit ${id} ${now}`);
          },
          discard: () => void events.push(`discard ${id}`),
        };
      },
      async [Symbol.asyncDispose]() {
        events.push(`dispose ${id}`);
      },
    };
  };
  return { id, summary: id, config: async () => config, start: start as Capability["start"] };
}

interface Bench {
  readonly events: string[];
  readonly write: (text: string) => void;
  readonly start: () => Promise<RunningSite>;
}

function bench(t: TestContext): Bench {
  const folder = mkdtempSync(join(tmpdir(), "running-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "site.yaml");
  const events: string[] = [];
  const capabilities = ["one", "two", "three"].map((id) => recorder(id, events));
  const ports = {} as Ports; // the recorder takes nothing from the machine
  return {
    events,
    write: (text) => writeFileSync(file, `site: a\n${text}`),
    start: async () =>
      await startSite({ site: await readSite(file, capabilities), capabilities, portsOf: () => ports }),
  };
}

const summaries = (site: RunningSite) => site.status().map(({ id, summary }) => `${id}: ${summary}`);

test("capabilities start in the order of the program and are disposed in reverse; a section that is absent does not run", async (t) => {
  const { events, write, start } = bench(t);
  write("three: {}\none: {value: 1}\n");
  const site = await start();
  assert.deepEqual(summaries(site), ["one: value 1", "three: value 0"]);
  await site[Symbol.asyncDispose]();
  assert.deepEqual(events, ["start one 1", "start three 0", "dispose three", "dispose one"]);
});

test("a start that fails disposes what had started, and the problem has its line", async (t) => {
  const { events, write, start } = bench(t);
  write("one: {}\ntwo: {}\nthree: {bad: start}\n");
  await assert.rejects(start(), /site\.yaml:4:14: three\.bad: refused at start$/);
  assert.deepEqual(events, ["start one 0", "start two 0", "dispose two", "dispose one"]);
});

test("a reload commits nothing before everything is prepared", async (t) => {
  const { events, write, start } = bench(t);
  write("one: {value: 1}\ntwo: {value: 1}\n");
  await using site = await start();
  events.length = 0;
  write("one: {value: 2}\ntwo: {value: 2}\n");
  const routes = site.routes;
  await site.reload();
  assert.deepEqual(events, ["prepare one 2", "prepare two 2", "commit one 2", "commit two 2"]);
  assert.deepEqual(summaries(site), ["one: value 2", "two: value 2"]);
  assert.notEqual(site.routes, routes);
});

test("a reload that one capability refuses changes none, and all problems are told at once", async (t) => {
  const { events, write, start } = bench(t);
  write("one: {}\ntwo: {}\n");
  await using site = await start();
  events.length = 0;
  write("one: {value: 2}\ntwo: {bad: prepare}\nthree: {bad: start}\n");
  await assert.rejects(site.reload(), (error: ConfigError) => {
    assert.deepEqual(
      error.problems.map(({ line, what }) => [line, what]),
      [
        [3, "refused at prepare"],
        [4, "refused at start"],
      ],
    );
    return true;
  });
  assert.deepEqual(events, ["prepare one 2", "discard one"]);
  assert.deepEqual(summaries(site), ["one: value 0", "two: value 0"]);
});

test("a reload with a broken file changes nothing, and the next reload works", async (t) => {
  const { events, write, start } = bench(t);
  write("one: {}\n");
  await using site = await start();
  events.length = 0;
  write("one: [\n");
  const broken = site.reload();
  await assert.rejects(broken, ConfigError);
  assert.deepEqual(events, []);
  write("one: {value: 3}\n");
  await site.reload();
  assert.deepEqual(summaries(site), ["one: value 3"]);
});

test("a section that comes starts its capability, one that goes disposes it", async (t) => {
  const { events, write, start } = bench(t);
  write("two: {}\n");
  await using site = await start();
  write("one: {value: 5}\n");
  events.length = 0;
  await site.reload();
  assert.deepEqual(summaries(site), ["one: value 5"]);
  assert.deepEqual(events, ["start one 5", "dispose two"]);
});

test("a capability that had started for a refused reload is disposed again", async (t) => {
  const { events, write, start } = bench(t);
  write("two: {}\n");
  await using site = await start();
  write("one: {}\ntwo: {bad: prepare}\n");
  events.length = 0;
  await assert.rejects(site.reload(), ConfigError);
  assert.deepEqual(events, ["start one 0", "dispose one"]);
  assert.deepEqual(summaries(site), ["two: value 0"]);
});

test("reloads wait for one another", async (t) => {
  const { events, write, start } = bench(t);
  write("one: {}\n");
  await using site = await start();
  events.length = 0;
  await Promise.all([site.reload(), site.reload()]);
  assert.deepEqual(events, ["prepare one 0", "commit one 0", "prepare one 0", "commit one 0"]);
});

test("a reload that comes while the site is taken down is refused, and starts nothing", async (t) => {
  const { events, write, start } = bench(t);
  write("one: {}\n");
  const site = await start();
  const before = site.reload();
  const disposed = site[Symbol.asyncDispose]();
  const late = site.reload();
  events.length = 0;
  await assert.rejects(late, ConfigError);
  await Promise.all([before, disposed]);
  assert.deepEqual(events, ["prepare one 0", "commit one 0", "dispose one"]);
});
