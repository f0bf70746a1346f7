/**
 * Whether anything is lost: a server is killed at a random moment while clients get addresses from it, and
 * started again, time after time. Every address that a client was acknowledged must be its own afterwards.
 */
import { randomInt } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { median } from "../statistics.ts";
import { heldLeases } from "./held-leases.ts";
import { LeaseLedger } from "./lease-ledger.ts";
import type { MeasuredServer } from "./measured-server.ts";

export interface KillReport {
  readonly rounds: number;
  readonly acknowledged: number;
  readonly clients: number;
  /** Acknowledged, and not there after some restart. */
  readonly lost: number;
  /** Addresses that two clients were told, or that the server has for two. */
  readonly twice: number;
  /** Clients that asked again and were told another address. */
  readonly moved: number;
  /** There, although nobody has been told. */
  readonly untold: number;
  readonly restartMs: number;
}

const inFlight = 64;
/** Before the server is killed. */
const [msMin, msMax] = [200, 800];
/** More than any round leases. */
const clientsEach = 100_000;
/** Clients that ask although they have an address: their leases are changed too. */
const earlierShare = 0.2;

export async function killRounds(server: MeasuredServer, rounds: number): Promise<KillReport> {
  const ledger = new LeaseLedger();
  const restarts: number[] = [];
  let [first, lost, twice, untold] = [0, 0, 0, 0];
  for (let round = 0; round < rounds; round++) {
    first = await leaseUntilKilled(server, first, ledger);
    restarts.push(await server.restart());
    const found = ledger.compare(heldLeases(server));
    lost += found.lost.length;
    twice += found.twice.length;
    untold = found.untold;
  }
  const { acknowledged, clients, moved } = ledger;
  return {
    rounds,
    acknowledged,
    clients,
    lost,
    twice: twice + ledger.twice.length,
    moved: moved.length,
    untold,
    restartMs: median(restarts),
  };
}

/** Returns the number of the first client that has never asked. */
async function leaseUntilKilled(server: MeasuredServer, first: number, ledger: LeaseLedger): Promise<number> {
  using load = await server.prepareLoad({ first, clients: clientsEach, inFlight, earlierShare });
  load.begin();
  await delay(randomInt(msMin, msMax));
  await server.kill();
  load.finish();
  const { clients, addresses } = await load.report();
  for (const [index, client] of clients.entries()) ledger.note({ client, address: addresses[index]! });
  return clients.reduce((most, client) => Math.max(most, client + 1), first) + inFlight;
}
