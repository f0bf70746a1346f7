/** From a change of an address in the kernel to the record in a zone of this server, as a client sees it. */
import { randomInt } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { Workplace } from "../workplace.ts";
import { AddressNetwork, changingInterface } from "./address-network.ts";
import { addressOf } from "./bench-addresses.ts";
import { DdnsSite } from "./ddns-site.ts";
import { untilSeen } from "./name-seer.ts";

/** Of which the first one is watched. */
const records = 20;
const patienceMs = 30_000;
/** Between two changes, so that they meet no period of the program. */
const [pauseMsMin, pauseMsMax] = [300, 1_500];

/** Milliseconds of each change. */
export async function kernelChanges(place: Workplace, changes: number): Promise<readonly number[]> {
  using network = new AddressNetwork();
  const method = `{ method: interface, interface: ${changingInterface} }`;
  const wish = { records: { count: records, method } };
  await network.change(addressOf(0));
  const site = await DdnsSite.start(place, { wish, through: network.through });
  const times: number[] = [];
  const { port, zone } = site;
  const seen = (change: number, act: () => Promise<void>): Promise<number> => {
    const order = { port, zone, names: 1, address: addressOf(change), pauseMs: 1, patienceMs };
    return untilSeen(order, act, network.through);
  };
  await seen(0, async () => {}); // it runs
  for (let change = 1; change <= changes; change++) {
    await delay(randomInt(pauseMsMin, pauseMsMax));
    times.push(await seen(change, () => network.change(addressOf(change))));
  }
  await site.end(); // before its network goes
  return times;
}
