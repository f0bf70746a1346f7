/** What a name server says of many names now. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { addressQuestion, readAddressAnswer } from "./address-question.ts";

const tries = 5;
const patienceMs = 500;

/** One address a name, in their order; undefined for a name without. Throws for one that is not answered. */
export async function readAddresses(
  port: number,
  names: readonly string[],
): Promise<readonly (string | undefined)[]> {
  const addresses = new Map<string, string | undefined>();
  using stack = new DisposableStack();
  const socket = createSocket("udp4");
  stack.defer(() => socket.close());
  socket.connect(port, "127.0.0.1");
  await once(socket, "connect");
  socket.on("error", () => {}); // it may not listen yet
  socket.on("message", (octets) => {
    const { name, address } = readAddressAnswer(octets);
    addresses.set(name, address);
  });
  for (let left = tries; addresses.size < names.length; left--) {
    const missing = names.filter((name) => !addresses.has(name));
    if (left === 0) throw new Error(`nobody answers for ${missing.length} of ${names.length} names`);
    for (const name of missing) socket.send(addressQuestion(name, 1));
    for (let ms = 0; ms < patienceMs && addresses.size < names.length; ms += 5) await delay(5);
  }
  return names.map((name) => addresses.get(name));
}
