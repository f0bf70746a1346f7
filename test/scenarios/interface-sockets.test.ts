/** UDP on one interface: to and from clients without an address, while cables come and go. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { AgentState } from "./interface-agent.ts";
import { type Agent, clientHardware, type InterfaceLab, interfaceLab, startAgent } from "./interface-lab.ts";

const timeout = 60_000;
const broadcast = "255.255.255.255";

interface Meeting extends InterfaceLab {
  readonly ours: Agent;
  readonly theirs: Agent;
}

/** Cables `0` to `cables - 1`, a server on port 67 of each, a client on port 68. */
async function meet(t: TestContext, cables: 1 | 2 = 1): Promise<Meeting | undefined> {
  const lab = interfaceLab(t);
  if (lab === undefined) return undefined;
  for (let cable = 0; cable < cables; cable++) lab.connect(cable as 0 | 1);
  const ours = startAgent(t, lab.server.runner);
  const theirs = startAgent(t, lab.client.runner);
  for (let cable = 0; cable < cables; cable++) await ours.ask({ do: "open", on: `s${cable}`, port: 67 });
  await theirs.ask({ do: "bind", port: 68 });
  return { ...lab, ours, theirs };
}

/** The client's broadcasts leave by this end. */
function broadcastBy({ client }: Meeting, link: string): void {
  client.ip("route", "replace", `${broadcast}/32`, "dev", link);
}

/** Waits until an agent has heard so much. */
async function heardBy(agent: Agent, count: number): Promise<AgentState["heard"]> {
  await untilState(agent, ({ heard }) => heard.length >= count);
  return (await agent.state()).heard;
}

