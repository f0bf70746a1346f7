/** Whatever a primary does, the zone that is there stays, and what was wrong has a name. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { transferZone } from "../../src/capabilities/dns/transfer/in/transfer-client.ts";
import type { TransferResult } from "../../src/capabilities/dns/transfer/in/transfer-request.ts";
import type { ZoneImage } from "../../src/capabilities/dns/zones/image.ts";
import { ZoneImageBuilder } from "../../src/capabilities/dns/zones/image-builder.ts";
import { SteppedClock, systemClock } from "../../src/platform/clock/clock.ts";
import { nameOctets } from "../../src/protocols/dns/name.ts";
import { key, type Lie, lies, presentText, records, reply, soa, zone } from "./hostile-primary.cases.ts";
import { type Move, startHostilePrimary } from "./hostile-primary.ts";

function presentImage(): ZoneImage {
  const builder = new ZoneImageBuilder(zone);
  for (const { name, type, ttl, rdata } of records(presentText)) {
    const owner = nameOctets(name);
    builder.add(owner, owner.length, type, ttl, rdata, rdata.length);
  }
  return builder.finish();
}

type Ask = Pick<Lie, "ask" | "signed" | "afterMs" | "octetsMax" | "answer">;

async function ask({ ask: form, signed, afterMs, octetsMax, answer }: Ask): Promise<TransferResult> {
  const clock = afterMs === undefined ? systemClock : new SteppedClock();
  let answered = (): void => {};
  const begun = new Promise<void>((resolve) => {
    answered = resolve;
  });
  await using primary = await startHostilePrimary(function* (request): Generator<Move> {
    for (const move of answer(request)) {
      if (move === "hold") answered();
      yield move;
    }
  });
  const image = presentImage();
  const before = Buffer.from(new Uint8Array(image.buffer));
  const result = transferZone(
    {
      zone,
      server: primary.server,
      key: signed === true ? key : undefined,
      present: { buffer: image.buffer },
      incremental: form === "IXFR",
      anySerial: false,
      bounds: { recordsPerTypeMax: 100, typesPerNameMax: 100 },
    },
    { clock, ...(octetsMax === undefined ? {} : { octetsMax }) },
  );
  if (afterMs !== undefined) await stepped(clock as SteppedClock, begun, afterMs);
  const ended = await result;
  assert.deepEqual(Buffer.from(new Uint8Array(image.buffer)), before, "the zone that was there has changed");
  return ended;
}

/** Time passes once the primary has said what it says, and that has arrived. */
async function stepped(clock: SteppedClock, begun: Promise<void>, byMs: number): Promise<void> {
  await begun;
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  clock.advance(byMs);
}

for (const lie of lies) {
  test(`a transfer is refused when ${lie.why}`, async () => {
    const result = await ask(lie);
    assert.equal(result.kind, "failed", JSON.stringify(result));
    const { why, sentence } = result as TransferResult & { kind: "failed" };
    assert.equal(why, lie.want, sentence);
    assert.ok(sentence.length > 10, sentence);
  });
}

const helpedByTheWhole: readonly (readonly [why: string, answer: Lie["answer"], isUnable: boolean])[] = [
  ["says NOTIMP", (request) => [reply(request, "", { rcode: 4 }), "hold"], true],
  ["says REFUSED", (request) => [reply(request, "", { rcode: 5 }), "hold"], false],
  ["closes the connection", () => ["close"], false],
  [
    "sends changes that do not fit",
    (request) => [reply(request, soa(9) + soa(7) + soa(9) + soa(9)), "hold"],
    false,
  ],
  [
    "sends changes that make no zone",
    (request) => [reply(request, `${soa(9)}${soa(5)}@ NS ns\n${soa(9)}${soa(9)}`), "hold"],
    false,
  ],
];

