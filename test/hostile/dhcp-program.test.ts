/** The program with a machine on its network that floods it and lies to it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { dhcpClients } from "../interop/dhcp-lab/clients.ts";
import { openOffice, serverAddress, siteOf } from "../interop/dhcp-lab/office.ts";
import { run, until } from "../interop/lab-tools.ts";

const sender = join(import.meta.dirname, "dhcp-flood-sender.ts");
const timeout = 60_000;

test("a flood of DISCOVER, forgeries and rubbish: who has a lease keeps and renews it, and others join after it", {
  timeout,
}, async (t) => {
  const site = siteOf({ dhcp: { leaseTime: "16s", newClients: { perSecond: 5, burst: 10 } } });
  const office = await openOffice(t, { clients: ["dhclient", "udhcpc"], site });
  if (office === undefined) return;
  const { lab, lan, server, homeport } = office;
  const client = lab.plugged("client", lan);
  const running = dhcpClients.dhclient.start(client);
  const address = await client.address({ told: running.log });
  const endOf = async () => Date.parse((await homeport.leaseOf(address))!.expiresAt!);
  const firstEnd = await endOf();
  const flooder = lab.plugged("flooder", lan, { address: "192.0.2.66/24" });
  const pid = await pidOf(server.namespaceName);
  await flooder.run(process.execPath, sender, serverAddress, "1");
  const before = memoryOf(pid);

  const { output, errors } = await flooder.run(process.execPath, sender, serverAddress, "12");
  assert.ok(Number(output) > 10_000, `${output}${errors}`);
  const grown = memoryOf(pid) - before;
  assert.ok(grown < 60_000_000, `${grown} octets more`);
  assert.deepEqual(await client.addresses(), [address]);
  assert.ok((await endOf()) > firstEnd, `it has not been renewed: ${running.log()}`);
  const limited = homeport.log().filter(({ msg }) => msg.includes("more new clients than newClients allows"));
  assert.ok(limited.length >= 1 && limited.length <= 2, `told ${limited.length} times`);

  const late = lab.plugged("late", lan);
  const joining = dhcpClients.udhcpc.start(late);
  assert.notEqual(await late.address({ told: joining.log, withinMs: 30_000 }), address);
});

/** Of Homeport on a machine: the program there that runs `src/main.ts`. */
async function pidOf(namespaceName: string): Promise<number> {
  return until("the program runs", async () => {
    const { output } = await run("ip", ["netns", "pids", namespaceName]);
    const pids = output.split("\n").filter((line) => line !== "");
    const isMain = (pid: string) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("src/main.ts");
    const found = pids.find(isMain);
    return found === undefined ? undefined : Number(found);
  });
}

/** Octets that it has in memory. */
function memoryOf(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))!;
  return Number(kilobytes) * 1_024;
}
