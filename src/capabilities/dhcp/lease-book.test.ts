import assert from "node:assert/strict";
import test from "node:test";
import type { PastLeaseView } from "./control.ts";
import { ServerLab, startSeconds } from "./exchange/exchange.testing.ts";
import { LeaseBook } from "./lease-book.ts";

const day = 86_400;
const section = {
  leaseTime: "1d",
  hosts: [{ name: "printer", macs: ["52:54:00:00:00:99"], address: "192.0.2.17" }],
  subnets: [{ subnet: "192.0.2.0/24", interface: "eth1", pools: ["192.0.2.12"] }],
};
const at12 = "192.0.2.12";

function bookOf(lab: ServerLab): LeaseBook {
  const { table, clock, writer, life, store } = lab;
  return new LeaseBook({
    table,
    clock,
    writer,
    life,
    store,
    nameProblemOf: (lease) => lab.names.problemOf(lease),
    search: async () => [],
  });
}

/** `52:54:00:00:00:01 0-3 expired` in days since the start. */
function texts(list: readonly PastLeaseView[]): string[] {
  const dayOf = (ms: number | undefined) => (ms === undefined ? "" : (ms / 1_000 - startSeconds) / day);
  return list.map(
    ({ hardwareAddress, sinceMs, untilMs, end }) =>
      `${hardwareAddress} ${dayOf(sinceMs)}-${dayOf(untilMs)} ${end}`,
  );
}

/**
 * .12 was 01's for a day, was given back by 02 after half a day, and is 03's now. The printer has been
 * there.
 */
async function threeWeeks(): Promise<ServerLab> {
  const lab = new ServerLab({ section, domain: "lan.example" });
  await lab.join({ mac: "01", hostName: "fern" });
  await lab.join({ mac: "99" });
  await lab.pass(7 * day);
  await lab.join({ mac: "02", clientId: "ff0000000000010002", hostName: "moss" });
  await lab.pass(day / 2);
  await lab.hear({ type: "RELEASE", mac: "02", clientId: "ff0000000000010002", ciaddr: at12 });
  await lab.pass(7 * day);
  await lab.join({ mac: "03", hostName: "fern" });
  return lab;
}

const histories: readonly (readonly [
  question: string,
  asked: Parameters<LeaseBook["history"]>[0],
  want: readonly string[],
])[] = [
  [
    "who had .12, newest first",
    { address: at12 },
    ["52:54:00:00:00:03 14.5- still", "52:54:00:00:00:02 7-7.5 released", "52:54:00:00:00:01 0-1 expired"],
  ],
  [
    "who had .12 in the first night",
    { address: at12, atMs: (startSeconds + day / 2) * 1_000 },
    ["52:54:00:00:00:01 0-1 expired"],
  ],
  [
    "who had .12 at its very beginning",
    { address: at12, atMs: startSeconds * 1_000 },
    ["52:54:00:00:00:01 0-1 expired"],
  ],
  ["who had .12 when nobody had it", { address: at12, atMs: (startSeconds + 3 * day) * 1_000 }, []],
  [
    "who had .12 at the moment when it was given back",
    { address: at12, atMs: (startSeconds + 7.5 * day) * 1_000 },
    [],
  ],
  [
    "who has it now",
    { address: at12, atMs: (startSeconds + 15 * day) * 1_000 },
    ["52:54:00:00:00:03 14.5- still"],
  ],
  [
    "who had anything in the first night",
    { atMs: (startSeconds + day / 4) * 1_000 },
    ["52:54:00:00:00:01 0-1 expired", "52:54:00:00:00:99 0-1 expired"],
  ],
  [
    "what a machine had, by its hardware address however written",
    { machine: "52-54-00-00-00-02" },
    ["52:54:00:00:00:02 7-7.5 released"],
  ],
  [
    "what a machine had, by its client identifier",
    { machine: "FF:00:00:00:00:00:01:00:02" },
    ["52:54:00:00:00:02 7-7.5 released"],
  ],
  [
    "what machines of a name had",
    { machine: "fern" },
    ["52:54:00:00:00:03 14.5- still", "52:54:00:00:00:01 0-1 expired"],
  ],
  ["no more than asked for", { address: at12, limit: 1 }, ["52:54:00:00:00:03 14.5- still"]],
  ["an address that nobody had", { address: "192.0.2.13" }, []],
];

