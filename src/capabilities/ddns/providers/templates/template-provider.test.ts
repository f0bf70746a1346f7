import assert from "node:assert/strict";
import test from "node:test";
import { HttpFault } from "#platform/http-client/http-client.ts";
import { returnCodes } from "#protocols/dyndns2/return-codes.ts";
import type { PublishResult, WantedRecord } from "../provider.ts";
import { callOf, ipv4, openStandIn, type Reply, sentencesOf, shortOf, wanted } from "./stand-in.testing.ts";
import { good, stop, type Template } from "./template.ts";
import { templateProvider } from "./template-provider.ts";

const batches: Template = {
  title: "Example",
  method: "GET",
  url: "https://dyn.example/update?hostname={names}&myip={ips}",
  namesPerRequest: 3,
  addressesPerRequest: 2,
  answer: { by: "codes", codes: returnCodes },
};

const singles: Template = {
  ...batches,
  namesPerRequest: 1,
  url: "https://dyn.example/u?h={fqdn}&ip={ip}",
  addressesPerRequest: 1,
};

const onlyOk: Template["answer"] = {
  by: "patterns",
  patterns: [
    { code: "ko", pattern: /^KO$/, meaning: stop("record", "no") },
    { code: "ok", pattern: /OK$/, meaning: good },
  ],
};

const names = (count: number, types: readonly ("A" | "AAAA")[] = ["A"]): WantedRecord[] =>
  Array.from({ length: count }, (_, index) => wanted(`h${index}.example`, types)).flat();

async function publish(
  template: Template,
  records: readonly WantedRecord[],
  ...replies: readonly Reply[]
): Promise<{ results: readonly PublishResult[]; shorts: readonly string[]; asked: readonly string[] }> {
  const service = openStandIn(...replies);
  const results = await templateProvider(template, {}).publish(records, callOf(service.http));
  return { results, shorts: results.map(shortOf), asked: service.asked };
}

test("names with the same address share a request, as many as it takes", async () => {
  const { shorts, asked } = await publish(batches, names(4), { text: "good\ngood\nnochg" }, { text: "good" });
  assert.deepEqual(asked, [
    "GET https://dyn.example/update?hostname=h0.example,h1.example,h2.example&myip=198.51.100.7",
    "GET https://dyn.example/update?hostname=h3.example&myip=198.51.100.7",
  ]);
  assert.deepEqual(shorts, ["changed", "changed", "same", "changed"]);
});

test("names with other addresses, or with other families, have requests of their own", async () => {
  const records = [
    ...wanted("a.example", ["A"]),
    ...wanted("b.example", ["A", "AAAA"]),
    ...wanted("c.example", ["A"]),
  ];
  records.push({ ...wanted("d.example", ["AAAA"])[0]!, address: "2001:db8:7::d" });
  const { shorts, asked } = await publish(
    batches,
    records,
    { text: "good\nnohost" },
    { text: "good" },
    { text: "nochg" },
  );
  assert.deepEqual(asked, [
    "GET https://dyn.example/update?hostname=a.example,c.example&myip=198.51.100.7",
    "GET https://dyn.example/update?hostname=b.example&myip=198.51.100.7,2001:db8:7::1",
    "GET https://dyn.example/update?hostname=d.example&myip=2001:db8:7::d",
  ]);
  assert.deepEqual(shorts, ["changed", "changed", "changed", "refused record nohost", "same"]);
});

test("a name with two addresses of one family is sent twice", async () => {
  const [record] = wanted("a.example", ["A"]);
  const { asked } = await publish(batches, [record!, { ...record!, address: "198.51.100.8" }], {
    text: "good",
  });
  assert.equal(asked.length, 2);
});

