/** What strangers, and hosts that want more than is theirs, send to the update server of a Homeport. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, suite, type TestContext, test } from "node:test";
import { ApiError } from "#contracts/command.ts";
import { copyOf, run } from "../interop/lab-tools.ts";
import {
  apiOf,
  basic,
  dial,
  getText,
  proxy,
  type ServerLab,
  say,
  startServer,
  told,
  zone,
} from "./ddns-server-lab.ts";

const own = `own.${zone}`;
const user = "friend";

suite("the update server before strangers", { timeout: 100_000 }, () => {
  const endings: (() => unknown)[] = [];
  const owner = { after: (end: () => unknown) => void endings.unshift(end) } as unknown as TestContext;
  let lab: ServerLab;
  let login: Readonly<Record<string, string>>;
  before(async () => {
    const hosts = [`${own} ${user}`, `second.${zone} ${user}`, `other.${zone} other`, `www.${zone} www`];
    lab = await startServer(owner, [...hosts, `sub.www.${zone}`, `alias.${zone}`], {
      requests: { perSecond: 10_000, burst: 10_000 },
    });
    login = { authorization: basic(user, lab.secrets.get(user)!) };
  });
  after(async () => {
    for (const end of endings) await end();
  });

  const ask = async (query: string, headers = login, from?: string): Promise<string> =>
    told(await say(lab.port, getText(`/nic/update?${query}`, headers), from));
  const zoneNow = (): Promise<readonly string[]> => copyOf(lab.homeport.port, zone);

  test("names that are not its own get a refusal, and leave the zone as it was", async () => {
    assert.equal(await ask(`hostname=${own}&myip=192.0.2.1`), "200 good 192.0.2.1");
    const before = await zoneNow();
    for (const [hostname, want] of [
      [`other.${zone}`, "!yours"],
      [`OTHER.${zone.toUpperCase()}.`, "!yours"],
      [`www.${zone}`, "!yours"],
      [`ns.${zone}`, "nohost"],
      [zone, "nohost"],
      [`*.${zone}`, "notfqdn"],
      [`*`, "notfqdn"],
      [`%2a.${zone}`, "notfqdn"],
      [`@.${zone}`, "notfqdn"],
      [`x.${own}`, "nohost"],
      [`${own}%00`, "notfqdn"],
      [`${own}%00.other.${zone}`, "notfqdn"],
      [`other%2e${zone}`, "!yours"],
      [`other%252e${zone}`, "notfqdn"],
      [`own..${zone}`, "notfqdn"],
      [`.${own}`, "notfqdn"],
      [`${own}..`, "notfqdn"],
      [`../../etc/passwd`, "notfqdn"],
      [`${own}%2f..%2fother.${zone}`, "notfqdn"],
      [`${own}%0d%0aother.${zone}`, "notfqdn"],
      [`${own}%09`, "good 192.0.2.9"],
      [`own%e2%80%8b.${zone}`, "notfqdn"],
      [`%d0%bewn.${zone}`, "notfqdn"],
      [`own%ef%bc%8edyn.example`, "notfqdn"],
      [`xn--wn-fka.${zone}`, "nohost"],
      [`own\\.${zone}`, "notfqdn"],
      [`own\\046${zone}`, "notfqdn"],
      [`${"a".repeat(64)}.${zone}`, "notfqdn"],
      [`${"a.".repeat(140)}${zone}`, "notfqdn"],
      ["constructor", "notfqdn"],
      ["__proto__.dyn.example", "nohost"],
    ] as const) {
      assert.equal(await ask(`hostname=${hostname}&myip=192.0.2.9`), `200 ${want}`, hostname);
      if (want.startsWith("good"))
        assert.equal(await ask(`hostname=${own}&myip=192.0.2.1`), "200 good 192.0.2.1");
    }
    assert.deepEqual(withoutSerial(await zoneNow()), withoutSerial(before));
  });

  test("addresses that are none get a refusal, and leave the zone as it was", async () => {
    const before = await zoneNow();
    for (const address of [
      "0.0.0.0",
      "127.0.0.1",
      "224.0.0.1",
      "255.255.255.255",
      "1.2.3",
      "01.2.3.4",
      "1.2.3.4.5",
      "3232235777",
      "0x7f.1.1.1",
      "%31%2e%31",
      "1.1.1.1%00",
      "1.1.1.1%0a2.2.2.2",
      "::1",
      "fe80::1%25lo",
      "::ffff:8.8.4.4",
      "ff02::1",
      "2001:db8::1",
      "1.1.1.1,2.2.2.2",
      "%0d%0ax: y",
      "%c0%ae",
      "%",
      "%zz",
      "<script>",
      "1".repeat(4_000),
    ]) {
      const answer = await ask(`hostname=${own}&myip=${address}`);
      assert.doesNotMatch(answer, /good|nochg(?! 192\.0\.2\.1$)/, `${address}: ${answer}`);
    }
    assert.deepEqual(withoutSerial(await zoneNow()), withoutSerial(before));
  });

  test("a name that the zone file has stays as it is there, whoever has it as a host", async () => {
    for (const [name, who] of [
      [`www.${zone}`, "www"],
      [`alias.${zone}`, `alias.${zone}`],
    ] as const) {
      const headers = { authorization: basic(who, lab.secrets.get(who)!) };
      assert.match(await ask(`hostname=${name}&myip=192.0.2.66`, headers), /^200 (nohost|dnserr)$/);
    }
    const records = await zoneNow();
    assert.ok(
      records.some((line) => /^www\.dyn\.example\. 300 IN A 192\.0\.2\.80$/.test(line)),
      records.join("\n"),
    );
    assert.ok(records.some((line) => line.startsWith(`alias.${zone}. 300 IN CNAME www`)));
    assert.ok(!records.some((line) => line.includes("192.0.2.66")));
  });

  test("no host can be given the top of a zone, a wildcard or what is no name", async () => {
    const api = apiOf(lab.homeport);
    const add = (name: string) => api.request("POST", "/api/ddns/hosts", { name });
    for (const name of [`*.${zone}`, "*", "a b.example", `${zone}/x`, "-x", "", `${zone}\0`])
      await assert.rejects(add(name), ApiError, name);
    const { secret } = (await add(zone)) as { secret: string };
    const answer = await ask(`hostname=${zone}&myip=192.0.2.7`, { authorization: basic(zone, secret) });
    const apex = (await zoneNow()).filter((line) => line.startsWith(`${zone}. `));
    assert.equal(apex.filter((line) => / (SOA|NS) /.test(line)).length, 2, apex.join("\n"));
    assert.equal(answer, "200 nohost");
    await api.request("DELETE", `/api/ddns/hosts/${zone}`);
  });

  test("a thousand names are too many, and twenty of another are twenty refusals", async () => {
    const many = Array.from({ length: 200 }, (_, index) => `h${index}.${zone}`);
    assert.equal(await ask(`hostname=${many.join(",")}&myip=192.0.2.1`), "200 numhost");
    const form = Array.from({ length: 500 }, (_, index) => `hostname=h${index}`).join("&");
    const body = `${form}&myip=192.0.2.1`;
    const { authorization } = login;
    const front = `authorization: ${authorization}\r\nuser-agent: a\r\ncontent-length: ${body.length}`;
    const posted = `POST /nic/update HTTP/1.1\r\nhost: x\r\n${front}\r\n\r\n${body}`;
    assert.equal(told(await say(lab.port, posted)), "200 numhost");
    const foreign = Array.from({ length: 20 }, () => `other.${zone}`).join(",");
    assert.equal(
      await ask(`hostname=${foreign}&myip=192.0.2.1`),
      `200 ${Array(20).fill("!yours").join("\n")}`,
    );
  });

  test("whoever is no trusted proxy cannot say where it comes from", async () => {
    const headers = { "x-forwarded-for": "8.8.8.8", forwarded: "for=8.8.8.8", "x-real-ip": "8.8.8.8" };
    const address = async (from: string, more: object = headers): Promise<string> =>
      told(await say(lab.port, getText("/myip", { ...more }), from));
    assert.equal(await address("127.0.0.1"), "200 127.0.0.1");
    assert.equal(await address(proxy), "200 8.8.8.8");
    assert.equal(await address(proxy, { "x-forwarded-for": `9.9.9.9, 8.8.8.8, ${proxy}` }), "200 8.8.8.8");
    for (const text of ["", "unknown", "a".repeat(4_000), "8.8.8.8\u00a0", ",,,", "9.9.9.9, evil"])
      assert.equal(await address(proxy, { "x-forwarded-for": text }), "200", text);
  });

  test("HTTP that two programs could read in two ways is not read", async () => {
    const inner = getText("/myip");
    const post = (headers: string, body: string): string =>
      `POST /myip HTTP/1.1\r\nhost: x\r\nuser-agent: a\r\n${headers}\r\n\r\n${body}`;
    for (const [why, text, want] of [
      [
        "length and chunks",
        post("content-length: 5\r\ntransfer-encoding: chunked", `0\r\n\r\n${inner}`),
        /^4/,
      ],
      ["two lengths", post("content-length: 0\r\ncontent-length: 90", inner), /^4/],
      ["two lengths in one line", post("content-length: 0, 90", inner), /^4/],
      ["a length with a sign", post("content-length: +0", inner), /^4/],
      ["a negative length", post("content-length: -1", inner), /^4/],
      ["a huge length", post("content-length: 99999999999999999999", inner), /^4/],
      [
        "chunks within something",
        post("transfer-encoding: gzip, chunked\r\ntransfer-encoding: x", inner),
        /^(4|closed)/,
      ],
      ["chunks behind a tab", post("transfer-encoding:\tchunked\r\ncontent-length: 3", inner), /^4/],
      ["a blank before the colon", post("content-length : 3", inner), /^4/],
      ["a folded line", post("a: b\r\n content-length: 3", inner), /^4/],
      ["a chunk's size that is none", post("transfer-encoding: chunked", `0x3\r\nabc\r\n0\r\n\r\n`), /^4/],
      ["a huge chunk", post("transfer-encoding: chunked", `fffffffffffffffff\r\nabc`), /^4/],
      ["a line that ends with LF alone", "GET /myip HTTP/1.1\nhost: x\n\n", /^4/],
      ["NUL in a header", "GET /myip HTTP/1.1\r\nhost: x\r\na: b\0c\r\n\r\n", /^4/],
      ["NUL in the URL", "GET /my\0ip HTTP/1.1\r\nhost: x\r\n\r\n", /^4/],
      ["no host", "GET /myip HTTP/1.1\r\n\r\n", /^4/],
      ["two hosts", "GET /myip HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n", /^(4|200 127)/],
      ["HTTP/2 without asking", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", /^(4|5|closed)/],
      ["TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", /^4/],
      ["an expectation", post("content-length: 0\r\nexpect: teapot\r\nconnection: close", ""), /^417/],
      [
        "another protocol",
        getText("/myip", { connection: "upgrade", upgrade: "websocket" }),
        /^(200|4|closed)/,
      ],
      ["CONNECT", "CONNECT 192.0.2.1:25 HTTP/1.1\r\nhost: x\r\n\r\n", /^(4|closed)/],
      ["a proxy's form", getText("http://192.0.2.1/myip"), /^200 127\.0\.0\.1$/],
      ["a path upwards", getText("/../../etc/passwd"), /^404/],
      ["a path upwards to what is there", getText("/x/../nic/update"), /^404/],
      ["a path in percent signs", getText("/%6eic/update"), /^404/],
      ["two slashes", getText("//nic/update"), /^404/],
      ["NUL behind the path", getText("/nic/update%00"), /^404/],
      ["5,000 parameters", getText(`/nic/update?${"a&".repeat(2_900)}`, login), /^200/],
      ["a URL of 7 kB", getText(`/nic/update?${"a".repeat(7_000)}`), /^414/],
      ["a cookie of 9 kB", getText("/myip", { cookie: "a".repeat(9_000) }), /^431/],
      [
        "100 headers",
        getText("/myip", Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`h${i}`, "x"]))),
        /^(200|4)/,
      ],
      [
        "a login of 7 kB",
        getText("/nic/update", { authorization: `Basic ${"A".repeat(7_000)}` }),
        /^401 badauth$/,
      ],
      [
        "a login that is no base64",
        getText("/nic/update", { authorization: "Basic \u00ff\u00fe" }),
        /^401 badauth$/,
      ],
      [
        "a login with NUL in it",
        getText("/nic/update", { authorization: basic(`${user}\0`, "x") }),
        /^401 badauth$/,
      ],
    ] as const) {
      const answer = await say(lab.port, Buffer.from(text, "latin1"));
      assert.match(told(answer), want, why);
      // A second answer would be that to what was smuggled in.
      assert.equal(
        answer.match(/HTTP\/1\.1 (?!100)/g)?.length ?? 0,
        told(answer).startsWith("closed") ? 0 : 1,
        why,
      );
    }
  });

  test("no secret is in the log, the status, the metrics, the API, the history or the list of processes", async () => {
    const secret = lab.secrets.get(user)!;
    const wrong = "wrong-secret-of-a-stranger";
    for (const text of [
      getText(`/nic/update?hostname=${own}&myip=${secret}`, login),
      getText(`/nic/update?hostname=${secret}&myip=${secret}&${secret}=1`, login),
      getText(`/nic/update?hostname=${own}`, { ...login, "user-agent": "x", referer: secret }),
      getText(`/nic/update?hostname=${own}`, { authorization: basic(user, wrong) }),
      getText(`/api/dynLinux.php?p=${wrong}&r=${own}`),
      getText(`/api/dynLinux.php?p=${secret}&r=${own}`),
      getText(`/${secret}`),
      `POST /nic/update HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\ncontent-length: 1\r\nauthorization: ${login["authorization"]}\r\n\r\n`,
      `${secret}\r\n\r\n`,
    ])
      await say(lab.port, text);
    const shown = [lab.homeport.logText()];
    for (const path of [
      "/api/status",
      "/metrics",
      "/api/ddns/hosts",
      "/api/ddns/status",
      "/api/site/history",
    ])
      shown.push(JSON.stringify(await apiOf(lab.homeport).request("GET", path)));
    shown.push((await run("ps", ["axww", "-o", "args"])).output);
    for (const file of readdirSync(lab.homeport.dataFolder, { recursive: true, withFileTypes: true }))
      if (file.isFile()) shown.push(readFileSync(join(file.parentPath, file.name), "latin1"));
    const login64 = login["authorization"]!.slice("Basic ".length);
    for (const text of shown)
      for (const word of [secret, wrong, login64])
        assert.ok(!text.includes(word), `${word} stands in ${text.slice(0, 200)}`);
  });

  test("ten thousand connections leave room for whoever is no part of it", { timeout: 100_000 }, async () => {
    let answered = 0;
    for (let round = 0; round < 20; round++) {
      const sockets = Array.from({ length: 500 }, (_, index) =>
        dial(lab.port, `127.0.${10 + (index % 3)}.1`),
      );
      for (const socket of sockets) socket.on("error", () => undefined);
      await Promise.all(
        sockets.map((socket) => Promise.race([once(socket, "connect"), once(socket, "close")])),
      );
      if (
        (await ask(`hostname=${own}&myip=192.0.2.${round + 100}`, login, "127.0.99.1")).startsWith("200 good")
      )
        answered++;
      for (const socket of sockets) socket.destroy();
    }
    assert.equal(answered, 20);
    assert.ok(lab.homeport.log().length < 60, `${lab.homeport.log().length} lines`);
  });
});

function withoutSerial(records: readonly string[]): readonly string[] {
  return records.map((line) => line.replace(/( SOA \S+ \S+) \d+/, "$1"));
}
