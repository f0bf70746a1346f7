/** Whether an address is in use, asked on real links; and who else serves on one. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { type TestContext, test } from "node:test";
import { type Agent, clientHardware, type InterfaceLab, interfaceLab, startAgent } from "./interface-lab.ts";

const timeout = 60_000;

interface Meeting extends InterfaceLab {
  readonly ours: Agent;
  readonly theirs: Agent;
}

/** The agents have started, so that what they are asked takes as long as it takes. */
async function meet(t: TestContext): Promise<Meeting | undefined> {
  const lab = interfaceLab(t);
  if (lab === undefined) return undefined;
  lab.connect(0);
  lab.client.ip("addr", "add", "10.9.0.2/24", "dev", "c0");
  const meeting = {
    ...lab,
    ours: startAgent(t, lab.server.runner),
    theirs: startAgent(t, lab.client.runner),
  };
  await Promise.all([meeting.ours.state(), meeting.theirs.state()]);
  return meeting;
}

/** What a promise came to, and how long it took. */
async function timed(asked: Promise<unknown>): Promise<{ readonly value: unknown; readonly tookMs: number }> {
  const startedMs = performance.now();
  const value = await asked;
  return { value, tookMs: performance.now() - startedMs };
}

const asked = { on: "s0", waitMs: 10_000 } as const;

test("ARP finds who has an address at once, and waits for who has not", { timeout }, async (t) => {
  const meeting = await meet(t);
  if (meeting === undefined) return;
  const { ours } = meeting;
  const used = await timed(ours.ask({ do: "arp", ...asked, address: "10.9.0.2" }));
  assert.equal(used.value, clientHardware[0]);
  assert.ok(used.tookMs < asked.waitMs / 2, `${used.tookMs} ms`);
  const free = await timed(ours.ask({ do: "arp", ...asked, waitMs: 300, address: "10.9.0.3" }));
  assert.equal(free.value, null);
  assert.ok(free.tookMs >= 300, `${free.tookMs} ms`);
});

test("the interface is down for a moment while ARP waits: the second question is heard", {
  timeout,
}, async (t) => {
  const meeting = await meet(t);
  if (meeting === undefined) return;
  const { ours, server, client } = meeting;
  const probe = ours.ask({ do: "arp", ...asked, waitMs: 6_000, address: "10.9.0.3" });
  await new Promise((resolve) => setTimeout(resolve, 500));
  server.ip("link", "set", "s0", "down");
  await new Promise((resolve) => setTimeout(resolve, 100));
  server.ip("link", "set", "s0", "up");
  client.ip("addr", "add", "10.9.0.3/24", "dev", "c0");
  assert.equal(await probe, clientHardware[0]);
});

test("where there is no Ethernet, ARP asks nobody and waits for nobody", { timeout }, async (t) => {
  const meeting = await meet(t);
  if (meeting === undefined) return;
  meeting.server.ip("link", "set", "lo", "up");
  const probe = await timed(meeting.ours.ask({ do: "arp", ...asked, on: "lo", address: "127.0.0.2" }));
  assert.equal(probe.value, null);
  assert.ok(probe.tookMs < asked.waitMs / 2, `${probe.tookMs} ms`);
});

test("a probe leaves nothing in anybody's ARP table", { timeout }, async (t) => {
  const meeting = await meet(t);
  if (meeting === undefined) return;
  const { ours, client } = meeting;
  await ours.ask({ do: "arp", ...asked, address: "10.9.0.2" });
  const [command, ...args] = [...client.runner, "ip", "neigh", "show"];
  assert.equal(spawnSync(command!, args, { encoding: "utf8" }).stdout, "");
});

