/**
 * Run by itself on a machine of the lab: sends the DHCP server at the address given what nobody should, and a
 * flood of DISCOVER, three thousand a second for some seconds. Says how many.
 */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { octetsOf, type Said } from "../../src/capabilities/dhcp/exchange/said.testing.ts";

const [server = "192.0.2.1", seconds = "3"] = process.argv.slice(2);
const socket = createSocket("udp4").bind(68);
await once(socket, "listening");
const perSecond = 3_000;
const startMs = performance.now();
let sent = 0;
for (let ms = 0; ms < Number(seconds) * 1_000; ms = performance.now() - startMs) {
  const due = (ms / 1_000) * perSecond;
  while (sent < due) await send(octetsAt(sent++));
  await setTimeout(1);
}
socket.close();
console.log(sent);

function octetsAt(number: number): Uint8Array {
  const mac = `02bb${number.toString(16).padStart(8, "0")}`;
  const forged: Said = { type: number % 3 === 0 ? "RELEASE" : "DECLINE", mac, requested: "192.0.2.100" };
  if (number % 4 !== 0) return octetsOf({ type: "DISCOVER", mac, isBroadcast: true });
  const octets = octetsOf({ ...forged, ciaddr: "192.0.2.100", clientId: "01".repeat(1 + (number % 200)) });
  if (number % 8 === 0) octets.fill(number & 255, number % octets.length);
  return number % 5 === 0 ? octets.subarray(0, number % octets.length) : octets;
}

function send(octets: Uint8Array): Promise<void> {
  return new Promise((resolve) => socket.send(octets, 67, server, () => resolve()));
}
