/** A disk that is full, under a server that gives leases. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { StoreError } from "#contracts/store.ts";
import { collectLog } from "#platform/log/collected-log.ts";
import { openStore } from "#platform/store/store.ts";
import { ServerLab } from "../../src/capabilities/dhcp/exchange/exchange.testing.ts";
import { dhcpClients } from "../interop/dhcp-lab/clients.ts";
import { HomeportMachine } from "../interop/dhcp-lab/homeport-machine.ts";
import { DhcpLab } from "../interop/dhcp-lab/lab.ts";
import { siteOf } from "../interop/dhcp-lab/office.ts";
import { until } from "../interop/lab-tools.ts";

test("a full store: no ACK, leases as they were, and it goes on by itself", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "homeport-dhcp-full-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  // No history of the filling, so that what is deleted is gone.
  const history = [{ prefix: "", changesMax: 1, ageMaxMs: 0 }];
  const { log } = collectLog();
  await using store = await openStore({ folder, log, nowMs: Date.now, octetsMax: 2 ** 21, history });
  const pools = ["192.0.2.100-192.0.2.250"];
  const section = { subnets: [{ subnet: "192.0.2.0/24", interface: "eth1", pools }] };
  const lab = new ServerLab({ store, section });
  const kept = await lab.join({ mac: "10" });
  let filled = 0;
  for (let octets = 2 ** 19; octets >= 64; ) {
    try {
      await store.transact([], [{ do: "put", key: `fill/${filled}`, value: "x".repeat(octets) }]);
      filled++;
    } catch (error) {
      assert.ok(error instanceof StoreError && error.code === "HP_STORE_FULL");
      octets /= 2;
    }
  }
  // A few leases more have room where others are already.
  let refused: Awaited<ReturnType<typeof joinOrNot>>;
  for (let last = 0x11; refused === undefined && last < 0x60; last++)
    refused = await joinOrNot(last.toString(16));
  assert.ok(refused !== undefined, "the disk is full");
  for (let times = 0; times < 3; times++) assert.equal(await lab.ask(refused), undefined);
  assert.equal(lab.writer.failure?.code, "HP_STORE_FULL");
  assert.equal(lab.leaseAt(refused.requested), undefined);
  assert.equal(await lab.stored(refused.requested), undefined);
  const renewal = { type: "REQUEST", mac: "10", ciaddr: kept } as const;
  assert.equal((await lab.ask(renewal))?.type, "ACK", "it has just been written");

  for (let at = 0; at < filled; at++) await store.transact([], [{ do: "delete", key: `fill/${at}` }]);
  assert.equal((await lab.ask(refused))?.type, "ACK");
  assert.equal(lab.writer.failure, undefined);

  /** The request of a client that gets no answer. */
  async function joinOrNot(mac: string) {
    const offer = await lab.ask({ type: "DISCOVER", mac });
    const request = { type: "REQUEST", mac, requested: offer!.address, server: offer!.server } as const;
    return (await lab.ask(request)) === undefined ? request : undefined;
  }
});

const timeout = 60_000;

test("a full disk under the program: clients wait, status says why, and they join when there is room", {
  timeout,
}, async (t) => {
  const lab = DhcpLab.open(t, ["udhcpc", "udhcpc"], ["mount", "mount"]);
  if (lab === undefined) return;
  const lan = lab.switch();
  const server = lab.plugged("server", lan, { address: "192.0.2.1/24" });
  const data = join(server.folder, "data");
  mkdirSync(data);
  const mounted = run("mount", "-t", "tmpfs", "-o", "size=8m,mode=700", "tmpfs", data);
  if (mounted.status !== 0) {
    t.skip(`no file system of its own: ${mounted.stderr.trim()}`);
    return;
  }
  using _mounted = { [Symbol.dispose]: () => void run("umount", "-l", data) };
  const homeport = await HomeportMachine.start(server, siteOf());
  const start = (name: string) => {
    const client = lab.plugged(name, lan);
    const { log } = dhcpClients.udhcpc.start(client);
    const told = () => `${log()}\n${homeport.logText()}`;
    return { told, address: (withinMs = 15_000) => client.address({ told, withinMs }) };
  };
  await start("first").address();

  const filling = join(data, "filling");
  let waiting: ReturnType<typeof start> | undefined;
  // What the journal of the store has set aside is used up first.
  for (let number = 1; waiting === undefined && number < 6; number++) {
    fillUp(filling);
    const client = start(`client-${number}`);
    if ((await client.address(4_000).catch(() => undefined)) === undefined) waiting = client;
  }
  assert.ok(waiting !== undefined, "the disk is full");
  const status = async () => (await homeport.command("status", "--json")).output;
  assert.match(await status(), /leases cannot be written, so that clients get no answer/);

  rmSync(filling);
  await waiting.address();
  await until("status has nothing to say of it", async () => !/leases cannot be/.test(await status()));
});

function run(program: string, ...words: readonly string[]) {
  return spawnSync(program, words, { encoding: "utf8" });
}

/** Until the file system takes no octet more. */
function fillUp(file: string): void {
  for (let octets = 2 ** 20; octets >= 1; octets /= 2) {
    try {
      for (;;) writeFileSync(file, Buffer.alloc(octets), { flag: "a" });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    }
  }
}
