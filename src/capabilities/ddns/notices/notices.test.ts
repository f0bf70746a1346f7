import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { SteppedClock } from "#platform/clock/clock.ts";
import { HttpFault, type HttpRequest, type HttpResponse } from "#platform/http-client/http-client.ts";
import { collectLog } from "#platform/log/collected-log.ts";
import { type NoticeConfig, noticeEvents } from "../config.ts";
import type { NoticeEvent } from "./notice-event.ts";
import { noticeProblems, startNotices } from "./notices.ts";
import { startSmtpServer } from "./smtp-server.testing.ts";

const startMs = Date.parse("2026-11-25T02:10:00.000Z");
const changed = (address: string, before: string): NoticeEvent => ({
  kind: "address-changed",
  family: "ipv4",
  address,
  before,
});
const failed = (index: number): NoticeEvent => ({
  kind: "record-failed",
  name: `host${index}.example.net`,
  type: "A",
  provider: "cloud",
  code: "http-503",
  sentence: "Cloud has trouble (HTTP 503)",
  nextTryAtMs: startMs + 300_000,
});
const recovered = (index: number): NoticeEvent => ({
  kind: "record-recovered",
  name: `host${index}.example.net`,
  type: "A",
  provider: "cloud",
  address: "203.0.113.90",
});

const settingOf = (notice: Partial<NoticeConfig>): NoticeConfig => ({
  events: [...noticeEvents],
  timeout: "5s",
  ...notice,
});
const ntfy = { url: "https://ntfy.example/secret-topic", token: "tk_secret" };

/** `answer`: the status, or why there is none. */
function rig(
  t: TestContext,
  config: readonly Partial<NoticeConfig>[],
  answer: (request: HttpRequest, count: number) => number | HttpFault = () => 200,
) {
  const folder = mkdtempSync(join(tmpdir(), "notices-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const { log, lines } = collectLog();
  const clock = new SteppedClock(startMs);
  const requests: HttpRequest[] = [];
  const http = async (request: HttpRequest): Promise<HttpResponse> => {
    requests.push(request);
    const status = answer(request, requests.length);
    if (typeof status !== "number") throw status;
    return { status, headers: {}, text: "" };
  };
  const notices = startNotices({
    config: config.map(settingOf),
    log,
    clock,
    folder,
    http,
    site: "foundry",
    retryWaitsMs: [1, 1],
  });
  t.after(() => notices[Symbol.asyncDispose]());
  const sentences = (): string =>
    lines.map(({ facts, sentence }) => JSON.stringify([facts, sentence])).join();
  const titles = (): (string | undefined)[] => requests.map(({ headers }) => headers?.["Title"]);
  return { folder, clock, requests, notices, sentences, titles };
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    assert.ok(tries < 1000, "it does not come about");
    await wait(5);
  }
}

/** What is on its way is done. */
async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve));
}

test("a webhook gets each event as JSON, at once", async (t) => {
  const { notices, requests } = rig(t, [{ url: "https://hooks.example/a?key=1" }]);
  notices.tell(changed("203.0.113.90", "198.51.100.7"));
  notices.tell(failed(1));
  await until(() => notices.counters.delivered === 2);
  assert.deepEqual(
    requests.map(({ method, url, body }) => [method, url, JSON.parse(body as string)]),
    [
      {
        event: "address-changed",
        at: "2026-11-25T02:10:00.000Z",
        family: "ipv4",
        address: "203.0.113.90",
        before: "198.51.100.7",
      },
      {
        event: "record-failed",
        at: "2026-11-25T02:10:00.000Z",
        name: "host1.example.net",
        type: "A",
        provider: "cloud",
        code: "http-503",
        sentence: "Cloud has trouble (HTTP 503)",
        nextTryAt: "2026-11-25T02:15:00.000Z",
      },
    ].map((facts) => ["POST", "https://hooks.example/a?key=1", facts]),
  );
});

test("what is told twice in a row is told once, whatever its words and times are", async (t) => {
  const { notices, requests } = rig(t, [{ url: "https://hooks.example/" }]);
  const again = { ...failed(1), sentence: "Cloud has other trouble", nextTryAtMs: startMs } as NoticeEvent;
  for (const event of [failed(1), again, failed(1), recovered(1), recovered(1), failed(1)])
    notices.tell(event);
  await settle();
  await until(() => notices.counters.delivered === 3);
  assert.deepEqual(
    requests.map(({ body }) => (JSON.parse(body as string) as { event: string }).event),
    ["record-failed", "record-recovered", "record-failed"],
  );
});

