import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ApiError, type CommandCall, ExitCode } from "#contracts/command.ts";
import type { Route } from "#contracts/route.ts";
import { RouteError } from "#contracts/route.ts";
import { updateHostCommands } from "./commands.ts";
import { openDesk, testSecret } from "./desk.testing.ts";
import { routerUrl } from "./router-url.ts";
import { updateHostRoutes } from "./routes.ts";
import { isSecretOf as isSecret } from "./secret-hash.ts";

const a = "a.dyn.example";

interface Given {
  readonly arguments?: CommandCall["arguments"];
  readonly options?: CommandCall["options"];
  readonly json?: boolean;
  readonly answer?: string;
}

/** Commands beside the program's own routes. */
async function open(listening: readonly string[] = ["http://192.0.2.1:8245"], isSecretOf?: typeof isSecret) {
  const desk = await openDesk([{ name: a }], {}, isSecretOf);
  const nowMs = (): number => desk.clock.nowMs();
  const routes = updateHostRoutes(() => ({ hosts: desk.hosts, listening }), nowMs);
  const request = async (method: string, url: string, body?: unknown): Promise<unknown> => {
    try {
      return await ask(routes, method, url, body);
    } catch (error) {
      if (error instanceof RouteError) throw new ApiError(error.status, error.code, error.message);
      throw error;
    }
  };
  const run = async (words: string, given: Given = {}) => {
    const command = updateHostCommands.find((one) => one.words.join(" ") === `ddns host ${words}`)!;
    const [out, errors, questions]: [string[], string[], string[]] = [[], [], []];
    const terminal = {
      columns: 80,
      interactive: false,
      print: (text: string): void => void out.push(text),
      printError: (text: string): void => void errors.push(text),
      ask: async (question: string): Promise<string | undefined> => {
        questions.push(question);
        return given.answer;
      },
    };
    const { arguments: words_ = { host: a }, options = {}, json = false } = given;
    const code = await command.run({ arguments: words_, options, json, terminal, api: { request } });
    return { code, out: out.join("\n"), errors: errors.join("\n"), questions };
  };
  return { ...desk, request, run };
}

async function ask(routes: readonly Route[], method: string, url: string, body: unknown): Promise<unknown> {
  const [path = "", query = ""] = url.split("?");
  for (const route of routes) {
    const match = new RegExp(`^${route.path.replace("{user}", "(?<user>[^/]+)")}$`).exec(path);
    if (route.method !== method || match === null) continue;
    const user = match.groups?.["user"];
    const given = {
      ...Object.fromEntries(new URLSearchParams(query)),
      ...(user && { user: decodeURIComponent(user) }),
    };
    const asked = { parameters: route.parameters?.parse(given), body: route.body?.parse(body) };
    return route.answer.parse(await route.handle(asked as never));
  }
  throw new Error(`there is no ${method} ${path}`);
}

test("a host that is added can update at once, with the secret that is shown", async () => {
  const { run, ask: update } = await open(undefined, isSecret);
  const { code, out } = await run("add", { arguments: { name: "b.dyn.example" } });
  assert.equal(code, ExitCode.ok);
  assert.match(out, /update URL +http:\/\/192\.0\.2\.1:8245\/nic\/update\?hostname=<domain>&myip=<ipaddr>/);
  assert.match(out, /user name +b\.dyn\.example/);
  const secret = /password +(\S+)/.exec(out)?.[1];
  assert.ok(secret !== undefined);
  const { body } = await update("myip=8.8.4.4", { user: "b.dyn.example", secret });
  assert.equal(body, "good 8.8.4.4\n");
  const other = await update("myip=8.8.4.4", { user: "b.dyn.example", secret: testSecret });
  assert.equal(other.body, "badauth\n");
});