async function untilState(agent: Agent, holds: (state: AgentState) => boolean): Promise<void> {
  for (let tries = 0; ; tries++) {
    const state = await agent.state();
    if (holds(state)) return;
    assert.ok(tries < 500, JSON.stringify(state));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test("a broadcast is heard on the interface that it came by, and no other", { timeout }, async (t) => {
  const meeting = await meet(t, 2);
  if (meeting === undefined) return;
  const { ours, theirs } = meeting;
  for (const link of ["c0", "c1", "c0"]) {
    broadcastBy(meeting, link);
    await theirs.ask({ do: "say", to: broadcast, port: 67, texts: [`by ${link}`] });
  }
  const heard = await heardBy(ours, 3);
  const wanted = ["0", "1", "0"].map((cable) => ({ by: `s${cable}`, text: `by c${cable}` }));
  const plain = heard.map(({ by, text }) => ({ by, text }));
  const order = (list: typeof plain) => list.toSorted((left, right) => (left.by < right.by ? -1 : 1));
  assert.deepEqual(order(plain), order(wanted));
  for (const { from, to } of heard) assert.deepEqual([from, to], ["0.0.0.0:68", broadcast]);
});

test("broadcasts leave without any route, the network's own too", { timeout }, async (t) => {
  const meeting = await meet(t, 2);
  if (meeting === undefined) return;
  const { ours, theirs, server, client } = meeting;
  server.ip("route", "flush", "table", "main");
  client.ip("addr", "add", "10.9.0.2/24", "dev", "c0");
  for (const to of [broadcast, "10.9.0.255"]) {
    await ours.ask({ do: "send", on: "s0", to, port: 68, text: `to ${to}` });
  }
  // c1 has no address: the kernel there takes none but the limited broadcast.
  await ours.ask({ do: "send", on: "s1", to: broadcast, port: 68, text: "on s1" });
  const heard = await heardBy(theirs, 3);
  assert.deepEqual(
    heard.map(({ text, from }) => `${text} from ${from}`),
    [`to ${broadcast} from 10.9.0.1:67`, "to 10.9.0.255 from 10.9.0.1:67", "on s1 from 10.9.1.1:67"],
  );
});

test("a client that does not answer ARP is reached by its hardware address", { timeout }, async (t) => {
  const meeting = await meet(t);
  if (meeting === undefined) return;
  const { ours, theirs, client } = meeting;
  client.ip("addr", "add", "10.9.0.77/24", "dev", "c0");
  client.ip("link", "set", "c0", "arp", "off");
  const to = { do: "send", on: "s0", to: "10.9.0.77", port: 68 } as const;
  await ours.ask({ ...to, text: "lost" });
  await ours.ask({ ...to, text: "x".repeat(1_001), hardware: clientHardware[0] });
  await ours.ask({ ...to, text: "elsewhere", hardware: clientHardware[1] });
  await ours.ask({ ...to, text: "found", hardware: clientHardware[0] });
  const heard = await heardBy(theirs, 2);
  assert.deepEqual(
    heard.map(({ text, octets, from }) => [text.slice(0, 5), octets, from]),
    [
      ["xxxxx", 1_001, "10.9.0.1:67"],
      ["found", 5, "10.9.0.1:67"],
    ],
  );
  for (const hardware of ["", "02000000", "020000000000c000"]) {
    await ours.ask({ ...to, text: "of another length", hardware });
  }
  await ours.ask({ ...to, text: "longer than frames are".repeat(100), hardware: clientHardware[0] });
  await ours.ask({ ...to, text: "longer than there is room for".repeat(200), hardware: clientHardware[0] });
  assert.equal((await ours.state()).counters["s0"]!["refused"], 5);
});

test("bursts: more than a batch is received, and more than a batch is sent", { timeout }, async (t) => {
  const meeting = await meet(t);
  if (meeting === undefined) return;
  const { ours, theirs, client } = meeting;
  client.ip("addr", "add", "10.9.0.2/24", "dev", "c0");
  const texts = Array.from({ length: 300 }, (_, number) => `datagram ${number}`);
  await theirs.ask({ do: "say", to: "10.9.0.1", port: 67, texts });
  const heard = await heardBy(ours, texts.length);
  assert.deepEqual(
    heard.map(({ text, to }) => [text, to]),
    texts.map((text) => [text, "10.9.0.1"]),
  );
  await ours.ask({ do: "send", on: "s0", to: "10.9.0.2", port: 68, text: "many", times: 200 });
  assert.equal((await heardBy(theirs, 200)).length, 200);
  const { counters } = await ours.state();
  const { received, sent, dropped, refused, malformed } = counters["s0"]!;
  assert.deepEqual(
    { received, sent, dropped, refused, malformed },
    {
      received: 300,
      sent: 200,
      dropped: 0,
      refused: 0,
      malformed: 0,
    },
  );
});

test("a request is answered from the batch that it came in; one that is too long is counted", {
  timeout,
}, async (t) => {
  const lab = interfaceLab(t);
  if (lab === undefined) return;
  lab.connect(0);
  lab.client.ip("addr", "add", "10.9.0.2/24", "dev", "c0");
  const ours = startAgent(t, lab.server.runner);
  const theirs = startAgent(t, lab.client.runner);
  await ours.ask({ do: "open", on: "s0", port: 67, answers: 1 });
  await theirs.ask({ do: "bind", port: 68 });
  await theirs.ask({ do: "say", to: "10.9.0.1", port: 67, texts: ["y".repeat(4_097), "z".repeat(4_096)] });
  const [answer] = await heardBy(theirs, 1);
  assert.deepEqual([answer!.octets, answer!.from], [4_096, "10.9.0.1:67"]);
  assert.equal((await ours.state()).counters["s0"]!["malformed"], 1);
});

test("the interface is removed and made again: told once, at rest meanwhile, served again", {
  timeout,
}, async (t) => {
  const meeting = await meet(t);
  if (meeting === undefined) return;
  const { ours, theirs, server } = meeting;
  server.ip("link", "del", "s0");
  const toNobody = { do: "send", on: "s0", to: broadcast, port: 68, text: "is anybody there?" } as const;
  const byHardware = { ...toNobody, hardware: clientHardware[0] };
  for (let count = 0; count < 3; count++) {
    await ours.ask(toNobody);
    await ours.ask(byHardware);
  }
  await untilState(ours, ({ told }) => told.includes("s0 went"));
  const before = await ours.state();
  assert.deepEqual(before.told.toSorted(), ["s0 is gone", "s0 went"]);
  assert.equal(before.counters["s0"]!["refused"], 6);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const after = await ours.state();
  assert.ok(after.cpuSeconds - before.cpuSeconds < 0.2, "it is not at rest");
  meeting.connect(0);
  await untilState(ours, ({ told }) => told.includes("s0 came"));
  await ours.ask({ do: "close", on: "s0" });
  await ours.ask({ do: "open", on: "s0", port: 67 });
  broadcastBy(meeting, "c0");
  await theirs.ask({ do: "say", to: broadcast, port: 67, texts: ["again"] });
  assert.equal((await heardBy(ours, 1))[0]!.text, "again");
});

test("the interface is down for a while: nothing is thrown, and the same socket goes on", {
  timeout,
}, async (t) => {
  const meeting = await meet(t);
  if (meeting === undefined) return;
  const { ours, theirs, server } = meeting;
  server.ip("link", "set", "s0", "down");
  await ours.ask({ do: "send", on: "s0", to: broadcast, port: 68, text: "into the dark" });
  await ours.ask({ do: "send", on: "s0", to: broadcast, port: 68, text: "", hardware: clientHardware[0] });
  await untilState(ours, ({ told }) => told.includes("s0 went"));
  server.ip("link", "set", "s0", "up");
  await untilState(ours, ({ told }) => told.includes("s0 came"));
  const { told, counters } = await ours.state();
  assert.deepEqual(told.toSorted(), ["s0 came", "s0 is gone", "s0 went"]);
  assert.equal(counters["s0"]!["refused"], 2);
  broadcastBy(meeting, "c0");
  await theirs.ask({ do: "say", to: broadcast, port: 67, texts: ["light again"] });
  assert.equal((await heardBy(ours, 1))[0]!.text, "light again");
});

test("an address is added and taken away: the watch says so", { timeout }, async (t) => {
  const meeting = await meet(t);
  if (meeting === undefined) return;
  const { ours, server } = meeting;
  server.ip("addr", "add", "10.9.7.1/24", "dev", "s0");
  await untilState(ours, ({ told }) => told.length === 1);
  server.ip("addr", "del", "10.9.7.1/24", "dev", "s0");
  await untilState(ours, ({ told }) => told.length === 2);
  assert.deepEqual((await ours.state()).told, ["s0 changed", "s0 changed"]);
});

test("who has the port, on all interfaces or on this one, is found out; on another one is no matter", {
  timeout,
}, async (t) => {
  const lab = interfaceLab(t);
  if (lab === undefined) return;
  lab.connect(0);
  lab.connect(1);
  const [wildcard, first, second] = [0, 1, 2].map(() => startAgent(t, lab.server.runner));
  await wildcard!.ask({ do: "bind", port: 67 });
  await assert.rejects(first!.ask({ do: "open", on: "s0", port: 67 }), /HP_INTERFACE_PORT_IN_USE/);
  await first!.ask({ do: "open", on: "s0", port: 1067 });
  await assert.rejects(
    second!.ask({ do: "open", on: "s0", port: 1067 }),
    /HP_INTERFACE_PORT_IN_USE.*on s0: \S+ \(process \d+\) has this port/,
  );
  await second!.ask({ do: "open", on: "s1", port: 1067 });
});

for (const [privilege, withheld] of [
  ["ports below 1024", "-net_bind_service"],
  ["packet sockets", "-net_raw"],
] as const) {
  test(`without the privilege for ${privilege} the operator is told what to do`, { timeout }, async (t) => {
    const lab = interfaceLab(t);
    if (lab === undefined) return;
    lab.connect(0);
    // Of util-linux, which every Debian has.
    const without = ["setpriv", "--inh-caps", withheld, "--bounding-set", withheld];
    const ours = startAgent(t, [...lab.server.runner, ...without]);
    await assert.rejects(ours.ask({ do: "open", on: "s0", port: 67 }), /HP_INTERFACE_NOT_ALLOWED.*setcap/);
    if (withheld !== "-net_raw") return;
    const asked = { on: "s0", address: "10.9.0.2", waitMs: 100 } as const;
    await assert.rejects(ours.ask({ do: "arp", ...asked }), /NOT_ALLOWED.*ARP on s0/);
    await assert.rejects(ours.ask({ do: "icmp", ...asked }), /NOT_ALLOWED.*ICMP on s0/);
    await assert.rejects(ours.ask({ do: "search", on: "s0", waitMs: 100 }), /NOT_ALLOWED/);
  });
}