test("a command has a variable for each fact, and the event on standard input", async (t) => {
  const script = 'set -u; echo "$HOMEPORT_EVENT $HOMEPORT_ADDRESS [$HOMEPORT_NEXT_TRY_AT]" > out; cat > in';
  const { notices, folder } = rig(t, [{ command: ["sh", "-c", script] }]);
  notices.tell(changed("203.0.113.90", "198.51.100.7"));
  await until(() => notices.counters.delivered === 1);
  assert.equal(readFileSync(join(folder, "out"), "utf8"), "address-changed 203.0.113.90 []\n");
  assert.equal((JSON.parse(readFileSync(join(folder, "in"), "utf8")) as { family: string }).family, "ipv4");
});

test("ntfy gets text, title, priority and tags, with the token", async (t) => {
  const { notices, requests, clock } = rig(t, [{ ntfy }]);
  notices.tell(changed("203.0.113.90", "198.51.100.7"));
  clock.advance(5_000);
  await until(() => notices.counters.delivered === 1);
  const [{ url, method, headers, body } = {} as HttpRequest] = requests;
  assert.deepEqual([method, url], ["POST", ntfy.url]);
  assert.deepEqual(headers, {
    "content-type": "text/plain; charset=utf-8",
    Title: "foundry: public IPv4 address is now 203.0.113.90",
    Priority: "default",
    Tags: "white_check_mark",
    Authorization: "Bearer tk_secret",
  });
  assert.match(body as string, /Before it was 198\.51\.100\.7\./);
});

for (const [why, answers, tries, delivered, sentence] of [
  ["trouble of the server is waited out", [503, 429, 200], 3, 1, ""],
  ["a server out of reach is tried again", [new HttpFault("refused the connection", false), 200], 2, 1, ""],
  [
    "a token that may not write is not tried again",
    [403, 200],
    1,
    0,
    "it answers 403 to this topic; is `token`",
  ],
  ["it is not led elsewhere", [302, 200], 1, 0, "points elsewhere"],
] as const)
  test(`ntfy: ${why}, and no secret is in the log`, async (t) => {
    const { notices, requests, clock, sentences } = rig(t, [{ ntfy }], (_, count) => answers[count - 1]!);
    notices.tell(changed("203.0.113.90", "198.51.100.7"));
    clock.advance(5_000);
    await until(() => notices.counters.delivered + notices.counters.failed === 1);
    assert.deepEqual([requests.length, notices.counters.delivered], [tries, delivered]);
    assert.ok(sentences().includes(sentence));
    assert.doesNotMatch(sentences(), /secret/);
  });

test("people get one message of what happens together, and none of what was over at once", async (t) => {
  const { notices, titles, clock } = rig(t, [{ ntfy }]);
  for (let index = 0; index < 500; index++) notices.tell(failed(index));
  clock.advance(4_999);
  await settle();
  assert.deepEqual(titles(), []);
  notices.tell(recovered(7));
  clock.advance(1);
  await until(() => notices.counters.delivered === 1);
  assert.deepEqual(titles(), ["foundry: 499 records cannot be published"]);
});

test("messages of an outage that goes on come later and later; a new address does not wait for them", async (t) => {
  const { notices, titles, clock } = rig(t, [{ ntfy }]);
  let index = 0;
  const sentAtS: number[] = [];
  for (let second = 0; second < 3_000; second++) {
    if (second % 20 === 0) notices.tell(failed(index++));
    if (second === 2_000) notices.tell(changed("203.0.113.90", "198.51.100.7"));
    const before = titles().length;
    clock.advance(1_000);
    await settle();
    if (titles().length > before) sentAtS.push(second + 1);
  }
  assert.deepEqual(sentAtS, [5, 80, 380, 1_280, 2_060]);
});

test("after a calm hour a message goes out quickly again", async (t) => {
  const { notices, titles, clock } = rig(t, [{ ntfy }]);
  notices.tell(failed(1));
  clock.advance(5_000);
  notices.tell(failed(2));
  clock.advance(60_000);
  clock.advance(3_600_001);
  notices.tell(failed(3));
  clock.advance(5_000);
  await until(() => notices.counters.delivered === 3);
  assert.equal(titles().length, 3);
});