test("where a family that is not sent is lost, what was told last is sent along", async () => {
  const service = openStandIn({ text: "good" }, { text: "good" }, { text: "nohost" }, { text: "good" });
  const provider = templateProvider({ ...batches, losesAbsent: true }, {});
  const both = wanted("a.example", ["A", "AAAA"]);
  const [, v6] = both;
  await provider.publish(both, callOf(service.http));
  await provider.publish([{ ...both[0]!, address: "198.51.100.8" }], callOf(service.http));
  await provider.publish([{ ...both[0]!, address: "198.51.100.9" }], callOf(service.http));
  const results = await provider.publish([{ ...v6!, address: "2001:db8:8::1" }], callOf(service.http));
  assert.deepEqual(results.map(shortOf), ["changed"]);
  assert.deepEqual(
    service.asked.map((line) => /myip=(.*)$/.exec(line)![1]),
    [
      "198.51.100.7,2001:db8:7::1",
      "198.51.100.8,2001:db8:7::1",
      "198.51.100.9,2001:db8:7::1",
      "198.51.100.8,2001:db8:8::1",
    ],
  );
});

test("where a family that is not sent is kept, the one that changed is sent alone", async () => {
  const service = openStandIn({ text: "good" });
  const provider = templateProvider(batches, {});
  const both = wanted("a.example", ["A", "AAAA"]);
  await provider.publish(both, callOf(service.http));
  await provider.publish([{ ...both[0]!, address: "198.51.100.8" }], callOf(service.http));
  assert.match(service.asked[1]!, /myip=198\.51\.100\.8$/);
});

test("fewer answers than names: of the others nobody knows", async () => {
  const { shorts, results } = await publish(batches, names(3), { text: "good\nnochg" });
  assert.deepEqual(shorts, ["changed", "same", "unconfirmed"]);
  assert.match(sentencesOf(results)[2]!, /^Example says "good nochg", and nothing of this name$/);
});

test("a service that takes the list for one name is asked one by one, from then on", async () => {
  const service = openStandIn({ text: "nohost" }, { text: "good" });
  const provider = templateProvider(batches, {});
  const first = await provider.publish(names(2), callOf(service.http));
  assert.deepEqual(first.map(shortOf), ["changed", "changed"]);
  await provider.publish(names(2), callOf(service.http));
  assert.deepEqual(
    service.asked.map((line) => /hostname=(.*)&/.exec(line)![1]),
    ["h0.example,h1.example", "h0.example", "h1.example", "h0.example", "h1.example"],
  );
});

for (const [why, template, reply] of [
  ["too many names", batches, { text: "numhost" }],
  ["one word for all names", { ...batches, answer: onlyOk }, { text: "KO" }],
] as const)
  test(`asked one by one after ${why}`, async () => {
    const { asked, shorts } = await publish(template, names(2), reply, { text: "good OK" });
    assert.equal(asked.length, 3);
    assert.deepEqual(shorts, ["changed", "changed"]);
  });

test("a name that is not there stops no other of its request", async () => {
  const { asked, shorts } = await publish(batches, names(2), { text: "nohost\nnohost" });
  assert.equal(asked.length, 1);
  assert.deepEqual(shorts, ["refused record nohost", "refused record nohost"]);
});

test("a block for abuse is not tried one by one", async () => {
  const { asked, shorts } = await publish(batches, names(2), { text: "abuse" });
  assert.equal(asked.length, 1);
  assert.deepEqual(shorts, ["refused record abuse", "unconfirmed"]);
});

const endings: readonly (readonly [why: string, reply: Reply, shorts: readonly string[]])[] = [
  ["a wrong password", { text: "badauth" }, ["refused account badauth", "refused account badauth"]],
  [
    "a blocked program",
    { text: "good 127.0.0.1" },
    ["refused account good-127.0.0.1", "refused account good-127.0.0.1"],
  ],
  ["a service in trouble", { text: "911" }, ["failed 911 after 600 s", "failed 911 after 600 s"]],
  ["a service that asks to wait", { text: "w1h" }, ["failed w1h after 3600 s", "failed w1h after 3600 s"]],
  ["too many requests", { status: 429 }, ["failed http-429", "failed http-429"]],
  ["a server in trouble", { status: 500 }, ["failed http-500", "failed http-500"]],
  [
    "no connection",
    { fault: new HttpFault("refuses the connection", false) },
    ["failed unreachable", "failed unreachable"],
  ],
  [
    "a connection that broke",
    { fault: new HttpFault("says nothing", true) },
    ["unconfirmed", "failed not-asked"],
  ],
  ["a lost answer", { status: 502 }, ["unconfirmed", "failed not-asked"]],
];
for (const [why, reply, want] of endings)
  test(`${why} ends it: nothing more is asked`, async () => {
    const { asked, shorts } = await publish(singles, names(2), reply);
    assert.equal(asked.length, 1);
    assert.deepEqual(shorts, want);
  });

