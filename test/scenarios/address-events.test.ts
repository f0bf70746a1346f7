/** What the kernel tells of addresses, links and routes that come and go in a network of its own. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import type { AddressEvent } from "#platform/netlink/address-event.ts";
import { requireFfi } from "./ffi.ts";
import { networkNamespace } from "./network-namespace.ts";

const timeout = 60_000;

/** A watch in a namespace with one cable, `a0` to `a1`, both ends up; undefined, and skipped, without. */
async function watchedNetwork(t: TestContext) {
  if (!requireFfi(t)) return undefined;
  const namespace = networkNamespace(t);
  if (namespace === undefined) return undefined;
  const { ip, runner } = namespace;
  ip("link", "add", "a0", "type", "veth", "peer", "name", "a1");
  for (const end of ["a0", "a1"]) {
    ip("link", "set", end, "addrgenmode", "none");
    ip("link", "set", end, "up");
  }
  ip("addr", "add", "198.51.100.7/24", "dev", "a0");
  const [command, ...args] = [
    ...runner,
    process.execPath,
    join(import.meta.dirname, "address-events-agent.ts"),
  ];
  const child = spawn(command!, args, { stdio: ["pipe", "pipe", "inherit"] });
  const exited = once(child, "exit");
  t.after(async () => {
    child.stdin.end();
    await exited;
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async () => JSON.parse((await lines.next()).value as string) as AddressEvent;
  assert.deepEqual(await next(), { kind: "begun", isTold: true });
  return {
    ip,
    next,
    /** Has the kernel tell so much at once that the watch, which is halted, cannot keep up. */
    overrun() {
      child.kill("SIGSTOP");
      const words = Array.from(
        { length: 2_000 },
        (_, index) => `addr add 10.${index >>> 8}.${index & 255}.1/32 dev a0\n`,
      );
      const batch = ["-n", runner.at(-1)!, "-batch", "-"];
      assert.equal(spawnSync("ip", batch, { input: words.join("") }).status, 0);
      child.kill("SIGCONT");
    },
    async end() {
      child.stdin.end();
      const last = await next();
      return { last, code: (await exited)[0] as number };
    },
  };
}

/** What an event says, without the numbers of interfaces. */
function wordsOf(event: AddressEvent): string {
  switch (event.kind) {
    case "address":
      return `${event.change} ${event.address}/${event.prefixLength}`;
    case "route":
      return `${event.change} route of ${event.family}`;
    case "link":
      return `link ${event.change}`;
    case "unknown":
      return "unknown";
  }
}

test("addresses and ways out are told as they come and go", { timeout }, async (t) => {
  const network = await watchedNetwork(t);
  if (network === undefined) return;
  const { ip, next } = network;
  const changes: readonly (readonly [words: string, ...want: readonly string[]])[] = [
    ["addr add 203.0.113.9/24 dev a0", "added 203.0.113.9/24"],
    ["addr add 192.0.2.1 peer 192.0.2.2/32 dev a0", "added 192.0.2.1/32"],
    ["addr add 2001:db8::9/64 dev a0 nodad", "added 2001:db8::9/64"],
    ["route add default via 203.0.113.1", "added route of ipv4"],
    // What is no news: none of these may stand before the next event
    ["addr change 203.0.113.9/24 dev a0", ""],
    ["addr change 2001:db8::9/64 dev a0 valid_lft 900 preferred_lft 800", ""],
    ["route replace default via 203.0.113.1", ""],
    ["route add 10.0.0.0/8 via 203.0.113.1", ""],
    ["addr change 2001:db8::9/64 dev a0 valid_lft 900 preferred_lft 0", "changed 2001:db8::9/64"],
    ["-6 route add default via 2001:db8::1 dev a0", "added route of ipv6"],
    ["route del default", "removed route of ipv4"],
    ["addr del 203.0.113.9/24 dev a0", "removed 203.0.113.9/24"],
    ["addr del 198.51.100.7/24 dev a0", "removed 198.51.100.7/24"],
  ];
  for (const [words, want] of changes) {
    ip(...words.split(" "));
    if (want !== "") assert.equal(wordsOf(await next()), want, words);
  }
  assert.deepEqual(await network.end(), { last: { kind: "ended" }, code: 0 });
});

test("an IPv6 address counts once the kernel has tried it", { timeout }, async (t) => {
  const network = await watchedNetwork(t);
  if (network === undefined) return;
  network.ip("addr", "add", "2001:db8::9/64", "dev", "a0");
  assert.equal(wordsOf(await network.next()), "added 2001:db8::9/64");
});

test("a link that goes down and comes up is told", { timeout }, async (t) => {
  const network = await watchedNetwork(t);
  if (network === undefined) return;
  const { ip, next } = network;
  const until = async (want: string) => {
    while (wordsOf(await next()) !== want);
  };
  ip("link", "set", "a0", "down");
  await until("link down");
  ip("link", "set", "a0", "up");
  await until("link up");
});

test("what was lost in a flood is said, and what comes after it is told", { timeout }, async (t) => {
  const network = await watchedNetwork(t);
  if (network === undefined) return;
  const { ip, next } = network;
  network.overrun();
  while ((await next()).kind !== "unknown");
  ip("addr", "add", "203.0.113.9/24", "dev", "a0");
  while (wordsOf(await next()) !== "added 203.0.113.9/24");
});