test("each gets the events that it wants, and other receivers from a reload on", async (t) => {
  const first = { ntfy, events: ["record-failed" as const] };
  const second = { ntfy: { url: "https://ntfy.example/other" }, events: ["address-changed" as const] };
  const { notices, titles, requests, clock } = rig(t, [first, second]);
  notices.tell(changed("203.0.113.90", "198.51.100.7"));
  clock.advance(5_000);
  await until(() => notices.counters.delivered === 1);
  notices.use([settingOf(first)]);
  notices.tell(changed("203.0.113.91", "203.0.113.90"));
  notices.tell(failed(1));
  clock.advance(60_000);
  await until(() => notices.counters.delivered === 2);
  assert.deepEqual(
    requests.map(({ url }) => url),
    ["https://ntfy.example/other", ntfy.url],
  );
  assert.deepEqual(titles()[1], "foundry: host1.example.net A cannot be published at cloud");
});

test("what is gathered still goes out when the program ends", async (t) => {
  const { notices, titles } = rig(t, [{ ntfy }]);
  notices.tell(changed("203.0.113.90", "198.51.100.7"));
  await notices[Symbol.asyncDispose]();
  assert.equal(titles().length, 1);
});

test("a mail goes out with the password of a file, which may be another each time", async (t) => {
  await using server = await startSmtpServer({ offers: ["AUTH PLAIN"] });
  const mail = {
    server: `127.0.0.1:${server.port}`,
    security: "none" as const,
    user: "foundry",
    passwordFile: "mail-password",
    from: "homeport@foundry.example",
    to: ["smith@foundry.example"],
  };
  const { notices, clock, folder, sentences } = rig(t, [{ mail }]);
  for (const [count, password] of ["first", "second"].entries()) {
    writeFileSync(join(folder, "mail-password"), `${password}\n`, { mode: 0o600 });
    notices.tell(changed(`203.0.113.${count}`, "198.51.100.7"));
    clock.advance(60_000);
    await until(() => notices.counters.delivered === count + 1);
    const login = Buffer.from(`\0foundry\0${password}`).toString("base64");
    assert.ok(server.heard.includes(`AUTH PLAIN ${login}`));
  }
  rmSync(join(folder, "mail-password"));
  notices.tell(changed("203.0.113.2", "203.0.113.1"));
  clock.advance(60_000);
  await until(() => notices.counters.failed === 1);
  assert.match(sentences(), /the notice by 127\.0\.0\.1 failed: mail-password cannot be read \(ENOENT\)/);
  assert.match(server.mails[0]!.text, /Subject: foundry: public IPv4 address is now 203\.0\.113\.0/);
});

const mailSetting = {
  server: "mail.example",
  security: "starttls" as const,
  from: "a@foundry.example",
  to: ["b@foundry.example"],
};

for (const [why, notice, want] of [
  ["a mail without a login is in order", { mail: mailSetting }, []],
  ["so is a file of a password", { mail: { ...mailSetting, user: "a", passwordFile: "good" } }, []],
  [
    "a file that is not there",
    { mail: { ...mailSetting, user: "a", passwordFile: "none" } },
    ["error ddns.notices[0].mail.passwordFile: none cannot be read (ENOENT)"],
  ],
  [
    "a file that all may read",
    { ntfy: { url: ntfy.url, tokenFile: "open" } },
    ["warning ddns.notices[0].ntfy.tokenFile: others than its owner may read or write open"],
  ],
  [
    "a user without a password",
    { mail: { ...mailSetting, user: "a" } },
    ["error ddns.notices[0].mail: has a `user` without a password"],
  ],
  [
    "a password without a user",
    { mail: { ...mailSetting, password: "p" } },
    ["error ddns.notices[0].mail: has a password without a `user`"],
  ],
  [
    "a token that is there twice",
    { ntfy: { ...ntfy, tokenFile: "good" } },
    ["error ddns.notices[0].ntfy: has both `token` and `tokenFile`"],
  ],
  [
    "a port that is none",
    { mail: { ...mailSetting, server: "mail.example:99999" } },
    ["error ddns.notices[0].mail.server: 99999 is no port"],
  ],
  [
    "a password in the clear",
    { mail: { ...mailSetting, security: "none" as const, user: "a", password: "p" } },
    ["warning ddns.notices[0].mail.security: the password goes to the mail server without TLS"],
  ],
] as const)
  test(`problems of the site file: ${why}`, (t) => {
    const folder = mkdtempSync(join(tmpdir(), "notices-"));
    t.after(() => rmSync(folder, { recursive: true }));
    for (const [name, mode] of [
      ["good", 0o600],
      ["open", 0o644],
    ] as const) {
      writeFileSync(join(folder, name), "secret\n");
      chmodSync(join(folder, name), mode);
    }
    const problems = noticeProblems([settingOf(notice as Partial<NoticeConfig>)], folder);
    assert.deepEqual(
      problems.map(({ severity, path, what }) => `${severity} ${path}: ${what}`),
      want,
    );
  });