for (const [why, reply] of [
  ["a name that is not there", { text: "nohost" }],
  ["trouble with the DNS of a name", { text: "dnserr" }],
  ["an answer that nobody knows", { text: "hello" }],
  ["another address", { text: "good 203.0.113.9" }],
] as const)
  test(`${why} does not keep the next from being asked`, async () => {
    const { asked, shorts } = await publish(singles, names(2), reply, { text: "good" });
    assert.equal(asked.length, 2);
    assert.notEqual(shorts[0], "changed");
    assert.equal(shorts[1], "changed");
  });

test("nothing is asked once the time is over, and what was asked keeps its result", async () => {
  const end = new AbortController();
  const service = openStandIn({ text: "good" });
  const call = callOf(async (request) => {
    end.abort();
    return service.http(request);
  }, end.signal);
  const results = await templateProvider(singles, {}).publish(names(3), call);
  assert.equal(service.asked.length, 1);
  assert.deepEqual(results.map(shortOf), ["changed", "failed not-asked", "failed not-asked"]);
});

test("the service says that it has another address", async () => {
  const { results } = await publish(singles, names(1), { text: "good 203.0.113.9" });
  assert.deepEqual(sentencesOf(results), [`Example has 203.0.113.9 now, and was told ${ipv4}`]);
});

test("the service tells another family than the one that was sent", async () => {
  const { results, shorts } = await publish(singles, names(1, ["AAAA"]), { text: "good 198.51.100.7" });
  assert.deepEqual(shorts, ["unconfirmed"]);
  assert.match(
    sentencesOf(results)[0]!,
    /^Example has 198\.51\.100\.7 now, and says nothing of 2001:db8:7::1$/,
  );
});

const inZones: Template = { ...singles, url: "https://dyn.example/u?h={host}&d={domain}&ip={ip}" };
for (const [why, name, zone, want] of [
  ["a name in its zone", "a.b.example.net", "example.net", "changed h=a.b&d=example.net"],
  ["the zone itself", "example.net", "example.net", "changed h=%40&d=example.net"],
  ["a wildcard", "*.example.net", "example.net", "changed h=*&d=example.net"],
  ["a name without a zone", "a.example.net", undefined, "refused record zone"],
  ["a name of another zone", "a.example.org", "example.net", "refused record zone"],
  ["a name that only ends like the zone", "badexample.net", "example.net", "refused record zone"],
] as const)
  test(`host and domain: ${why}`, async () => {
    const { shorts, asked } = await publish(inZones, wanted(name, ["A"], zone), { text: "good" });
    const [, parameters] = /\?(.*)&ip=/.exec(asked[0] ?? "") ?? [];
    assert.equal([...shorts, parameters].filter((part) => part !== undefined).join(" "), want);
  });

test("a family that the URL has no place for is refused, and the other is sent", async () => {
  const template: Template = {
    ...batches,
    url: "https://dyn.example/u?h={fqdn}&a={ip4}",
    namesPerRequest: 1,
  };
  const { shorts, asked } = await publish(template, names(1, ["A", "AAAA"]), { text: "good" });
  assert.deepEqual(shorts, ["changed", "refused record family"]);
  assert.deepEqual(asked, ["GET https://dyn.example/u?h=h0.example&a=198.51.100.7"]);
});
