import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { z } from "zod";
import type { Capability, FindContract, Need, Ports } from "#contracts/capability.ts";
import type { NameRegistry } from "#contracts/name-registry.ts";
import { readSite } from "../site/site.ts";
import { checkContracts } from "./contract-binding.ts";
import { type RunningSite, startSite } from "./running-site.ts";

const contract = "name-registry";
const registry = {} as NameRegistry; // nobody calls it here

interface Sample extends Capability {
  /** What its start was given. */
  find?: FindContract;
  foundAtStart?: unknown;
}

function sample(
  id: string,
  more: Partial<Capability> & { keepsWord?: false; events?: string[] } = {},
): Sample {
  const { keepsWord, events, ...manifest } = more;
  const provided = manifest.provides === undefined || keepsWord === false ? {} : { [contract]: registry };
  const one: Sample = {
    id,
    summary: id,
    config: async () => z.strictObject({}),
    ...manifest,
    async start(_config, { find }) {
      events?.push(`start ${id}`);
      one.find = find!;
      if (one.needs !== undefined) one.foundAtStart = find!(contract);
      return {
        routes: [],
        provided,
        status: () => ({ summary: "", problems: [], listening: [], hints: [], details: null }),
        prepare: async () => ({ commit() {}, discard() {} }),
        async [Symbol.asyncDispose]() {
          events?.push(`dispose ${id}`);
        },
      };
    },
  };
  return one;
}

const provider = () => sample("dns", { provides: [contract] });
const user = (need: Partial<Need> = {}) => sample("dhcp", { needs: [{ contract, ...need }] });

function siteFile(t: TestContext, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "binding-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "site.yaml");
  writeFileSync(file, `site: a\n${text}`);
  return file;
}

async function start(file: string, capabilities: readonly Capability[]): Promise<RunningSite> {
  return startSite({
    site: await readSite(file, capabilities),
    capabilities,
    portsOf: () => ({}) as Ports, // they take nothing from the machine
  });
}

for (const [why, capabilities, want] of [
  [
    "a contract has two providers",
    [provider(), sample("other", { provides: [contract] })],
    /dns and by other/,
  ],
  ["who needs a contract comes before who provides it", [user(), provider()], /list it before dhcp/],
  ["even where it could do without", [user({ optional: true }), provider()], /list it before dhcp/],
  ["who needs a contract is alone", [user()], /which nobody provides/],
] as const)
  test(`the program's capabilities do not fit together when ${why}`, () => {
    assert.throws(() => checkContracts(capabilities), want);
  });

test("a program without anybody who provides what one can do without is sound", () => {
  checkContracts([user({ optional: true })]);
});

test("a capability finds what it needs at its start, and nothing that it does not say it needs", async (t) => {
  const [dns, dhcp, other] = [provider(), user(), sample("other")];
  await using _ = await start(siteFile(t, "other: {}\ndhcp: {}\ndns: {}\n"), [dns, dhcp, other]);
  assert.equal(dhcp.foundAtStart, registry);
  assert.throws(() => other.find!(contract), /other does not say that it needs name-registry/);
});

test("a section without the one that it needs is a mistake of the file, told with its line", async (t) => {
  const capabilities = [provider(), user()];
  const file = siteFile(t, "dhcp: {}\n");
  const want = /site\.yaml:2:\d+: dhcp: needs name-registry, which dns provides; add a section "dns"/;
  await assert.rejects(start(file, capabilities), want);
});

test("each provider that can be done without is removed in turn, and the site starts all the same", async (t) => {
  const dhcp = user({ optional: true });
  await using _ = await start(siteFile(t, "dhcp: {}\n"), [provider(), dhcp]);
  assert.deepEqual([dhcp.foundAtStart, dhcp.find!(contract)], [undefined, undefined]);
});

test("a provider comes and goes while the one who can do without runs", async (t) => {
  const dhcp = user({ optional: true });
  const file = siteFile(t, "dhcp: {}\n");
  await using site = await start(file, [provider(), dhcp]);
  writeFileSync(file, "site: a\ndns: {}\ndhcp: {}\n");
  await site.reload();
  assert.equal(dhcp.find!(contract), registry);
  writeFileSync(file, "site: a\ndhcp: {}\n");
  await site.reload();
  assert.equal(dhcp.find!(contract), undefined);
});

test("a reload that takes away what somebody needs changes nothing", async (t) => {
  const dhcp = user();
  const file = siteFile(t, "dns: {}\ndhcp: {}\n");
  await using site = await start(file, [provider(), dhcp]);
  writeFileSync(file, "site: a\ndhcp: {}\n");
  await assert.rejects(site.reload(), /which dns provides/);
  assert.equal(dhcp.find!(contract), registry);
});

test("what comes with one reload finds one another, and goes with one reload in reverse", async (t) => {
  const events: string[] = [];
  const dhcp = sample("dhcp", { needs: [{ contract }], events });
  const file = siteFile(t, "other: {}\n");
  const dns = sample("dns", { provides: [contract], events });
  await using site = await start(file, [dns, dhcp, sample("other")]);
  writeFileSync(file, "site: a\nother: {}\ndns: {}\ndhcp: {}\n");
  await site.reload();
  assert.equal(dhcp.foundAtStart, registry);
  writeFileSync(file, "site: a\nother: {}\n");
  await site.reload();
  assert.deepEqual(events, ["start dns", "start dhcp", "dispose dhcp", "dispose dns"]);
});

test("a capability that does not provide what it says is disposed and does not start", async (t) => {
  const events: string[] = [];
  const broken = sample("dns", { provides: [contract], keepsWord: false, events });
  await assert.rejects(start(siteFile(t, "dns: {}\n"), [broken]), /dns runs without providing name-registry/);
  assert.deepEqual(events, ["start dns", "dispose dns"]);
});