test("a machine that keeps silent is found by what it asks for itself", { timeout }, async (t) => {
  const meeting = await meet(t);
  if (meeting === undefined) return;
  const { ours, theirs, client } = meeting;
  const keepSilent = "echo 8 > /proc/sys/net/ipv4/conf/c0/arp_ignore";
  const [command, ...args] = [...client.runner, "sh", "-c", keepSilent];
  assert.equal(spawnSync(command!, args).status, 0);
  const silent = await ours.ask({ do: "arp", ...asked, waitMs: 300, address: "10.9.0.2" });
  assert.equal(silent, null);
  const probe = ours.ask({ do: "arp", ...asked, address: "10.9.0.2" });
  await theirs.ask({ do: "bind", port: 68 });
  await theirs.ask({ do: "say", to: "10.9.0.99", port: 9, texts: ["who has 10.9.0.99?"] });
  assert.equal(await probe, clientHardware[0]);
});

test("ICMP finds who is there, and waits for who is not", { timeout }, async (t) => {
  const meeting = await meet(t);
  if (meeting === undefined) return;
  const { ours } = meeting;
  const used = await timed(ours.ask({ do: "icmp", ...asked, address: "10.9.0.2" }));
  assert.equal(used.value, true);
  assert.ok(used.tookMs < asked.waitMs / 2, `${used.tookMs} ms`);
  const free = await timed(ours.ask({ do: "icmp", ...asked, waitMs: 300, address: "10.9.0.3" }));
  assert.equal(free.value, null);
  assert.ok(free.tookMs >= 300, `${free.tookMs} ms`);
});

test("a search hears every server of the link, beside whoever has port 68", { timeout }, async (t) => {
  const meeting = await meet(t);
  if (meeting === undefined) return;
  const { ours, theirs, server } = meeting;
  const neighbour = startAgent(t, server.runner);
  await neighbour.ask({ do: "bind", port: 68 });
  await theirs.ask({ do: "open", on: "c0", port: 67 });
  const search = ours.ask({ do: "search", on: "s0", waitMs: 1_500 });
  const { heard } = await heardSomething(theirs);
  assert.deepEqual(heard[0], {
    by: "c0",
    text: "who serves?",
    octets: 11,
    from: "0.0.0.0:68",
    to: "255.255.255.255",
  });
  const answer = { do: "send", on: "c0" } as const;
  const hardware = /link\/ether (\S+)/
    .exec(
      spawnSync(server.runner[0]!, [...server.runner.slice(1), "ip", "link", "show", "s0"], {
        encoding: "utf8",
      }).stdout,
    )![1]!
    .replaceAll(":", "");
  await theirs.ask({ ...answer, to: "255.255.255.255", port: 69, text: "to another port" });
  await theirs.ask({ ...answer, to: "255.255.255.255", port: 68, text: "by broadcast" });
  await theirs.ask({ ...answer, to: "10.9.0.200", port: 68, text: "to an address", hardware });
  await theirs.ask({ ...answer, to: "10.9.0.1", port: 67, text: "to the server's port" });
  const from = { from: "10.9.0.2", hardware: clientHardware[0] };
  assert.deepEqual(await search, [
    { ...from, text: "by broadcast" },
    { ...from, text: "to an address" },
  ]);
});

test("a search ends early when it has enough, and when the interface goes down", { timeout }, async (t) => {
  const meeting = await meet(t);
  if (meeting === undefined) return;
  const { ours, theirs, server } = meeting;
  await theirs.ask({ do: "open", on: "c0", port: 67 });
  const enough = timed(ours.ask({ do: "search", on: "s0", waitMs: 30_000, answersMax: 2 }));
  await heardSomething(theirs);
  const answer = { do: "send", on: "c0", to: "255.255.255.255", port: 68, text: "me", times: 5 } as const;
  await theirs.ask(answer);
  const { value, tookMs } = await enough;
  assert.equal((value as unknown[]).length, 2);
  assert.ok(tookMs < 15_000, `${tookMs} ms`);
  const cut = timed(ours.ask({ do: "search", on: "s0", waitMs: 30_000 }));
  await heardSomething(theirs, 2);
  server.ip("link", "set", "s0", "down");
  const none = await cut;
  assert.deepEqual(none.value, []);
  assert.ok(none.tookMs < 15_000, `${none.tookMs} ms`);
});

async function heardSomething(agent: Agent, count = 1) {
  for (let tries = 0; ; tries++) {
    const state = await agent.state();
    if (state.heard.length >= count) return state;
    assert.ok(tries < 500, "nothing was heard");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