for (const [why, answer, isUnable] of helpedByTheWhole) {
  test(`the whole zone is worth asking for when a primary asked for changes ${why}`, async () => {
    const result = await ask({ ask: "IXFR", answer });
    assert.ok(result.kind === "failed" && result.notIncremental, JSON.stringify(result));
    assert.equal(result.noIncrementalHere, isUnable);
    const whole = await ask({ ask: "AXFR", answer });
    assert.ok(whole.kind === "failed" && !whole.notIncremental, JSON.stringify(whole));
  });
}

test("there are lies enough", () => assert.ok(lies.length >= 40));

const truths: readonly (readonly [
  why: string,
  form: "AXFR" | "IXFR",
  texts: readonly string[],
  kind: string,
])[] = [
  ["a zone in one message is taken", "AXFR", [`${soa(9)}@ NS ns\nns A 10.0.0.1\n${soa(9)}`], "zone"],
  [
    "a zone with a message for each record is taken",
    "AXFR",
    [soa(9), "@ NS ns", "ns A 10.0.0.1", soa(9)],
    "zone",
  ],
  ["a record that stands twice counts once", "AXFR", [`${soa(9)}@ NS ns\n@ NS ns\n${soa(9)}`], "zone"],
  [
    "records outside the zone are left out",
    "AXFR",
    [`${soa(9)}@ NS ns\nwww.other. A 10.9.9.9\n${soa(9)}`],
    "zone",
  ],
  ["our own serial number says that nothing has changed", "IXFR", [soa(5)], "current"],
  [
    "a whole zone may answer a question for changes",
    "IXFR",
    [`${soa(9)}@ NS ns\nns A 10.0.0.1\n${soa(9)}`],
    "zone",
  ],
  [
    "differences are taken",
    "IXFR",
    [`${soa(9)}${soa(5)}a A 10.0.0.2\n${soa(9)}a A 10.0.0.3\n${soa(9)}`],
    "sets",
  ],
  [
    "differences may come record by record",
    "IXFR",
    [soa(9), soa(5), "a A 10.0.0.2", soa(9), "a A 10.0.0.3", soa(9)],
    "sets",
  ],
  [
    "a name in another case is the same name",
    "IXFR",
    [`${soa(9)}${soa(5)}A A 10.0.0.2\n${soa(9)}${soa(9)}`],
    "sets",
  ],
  [
    "two difference sequences follow one another",
    "IXFR",
    [soa(9) + soa(5) + soa(7) + soa(7) + soa(9) + soa(9)],
    "sets",
  ],
];

for (const [why, form, texts, kind] of truths) {
  test(why, async () => {
    const answer = (request: Uint8Array): Move[] => [...texts.map((text) => reply(request, text)), "hold"];
    const result = await ask({ ask: form, answer });
    assert.equal(result.kind, kind, JSON.stringify(result));
  });
}

test("a primary that does not know EDNS is asked without", async () => {
  let asked = 0;
  const result = await ask({
    ask: "AXFR",
    answer: (request) => {
      const hasEdns = request[11] === 1;
      asked++;
      return [
        hasEdns ? reply(request, "", { rcode: 1 }) : reply(request, `${soa(9)}@ NS ns\n${soa(9)}`),
        "hold",
      ];
    },
  });
  assert.equal(asked, 2);
  assert.equal(result.kind, "zone");
});

test("a zone that came signed by DNSSEC is built anew from what changed", async () => {
  const dnskey =
    "@ DNSKEY 257 3 13 oJB1W6WNGv+ldvQ3WDG0MQkg5IEhjRip8WTrPYGv07h108dUKGMeDPKijVCHX3DDKdfb+v6oB9wfuh3DTJXUAg==\n";
  const answer = (request: Uint8Array): Move[] => [
    reply(request, `${soa(9)}${soa(5)}a A 10.0.0.2\n${soa(9)}${dnskey}${soa(9)}`),
    "hold",
  ];
  const result = await ask({ ask: "IXFR", answer });
  assert.equal(result.kind, "zone", JSON.stringify(result));
  const { image } = result as TransferResult & { kind: "zone" };
  assert.equal(image.serial(), 9);
  assert.equal(image.recordCount, 5, "SOA, NS, ns, b and the key");
});
