/** Addresses of the machine go and come while it runs: the others are answered on without a loss. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { until } from "./dns-lab.ts";
import { requireFfi } from "./ffi.ts";
import { type NetworkNamespace, networkNamespace } from "./network-namespace.ts";
import { startProgram, zoneLines } from "./program.ts";

const timeout = 60_000;

/** Asks addresses again and again from inside the namespace. */
interface Prober {
  /** Since the last call: queries, and those without an answer, by address. */
  counts(): Promise<Readonly<Record<string, { readonly asked: number; readonly lost: number }>>>;
}

async function startProber(
  t: TestContext,
  { runner }: NetworkNamespace,
  targets: readonly string[],
): Promise<Prober> {
  const [command, ...args] = [
    ...runner,
    process.execPath,
    join(import.meta.dirname, "address-prober.ts"),
    ...targets,
  ];
  const child = spawn(command!, args, { stdio: ["pipe", "pipe", "inherit"] });
  const exited = once(child, "exit");
  t.after(async () => {
    child.stdin.end();
    await exited;
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    async counts() {
      child.stdin.write("\n");
      const { value } = await lines.next();
      return JSON.parse(value as string) as Awaited<ReturnType<Prober["counts"]>>;
    },
  };
}

for (const [family, address, port] of [
  ["IPv4", "10.53.0.2", 5300],
  ["IPv6", "fd53::2", 5301],
] as const) {
  test(`an ${family} address goes and comes: the others lose nothing, and it is answered again`, {
    timeout,
  }, async (t) => {
    if (!requireFfi(t)) return;
    const network = networkNamespace(t);
    if (network === undefined) return;
    const { ip } = network;
    ip("link", "set", "lo", "up");
    ip("link", "add", "lan0", "type", "veth", "peer", "name", "lan1");
    for (const link of ["lan0", "lan1"]) {
      // No link-local addresses: while the kernel looks for duplicates of them, the log would say so.
      ip("link", "set", link, "addrgenmode", "none");
      ip("link", "set", link, "up");
    }
    const length = family === "IPv4" ? "/24" : "/64";
    ip("addr", "add", "10.53.0.1/24", "dev", "lan0");
    // Without looking for duplicates: that is the other test's.
    const add = () =>
      ip("addr", "add", `${address}${length}`, "dev", "lan0", ...(family === "IPv6" ? ["nodad"] : []));
    add();
    const listen = family === "IPv4" ? `0.0.0.0:${port}` : `[::]:${port}", "0.0.0.0:${port}`;
    const program = await startProgram(t, {
      runner: network.runner,
      dns: [`listen: ["${listen}"]`, "workers: 2", ...zoneLines],
    });
    const shown = family === "IPv4" ? `${address}:${port}` : `[${address}]:${port}`;
    const isListening = () => program.command("status", "--json").stdout.includes(shown);
    const prober = await startProber(
      t,
      network,
      ["127.0.0.1", "10.53.0.1", address].map((to) => `${to} ${port}`),
    );
    assert.ok(isListening());
    const first = await prober.counts();
    assert.deepEqual(first[address]!.lost, 0);
    ip("addr", "del", `${address}${length}`, "dev", "lan0");
    await until(() => !isListening());
    const without = await prober.counts();
    assert.ok(without[address]!.lost > 0, "nobody has it");
    add();
    await until(isListening);
    await prober.counts();
    const again = await prober.counts();
    assert.equal(again[address]!.lost, 0);
    for (const counts of [first, without, again]) {
      for (const other of ["127.0.0.1", "10.53.0.1"]) {
        assert.ok(counts[other]!.asked > 0);
        assert.equal(counts[other]!.lost, 0, other);
      }
    }
    assert.deepEqual(
      program.log().filter(({ level }) => level !== "info"),
      [],
    );
  });
}

test("an IPv6 address that cannot be used yet is listened on as soon as it can", { timeout }, async (t) => {
  if (!requireFfi(t)) return;
  const network = networkNamespace(t);
  if (network === undefined) return;
  const { ip } = network;
  ip("link", "set", "lo", "up");
  ip("link", "add", "lan0", "type", "veth", "peer", "name", "lan1");
  for (const link of ["lan0", "lan1"]) ip("link", "set", link, "up");
  ip("addr", "add", "fd53::1/64", "dev", "lan0", "nodad");
  ip("addr", "add", "fd53::2/64", "dev", "lan0"); // the kernel looks for duplicates for a second or two
  const program = await startProgram(t, {
    runner: network.runner,
    dns: ['listen: ["[::]:5300"]', "workers: 1", ...zoneLines],
  });
  assert.ok(program.listening.includes("[fd53::1]:5300"));
  await until(() => program.command("status", "--json").stdout.includes("[fd53::2]:5300"));
  ip("addr", "add", "fd53::3/64", "dev", "lan0");
  await until(() => program.command("status", "--json").stdout.includes("[fd53::3]:5300"));
});
