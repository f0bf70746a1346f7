/**
 * The DHCP clients that people have get an address of Homeport, renew it, rebind it when the server cannot be
 * reached directly, and give it back; all the while `dig` finds their names.
 */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { SeenMessage } from "./dhcp-lab/capture.ts";
import { type ClientName, dhcpClients } from "./dhcp-lab/clients.ts";
import { allowUnicast, blockUnicast } from "./dhcp-lab/lab.ts";
import { domain, type Office, openOffice, pointerOf, serverAddress, siteOf } from "./dhcp-lab/office.ts";

/** dhclient may miss the end of a shorter one; dhcpcd keeps one for 20 seconds at least, udhcpc for 30. */
const machines = [
  { kind: "dhclient", mac: "52:54:00:00:01:01", leaseTime: "20s" },
  { kind: "udhcpc", mac: "52:54:00:00:01:02", leaseTime: "20s" },
  { kind: "dhcpcd", mac: "52:54:00:00:01:03", leaseTime: "20s" },
  { kind: "networkd", mac: "52:54:00:00:01:04", leaseTime: "12s" },
] as const satisfies readonly {
  readonly kind: ClientName;
  readonly mac: string;
  readonly leaseTime: string;
}[];

type LabMachine = (typeof machines)[number];

test("each client gets a lease and a name, renews, rebinds, and gives it back", {
  timeout: 60_000,
  concurrency: machines.length,
}, async (t: TestContext) => {
  const hosts = machines.map(({ mac, leaseTime }) => ({ macs: [mac], leaseTime }));
  const site = siteOf({ dhcp: { hosts } });
  const office = await openOffice(t, { clients: machines.map(({ kind }) => kind), site });
  if (office === undefined) return;
  await Promise.all(machines.map((machine) => t.test(machine.kind, () => liveThrough(office, machine))));
});

async function liveThrough(office: Office, { kind, mac }: LabMachine): Promise<void> {
  const { lab, lan, capture, shows, homeport } = office;
  const client = lab.plugged(kind, lan, { mac });
  const running = dhcpClients[kind].start(client);
  const told = () => `${running.log()}\n${homeport.logText()}`;
  const address = await client.address({ told });
  assert.match(address, /^192\.0\.2\.1[0-5]\d$/);
  await shows(`${kind}.${domain}`, "A", [address]);
  await shows(pointerOf(address), "PTR", [`${kind}.${domain}.`]);

  await acknowledged(
    office,
    "a renewal",
    (message) => isRequest(message, address) && message.to === serverAddress,
  );
  await blockUnicast(lan, mac);
  // The next one would come after another half of its lease.
  if (kind === "udhcpc") running.signal("SIGUSR1");
  const isRebinding = (message: SeenMessage) =>
    isRequest(message, address) && message.to === "255.255.255.255";
  await acknowledged(office, "a rebinding", isRebinding);
  assert.deepEqual(await client.addresses(), [address]);

  await allowUnicast(lan, mac);
  await running.release();
  await capture.message("a release", ({ type, clientMac }) => type === "Release" && clientMac === mac);
  await shows(`${kind}.${domain}`, "A", []);
  await shows(pointerOf(address), "PTR", []);
  const lease = await homeport.leaseOf(address);
  assert.ok(lease === undefined || lease.state === "released", JSON.stringify(lease));
}

/** From a client that has the address. */
function isRequest({ type, clientAddress }: SeenMessage, address: string): boolean {
  return type === "Request" && clientAddress === address;
}

/** Resolves when there was such a request, and an ACK after it. */
async function acknowledged(
  { capture }: Office,
  what: string,
  isAsked: (message: SeenMessage) => boolean,
): Promise<void> {
  const asked = await capture.message(what, isAsked, { withinMs: 25_000 });
  const from = capture.messages().findIndex(({ text }) => text === asked.text);
  const isAck = ({ type, yourAddress }: SeenMessage) => type === "ACK" && yourAddress === asked.clientAddress;
  await capture.message(`the ACK of ${what}`, isAck, { from });
}