test("the history answers", async (t) => {
  const book = bookOf(await threeWeeks());
  for (const [question, asked, want] of histories)
    await t.test(question, async () =>
      assert.deepEqual(texts(await book.history(asked)).sort(), [...want].sort()),
    );
  await t.test("in the order of time", async () => {
    assert.deepEqual(texts(await book.history({ address: at12 })), histories[0]![2]);
  });
});

test("leases, offers and reservations are listed together, in order of addresses", async () => {
  const lab = await threeWeeks();
  lab.use({ ...section, subnets: [{ ...section.subnets[0]!, pools: ["192.0.2.10-192.0.2.12"] }] });
  await lab.ask({ type: "DISCOVER", mac: "04", requested: "192.0.2.10", hostName: "oak" });
  await lab.life.free(lab.leaseAt("192.0.2.17")!);
  const list = bookOf(lab).leases();
  assert.deepEqual(
    list.map(({ address, state, hostName, name, reservation }) => [
      address,
      state,
      hostName,
      name,
      reservation,
    ]),
    [
      ["192.0.2.10", "offered", "oak", undefined, undefined],
      [at12, "bound", "fern", "fern.lan.example.", undefined],
      ["192.0.2.17", "reserved", undefined, "printer.lan.example.", "printer"],
    ],
  );
  assert.equal(list[0]!.sinceMs, lab.wall.ms);
});

const finds: readonly (readonly [question: string, want: readonly string[]])[] = [
  [at12, [at12]],
  ["52:54:00:00:00:03", [at12]],
  ["52-54-00-00-00-03", [at12]],
  ["fern", [at12]],
  ["FERN.lan.example", [at12]],
  ["fern.lan.example.", [at12]],
  ["printer", ["192.0.2.17"]],
  ["192.0.2.17", ["192.0.2.17"]],
  ["192.0.2.99", []],
  ["nobody", []],
  ["", []],
];

test("a lease is found by", async (t) => {
  const book = bookOf(await threeWeeks());
  for (const [question, want] of finds)
    await t.test(JSON.stringify(question), () =>
      assert.deepEqual(
        book.find(question).map(({ address }) => address),
        want,
      ),
    );
});

test("release says whether a machine still holds the address, and ends a quarantine", async () => {
  const lab = await threeWeeks();
  const book = bookOf(lab);
  assert.equal(await book.release(at12), "held");
  assert.equal(book.find(at12)[0]!.state, "released", "kept for its machine");
  assert.equal(await book.release(at12), "freed");
  assert.equal(await book.release(at12), undefined);
  assert.equal(await book.release("192.0.2.17"), "freed");
  await lab.join({ mac: "05" });
  await lab.hear({ type: "DECLINE", mac: "05", requested: at12 });
  assert.deepEqual(book.find(at12)[0]!.state, "declined");
  assert.equal(await book.release(at12), "freed");
  assert.equal(await lab.join({ mac: "06" }), at12);
});

test("pools say what is used, free and declined", async () => {
  const lab = new ServerLab();
  const book = bookOf(lab);
  for (const mac of ["01", "02", "03"]) await lab.join({ mac });
  const [one] = [...lab.table.values()];
  await lab.life.decline(one!.address, one!);
  const pool = { subnet: "192.0.2.0/24", range: "192.0.2.100-192.0.2.109", size: 10 };
  assert.deepEqual(book.pools(), [{ ...pool, used: 2, free: 7, declined: 1, percent: 20 }]);
});

test("a lease of an address that no subnet has any more is still listed", async () => {
  const lab = await threeWeeks();
  lab.use({ subnets: [{ subnet: "10.0.0.0/24", interface: "eth1" }] });
  const [lease] = bookOf(lab).leases();
  assert.deepEqual([lease!.address, lease!.subnet, lease!.state], [at12, "", "bound"]);
});

test("what a relay said of where a machine is plugged in is shown as text, or in hexadecimal", async () => {
  const lab = new ServerLab();
  const giaddr = "192.0.2.2";
  await lab.join({ mac: "01", giaddr, options: { 82: "0104706f727402020001" } });
  const [lease] = bookOf(lab).leases();
  assert.deepEqual([lease!.circuitId, lease!.remoteId], ["port", "0x0001"]);
});
