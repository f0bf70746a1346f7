import assert from "node:assert/strict";
import { lstatSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type CommandCall, ExitCode } from "#contracts/command.ts";
import { dnsCommands } from "../commands.ts";

const good = "$TTL 60\n@ IN SOA ns1 admin 7 1h 10m 1d 5m\n  IN NS ns1\nns1 IN A 192.0.2.1\n";

interface Ran {
  readonly code: ExitCode;
  readonly out: string;
  readonly error: string;
}

/** Runs a command with what the running program would answer. */
async function run(
  words: string,
  given: { arguments?: CommandCall["arguments"]; options?: CommandCall["options"]; json?: boolean },
  answers: Readonly<Record<string, unknown>> = {},
): Promise<Ran> {
  let out = "";
  let error = "";
  const command = dnsCommands.find((one) => one.words.join(" ") === words)!;
  const code = await command.run({
    arguments: given.arguments ?? {},
    options: given.options ?? {},
    json: given.json ?? false,
    terminal: {
      columns: 80,
      interactive: false,
      print: (text) => {
        out += `${text}
`;
      },
      printError: (text) => {
        error += `${text}
`;
      },
    },
    api: { request: async (method, path) => answers[`${method} ${path}`] },
  });
  return { code, out, error };
}

function zoneFile(t: TestContext, name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "homeport-commands-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

test("zone check of a good file gives serial and records, and takes the zone from the file's name", async (t) => {
  const file = zoneFile(t, "db.example.net", good);
  const { code, out } = await run("zone check", { arguments: { file } });
  assert.deepEqual([code, out], [ExitCode.ok, "example.net: serial 7, 3 records, no problems\n"]);
});

test("zone check takes the zone from the SOA's owner when that is written out", async (t) => {
  const file = zoneFile(t, "anything", good.replace("@", "lab.example."));
  const { out } = await run("zone check", { arguments: { file } });
  assert.match(out, /^lab\.example: serial 7/);
});

test("zone check of a file that does not say its zone asks for it", async (t) => {
  const file = zoneFile(t, "anything", good);
  const { code, error } = await run("zone check", { arguments: { file } });
  assert.equal(code, ExitCode.usage);
  assert.match(error, /does not say which zone it is of: name it, as in homeport zone check/);
});

test("zone check of a bad file says where and what to write, and ends with 3", async (t) => {
  const file = zoneFile(t, "db.example.net", `${good}www IN A 192.0.2.300\n`);
  const { code, out } = await run("zone check", { arguments: { file } });
  assert.equal(code, ExitCode.problems);
  assert.match(out, /:5:10: "192\.0\.2\.300" is not an IPv4 address; write four numbers/);
  assert.match(out, /\nexample\.net: 1 error, 0 warnings\n$/);
});

test("zone check --json is one document", async (t) => {
  const file = zoneFile(t, "db.example.net", good);
  const { out } = await run("zone check", { arguments: { file }, json: true });
  assert.deepEqual(JSON.parse(out), {
    zone: "example.net",
    file,
    ok: true,
    serial: 7,
    records: 3,
    problems: [],
  });
});

test("zone check of a file that is not there says so", async () => {
  const { code, out } = await run("zone check", { arguments: { file: "/nowhere/db", zone: "example.net" } });
  assert.equal(code, ExitCode.problems);
  assert.match(out, /the zone file of example\.net\. cannot be read: no such file/);
});

test("zone format writes through a link, keeps mode and owner, and a second time has nothing to do", async (t) => {
  const file = zoneFile(t, "db.example.net", good);
  const link = `${file}.link`;
  symlinkSync(file, link);
  const before = statSync(file);
  const arguments_ = { file: link, zone: "example.net" };
  assert.equal(
    (await run("zone format", { arguments: arguments_, options: { check: true } })).code,
    ExitCode.problems,
  );
  assert.match(
    (await run("zone format", { arguments: arguments_, options: { write: true } })).out,
    /written/,
  );
  assert.ok(lstatSync(link).isSymbolicLink());
  const after = statSync(file);
  assert.deepEqual([after.mode, after.uid, after.gid], [before.mode, before.uid, before.gid]);
  assert.match(readFileSync(file, "utf8"), /^\$ORIGIN example\.net\.\n\$TTL 60/);
  assert.equal(
    (await run("zone format", { arguments: arguments_, options: { check: true } })).code,
    ExitCode.ok,
  );
});

const zone = {
  name: "example.net",
  kind: "primary",
  state: "serving",
  serial: 7,
  records: 3,
  dynamic: false,
  frozen: false,
  secondary: null,
  notified: [],
  problems: [],
};

test("zone list says what each zone is and how it stands with other servers", async () => {
  const at = (seconds: number): string => new Date(Date.now() + seconds * 1000 + 500).toISOString();
  const copy = {
    state: "current",
    confirmedAt: at(-200),
    nextCheckAt: at(7200),
    expiresAt: at(900_000),
    error: null,
  };
  const error = { primary: "192.0.2.7:53", sentence: "answered REFUSED" };
  const zones = [
    zone,
    { ...zone, name: "dyn.net", dynamic: true, frozen: true },
    { ...zone, name: "old.net", notified: [{ server: "192.0.2.1:53", state: "unanswered" }] },
    { ...zone, name: "copy.net", kind: "secondary", secondary: copy },
    { ...zone, name: "lost.net", kind: "secondary", secondary: { ...copy, error }, problems: [{ what: "" }] },
    {
      ...zone,
      name: "new.net",
      kind: "secondary",
      state: "not-fetched",
      serial: null,
      secondary: { ...copy, error },
      problems: [{ what: "" }],
    },
    { ...zone, name: "bad.net", state: "serving-previous", problems: [{ what: "" }, { what: "" }] },
  ];
  const { out } = await run("zone list", {}, { "GET /api/dns/zones": { zones } });
  assert.deepEqual(out.trimEnd().split("\n"), [
    "ZONE         KIND       SERIAL  RECORDS  STATE",
    "example.net  primary         7        3  serving",
    "dyn.net      dynamic         7        3  frozen",
    "old.net      primary         7        3  serving; not told: 192.0.2.1:53",
    "copy.net     secondary       7        3  in sync 3 min ago, next in 2 h",
    "lost.net     secondary       7        3  in sync 3 min ago, 10 d left: 192.0.2.7:53 answered REFUSED",
    "new.net      secondary       -        3  not-fetched: 192.0.2.7:53 answered REFUSED",
    "bad.net      primary         7        3  serving-previous; 2 problems",
    "",
    "3 with problems: homeport status",
  ]);
});

test("zone refresh and its like say what was done, and end with 3 when the file has mistakes", async () => {
  const path = "POST /api/dns/zones/example.net/reload";
  const given = { arguments: { zone: "example.net" } };
  const good = { outcome: "done", said: "example.net has what is new in its file", problems: [] };
  const done = await run("zone reload", given, { [path]: good });
  assert.deepEqual([done.code, done.out], [ExitCode.ok, `${good.said}\n`]);
  const bad = { ...good, problems: [{ severity: "error", file: "a.db", line: 3, what: "no such type" }] };
  const problems = await run("zone reload", given, { [path]: bad });
  assert.deepEqual([problems.code, problems.error], [ExitCode.problems, "a.db:3: no such type\n"]);
  const json = await run("zone reload", { ...given, json: true }, { [path]: good });
  assert.deepEqual(JSON.parse(json.out), good);
});

test("zone list without zones says how to get one", async () => {
  const { out } = await run("zone list", {}, { "GET /api/dns/zones": { zones: [] } });
  assert.match(out, /homeport import bind/);
});

test("zone show with a type shows those records, and ends with 5 when there is none", async () => {
  const record = { name: "ns1.example.net.", ttl: 60, type: "A", data: "192.0.2.1" };
  const path = "GET /api/dns/zones/example.net?type=A";
  const given = { arguments: { zone: "example.net" }, options: { type: "A" } };
  const some = await run("zone show", given, { [path]: { content: [record], more: false } });
  assert.deepEqual([some.code, some.out], [ExitCode.ok, "ns1.example.net.  60  A  192.0.2.1\n"]);
  const none = await run("zone show", given, { [path]: { content: [], more: false } });
  assert.deepEqual([none.code, none.out], [ExitCode.notFound, ""]);
});
