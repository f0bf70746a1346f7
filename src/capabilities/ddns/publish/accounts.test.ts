import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { SteppedClock } from "#platform/clock/clock.ts";
import { collectLog } from "#platform/log/collected-log.ts";
import { DdnsConfig } from "../config.ts";
import { BudgetSpent } from "../providers/provider.ts";
import { type Account, type AccountPorts, openAccounts, providerProblems } from "./accounts.ts";

const friend = { name: "friend", type: "dyn", user: "me", password: "a" };

function bench(siteFolder = "/nowhere", markKey = "k") {
  const clock = new SteppedClock();
  const asked: string[] = [];
  const budgets = new Map<string, { used: number; atMs: number }>();
  const book: AccountPorts["book"] = {
    budget: (name) => budgets.get(name),
    noteBudget: async (name, value) => void budgets.set(name, value),
  };
  const ports = {
    provider: { siteFolder, log: collectLog().log },
    http: async ({ url }: { url: string }) => {
      asked.push(url);
      return { status: 200, headers: {}, text: "good" };
    },
    monotonicMs: () => clock.monotonicMs(),
    nowMs: () => clock.nowMs(),
    book,
    markKey,
  } as unknown as AccountPorts;
  const open = (providers: readonly object[], before?: ReadonlyMap<string, Account>) =>
    openAccounts(DdnsConfig.parse({ providers }), ports, before);
  return { clock, asked, open };
}

const request = { method: "GET", url: "https://dyn.example/" } as Parameters<Account["http"]>[0];

test("our own zones are an account without an entry", () => {
  const { accounts, problems } = bench().open([friend]);
  assert.deepEqual([[...accounts.keys()], problems], [["friend", "zones"], []]);
});

test("an account whose settings are as before stays, with what it knows and has used", async () => {
  const { open } = bench();
  const { accounts: before } = open([friend, { ...friend, name: "other" }]);
  await before.get("friend")!.http(request);
  const { accounts: after } = open([{ ...friend, name: "other", password: "b" }, friend], before);
  assert.equal(after.get("friend"), before.get("friend"));
  assert.equal(after.get("friend")!.budget.used, 1);
  assert.equal(after.get("zones"), before.get("zones"));
  assert.notEqual(after.get("other"), before.get("other"));
});

for (const [why, changed] of [
  ["a password", { ...friend, password: "b" }],
  ["a user", { ...friend, user: "you" }],
  ["a kind of service that has the same fields", { ...friend, type: "noip" }],
  ["a setting more", { ...friend, server: "https://dyn.example" }],
] as const)
  test(`other settings have another mark: ${why}`, () => {
    const { open } = bench();
    const markOf = (entry: object) => open([entry]).accounts.get("friend")!.settingsMark;
    assert.notEqual(markOf(changed), markOf(friend));
    assert.equal(markOf(friend), markOf({ ...friend }));
  });

test("the mark is the same under another name, and another in another store", () => {
  const markOf = (markKey: string, name: string) =>
    bench("/nowhere", markKey)
      .open([{ ...friend, name }])
      .accounts.get(name)!.settingsMark;
  assert.equal(markOf("k", "friend"), markOf("k", "foe"));
  assert.notEqual(markOf("k", "friend"), markOf("l", "friend"));
});

function folderWith(t: TestContext, secret: string): string {
  const folder = mkdtempSync(join(tmpdir(), "accounts-"));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "password"), secret, { mode: 0o600 });
  return folder;
}

const { password: _, ...withoutPassword } = friend;
const byFile = { ...withoutPassword, passwordFile: "password" };

test("a secret in a file counts as one in the site file, and another content is another mark", (t) => {
  const folder = folderWith(t, "a\n");
  const { open } = bench(folder);
  const inFile = open([byFile]).accounts;
  assert.equal(inFile.get("friend")!.settingsMark, open([friend]).accounts.get("friend")!.settingsMark);
  assert.equal(open([byFile], inFile).accounts.get("friend"), inFile.get("friend"));
  writeFileSync(join(folder, "password"), "b\n");
  assert.notEqual(open([byFile], inFile).accounts.get("friend"), inFile.get("friend"));
});

test("an account that cannot be opened is told with its place, and the others are there", () => {
  const { open } = bench();
  const { accounts, problems } = open([byFile, { ...friend, name: "other" }]);
  assert.deepEqual([...accounts.keys()], ["other", "zones"]);
  const want = [
    {
      severity: "error",
      path: "ddns.providers[0].passwordFile",
      what: "password cannot be read (ENOENT)",
      remedy: "correct the path, and let the user who runs Homeport read it",
    },
  ];
  assert.deepEqual(problems, want);
  const config = DdnsConfig.parse({ providers: [byFile, { ...friend, name: "other" }] });
  assert.deepEqual(providerProblems(config, "/nowhere"), want, "without opening anything");
});

test("what a kind of provider finds wrong is told with the place of the entry", () => {
  const { problems } = bench().open([
    friend,
    { ...friend, name: "other", server: "https://dyn.example/a?b" },
  ]);
  assert.deepEqual(
    problems.map(({ path }) => path),
    ["ddns.providers[1].server"],
  );
});

test("requests count against the budget of the account, and none goes out when it is spent", async () => {
  const { open, asked, clock } = bench();
  const { http, budget } = open([friend]).accounts.get("friend")!;
  for (let count = 0; count < budget.perHourMax; count++) await http(request);
  await assert.rejects(http(request), (error) => {
    assert.ok(error instanceof BudgetSpent);
    assert.ok(error.retryAfterMs > 0 && error.retryAfterMs <= 3_600_000);
    clock.advance(error.retryAfterMs);
    return true;
  });
  assert.equal(asked.length, budget.perHourMax);
  await http(request);
  assert.equal(asked.length, budget.perHourMax + 1);
});

test("what an account has used counts after a restart, and with another password, until it is forgotten", async () => {
  const { open, clock } = bench();
  const used = (accounts: ReadonlyMap<string, Account>) => accounts.get("friend")!.budget.used;
  const { accounts: before } = open([friend]);
  for (let count = 0; count < 3; count++) await before.get("friend")!.http(request);
  assert.equal(used(open([friend]).accounts), 3);
  assert.equal(used(open([{ ...friend, password: "b" }], before).accounts), 3);
  clock.advance(3_600_000);
  assert.equal(used(open([friend]).accounts), 0);
});

test("another place is told from another secret of the same one", () => {
  const { open } = bench();
  const markOf = (entry: object) => open([entry]).accounts.get("friend")!.placeMark;
  assert.equal(markOf({ ...friend, password: "b" }), markOf(friend));
  assert.notEqual(markOf({ ...friend, user: "you" }), markOf(friend));
  assert.notEqual(markOf({ ...friend, type: "noip" }), markOf(friend));
});