test("a secret of an earlier service comes from a file, and is not shown", async (t) => {
  const { run, hosts } = await open();
  const folder = mkdtempSync(join(tmpdir(), "host-secret-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "secret");
  writeFileSync(file, "of editdns\nmore\n");
  const options = { "secret-file": file };
  const { out } = await run("add", { arguments: { name: "b.dyn.example" }, options });
  assert.match(out, /as it was given/);
  assert.doesNotMatch(out, /of editdns/);
  assert.ok(hosts.table.host("b.dyn.example"));
  const missing = await run("add", {
    arguments: { name: "c.dyn.example" },
    options: { "secret-file": `${file}2` },
  });
  assert.deepEqual([missing.code, hosts.table.host("c.dyn.example")], [ExitCode.failed, undefined]);
});

test("a name more for a host has no secret to show", async () => {
  const { run } = await open();
  const options = { user: a, follows: a, "interface-id": "::10" };
  const { out } = await run("add", { arguments: { name: "nas.dyn.example" }, options, json: true });
  const { secret, host } = JSON.parse(out) as { secret: string | null; host: { names: object[] } };
  assert.equal(secret, null);
  assert.equal(host.names.length, 2);
});

test("the list says what became of updates, and no secret", async () => {
  const { run, ask: update, clock } = await open();
  await update("myip=8.8.4.4,2620:fe::9");
  clock.advance(120_000);
  const list = updateHostCommands.find(({ words }) => words[2] === "list");
  assert.ok(list);
  const { out } = await run("list", { json: true });
  assert.doesNotMatch(out, /argon2|open-sesame/);
  const { hosts } = JSON.parse(out) as {
    hosts: { names: { ipv4: string; agent: string; from: string }[] }[];
  };
  const name = hosts[0]?.names[0];
  assert.deepEqual([name?.ipv4, name?.agent, name?.from], ["8.8.4.4", "inadyn/2.10", "9.9.9.9"]);
  assert.match(
    (await run("list")).out,
    /a\.dyn\.example +8\.8\.4\.4 2620:fe::9 +\d+ d ago +a\.dyn\.example +ok/,
  );
});

test("what is wrong with an update is shown", async () => {
  const { run, ask: update } = await open();
  await update("myip=10.0.0.1");
  assert.match((await run("list")).out, /refused/);
  assert.match((await run("show")).out, /refused +the update says 10\.0\.0\.1, which is private/);
});

test("what strangers call themselves moves no cursor", async () => {
  const { run, ask: update } = await open();
  await update("myip=8.8.4.4", { agent: "x\u001b[2J" });
  assert.match((await run("show")).out, /by +x\?\[2J/);
});

test("a host is removed when the operator agrees, with its records", async () => {
  const { run, ask: update, zone } = await open();
  await update("myip=8.8.4.4");
  const kept = await run("remove", { answer: "n" });
  assert.deepEqual([kept.out, kept.questions.length, zone.texts().length], ["nothing was changed", 1, 1]);
  assert.equal((await run("remove", { answer: "y" })).out, `removed: ${a}`);
  assert.deepEqual(zone.texts(), []);
  await assert.rejects(run("remove", { options: { yes: true } }), {
    code: "HP_DDNS_HOST_UNKNOWN",
    status: 404,
  });
});

test("a host is disabled and enabled", async () => {
  const { run, ask: update } = await open();
  assert.match((await run("disable")).out, /may not update/);
  assert.equal((await update("myip=8.8.4.4")).body, "!active\n");
  assert.match((await run("list")).out, /disabled/);
  await run("enable");
  assert.equal((await update("myip=8.8.4.4")).body, "good 8.8.4.4\n");
});

test("a block is cleared", async () => {
  const { run, ask: update } = await open();
  for (let count = 0; count < 152; count++) await update("myip=8.8.4.4");
  assert.equal((await update("myip=8.8.4.4")).body, "abuse\n");
  assert.match((await run("list")).out, /blocked/);
  await run("clear");
  assert.match((await update("myip=8.8.4.4")).body, /^nochg/);
});

test("a new secret is made when the operator agrees", async () => {
  const { run, hosts } = await open();
  const before = hosts.table.host(a)?.value.secretHash;
  assert.equal((await run("secret", { answer: "" })).out, "nothing was changed");
  assert.equal(hosts.table.host(a)?.value.secretHash, before);
  assert.match((await run("secret", { answer: "yes" })).out, /password +\w{4}-/);
  assert.notEqual(hosts.table.host(a)?.value.secretHash, before);
});

test("a host that is not there has its own exit code", async () => {
  const { run } = await open();
  assert.equal((await run("show", { arguments: { host: "eve" } })).code, ExitCode.notFound);
});

test("without a server the operator is told what is missing", async () => {
  const { run } = await open([]);
  assert.match((await run("list")).out, /add ddns\.server/);
  assert.match((await run("add", { arguments: { name: "b.dyn.example" } })).out, /add ddns\.server/);
});

for (const [why, listening, want] of [
  ["a proxy has the name", ["http://127.0.0.1:8245", "http://[::1]:8245"], "https://SERVER/nic/update"],
  ["HTTPS has the certificate's name", ["https://192.0.2.1:443"], "https://SERVER/nic/update"],
  ["another port", ["https://0.0.0.0:8443", "https://[::]:8443"], "https://SERVER:8443/nic/update"],
  [
    "HTTP has an address",
    ["http://127.0.0.1:80", "http://192.0.2.1:8245"],
    "http://192.0.2.1:8245/nic/update",
  ],
  ["HTTP everywhere", ["http://0.0.0.0:80"], "http://SERVER/nic/update"],
] as const)
  test(`the URL for a router: ${why}`, () =>
    assert.equal(routerUrl(listening), `${want}?hostname=<domain>&myip=<ipaddr>`));
