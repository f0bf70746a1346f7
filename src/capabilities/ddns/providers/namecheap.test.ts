import assert from "node:assert/strict";
import test from "node:test";
import { HttpFault, type HttpRequest } from "#platform/http-client/http-client.ts";
import { namecheap } from "./namecheap.ts";
import { BudgetSpent, type ProviderPorts, type PublishResult, type WantedRecord } from "./provider.ts";

const settings = { domain: "example.net", password: "nc5up3rs3cret" };

function answer(errors: readonly string[] = [], ip = "192.0.2.9"): string {
  const said = errors.map((one, index) => `<Err${index + 1}>${one}</Err${index + 1}>`).join("");
  const address = errors.length === 0 ? `<IP>${ip}</IP>` : "";
  return `<?xml version="1.0" encoding="utf-16"?>
<interface-response><Command>SETDNSHOST</Command><Language>eng</Language>${address}
<ErrCount>${errors.length}</ErrCount><errors>${said}</errors><ResponseCount>0</ResponseCount><responses />
<Done>${errors.length === 0}</Done><debug><![CDATA[]]></debug></interface-response>`;
}

/** The service, with hosts that follow. */
class Service {
  readonly hosts = new Map([
    ["@", ""],
    ["home", ""],
    ["*", ""],
  ]);
  asked = 0;
  instead: { readonly status: number; readonly text: string } | Error | undefined;

  readonly http = async ({ method, url }: HttpRequest) => {
    this.asked++;
    if (this.instead instanceof Error) throw this.instead;
    if (this.instead !== undefined) return { headers: {}, ...this.instead };
    const { origin, pathname, searchParams } = new URL(url);
    assert.deepEqual(
      [method, origin, pathname],
      ["GET", "https://dynamicdns.park-your-domain.com", "/update"],
    );
    const { host, domain, password, ip } = Object.fromEntries(searchParams);
    return { status: 200, headers: {}, text: this.#update(host!, domain!, password!, ip!) };
  };

  #update(host: string, domain: string, password: string, ip: string): string {
    if (domain !== settings.domain) return answer(["Domain name not found"]);
    if (password !== settings.password) return answer(["Passwords do not match"]);
    if (!this.hosts.has(host)) return answer(["No Records updated. A record not Found;"]);
    this.hosts.set(host, ip);
    return answer([], ip);
  }
}

function publish(service: Service, names: readonly string[], more = {}): Promise<readonly PublishResult[]> {
  const records = names.map(
    (name): WantedRecord => ({
      name,
      type: "A",
      address: "192.0.2.9",
      ttl: undefined,
      proxied: undefined,
      zone: undefined,
    }),
  );
  const call = { http: service.http, nowMs: () => 0, signal: new AbortController().signal };
  return namecheap.open({ ...settings, ...more }, {} as ProviderPorts).publish(records, call);
}

test("hosts, the domain itself and a wildcard follow", async () => {
  const service = new Service();
  const results = await publish(service, ["home.example.net", "example.net", "*.example.net"]);
  assert.deepEqual(new Set(results.map(({ outcome }) => outcome)), new Set(["changed"]));
  assert.deepEqual([...service.hosts.values()], ["192.0.2.9", "192.0.2.9", "192.0.2.9"]);
});

test("a host that is not there stops no other", async () => {
  const results = await publish(new Service(), ["none.example.net", "home.example.net", "home.example.org"]);
  assert.partialDeepStrictEqual(results, [
    { outcome: "refused", scope: "record", code: "no-record" },
    { outcome: "changed" },
    { outcome: "refused", scope: "record", code: "outside-domain" },
  ]);
});

for (const [why, more, code] of [
  ["another password", { password: "other-secret" }, "wrong-password"],
  ["a domain that it does not know", { domain: "example.org" }, "no-domain"],
] as const) {
  test(`${why} stops the account at the first record`, async () => {
    const service = new Service();
    const names = ["a", "b"].map((host) => `${host}.${"domain" in more ? more.domain : "example.net"}`);
    const results = await publish(service, names, more);
    for (const result of results)
      assert.partialDeepStrictEqual(result, { outcome: "refused", scope: "account", code });
    assert.equal(service.asked, 1);
  });
}

const html = "<!DOCTYPE html><html><title>Sign in</title></html>";
const instead: readonly (readonly [why: string, Service["instead"], wanted: object])[] = [
  [
    "Dynamic DNS that is off",
    { status: 200, text: answer(["Dynamic DNS is not enabled for this domain"]) },
    { outcome: "refused", scope: "account", code: "not-enabled" },
  ],
  [
    "words that are not known",
    { status: 200, text: answer(["The moon is full"]) },
    { outcome: "failed", sentence: "Namecheap says: The moon is full (HTTP 200)" },
  ],
  [
    "words that have the secret",
    { status: 200, text: answer([`what is ${settings.password}?`]) },
    { outcome: "failed", sentence: "Namecheap says: what is [not shown]? (HTTP 200)" },
  ],
  ["a page to sign in", { status: 200, text: html }, { outcome: "unconfirmed" }],
  ["a cut answer", { status: 200, text: answer().slice(0, 90) }, { outcome: "unconfirmed" }],
  ["a 500", { status: 500, text: html }, { outcome: "failed", code: "http-500" }],
  ["a 502", { status: 502, text: html }, { outcome: "unconfirmed" }],
  ["no answer", new HttpFault("did not answer within 30 s", true), { outcome: "unconfirmed" }],
  [
    "no connection",
    new HttpFault("refused the connection", false),
    { outcome: "failed", code: "unreachable" },
  ],
  ["its budget spent", new BudgetSpent(1_000), { outcome: "failed", code: "budget", retryAfterMs: 1_000 }],
];
for (const [why, given, wanted] of instead) {
  test(`${why} is understood`, async () => {
    const service = new Service();
    service.instead = given;
    const [result] = await publish(service, ["home.example.net"]);
    assert.partialDeepStrictEqual(result, wanted);
  });
}
