/** Runs perfdhcp, the load generator of Kea, and reads what it says. */
import { readFileSync, rmSync } from "node:fs";
import type { Workplace } from "../workplace.ts";
import { type BenchNetwork, relayInterface, serverAddress } from "./bench-network.ts";
import { hardwareAddressOf } from "./client-message.ts";
import { giveReceiveRoom } from "./receive-room.ts";

/** For answers that are under way when the last question has been sent. */
const lastAnswersMicroseconds = 500_000;
/** perfdhcp takes this much longer than asked at most; then something is wrong. */
const patienceMs = 20_000;
/** What one exit code each stands for: all exchanges completed, and not all. */
const completed = [0, 3];

export interface PerfdhcpOrder {
  /** Exchanges that it begins in a second. */
  readonly perSecond: number;
  readonly seconds: number;
  /** Different clients, which ask in turn, from the first one again when all have. */
  readonly clients: number;
}

/** One half of an exchange: DISCOVER and OFFER, or REQUEST and ACK. */
export interface ExchangeHalf {
  readonly sent: number;
  readonly received: number;
  /** Addresses that an earlier client had been told as well; 0 when clients ask more than once. */
  readonly notUnique: number;
  readonly meanMs: number;
  readonly mostMs: number;
}

export interface PerfdhcpReport {
  readonly offer: ExchangeHalf;
  readonly acknowledgement: ExchangeHalf;
}

export async function runPerfdhcp(
  place: Workplace,
  network: BenchNetwork,
  order: PerfdhcpOrder,
): Promise<PerfdhcpReport> {
  const output = place.openOutput("perfdhcp");
  const command = network.amongClients(["perfdhcp", ...perfdhcpWords(order)]);
  const group = place.start(command, { stdout: output.descriptor });
  output.close();
  await giveReceiveRoom(group.pid, "perfdhcp");
  const patience = setTimeout(() => group.kill(), order.seconds * 1000 + patienceMs);
  const code = await group.end();
  clearTimeout(patience);
  await place.end(group);
  const text = readFileSync(output.file, "latin1");
  rmSync(output.file);
  if (!completed.includes(Number(code))) {
    throw new Error(`perfdhcp ended with ${code}: ${group.errors.trim() || text.slice(-500)}`);
  }
  return parsePerfdhcp(text);
}

/** `-u`: it notes each address, and whether one is given twice: also to a client that asks again. */
function perfdhcpWords({ perSecond, seconds, clients }: PerfdhcpOrder): string[] {
  const unique = perSecond * seconds <= clients ? ["-u"] : [];
  const amount = ["-r", String(perSecond), "-R", String(clients), "-p", String(seconds)];
  const base = ["-b", `mac=${hardwareAddressOf(0)}`];
  const end = ["-W", String(lastAnswersMicroseconds)];
  return ["-4", "-l", relayInterface, ...unique, ...base, ...amount, ...end, serverAddress];
}

/** What perfdhcp says at its end. Throws when a number is missing. */
export function parsePerfdhcp(text: string): PerfdhcpReport {
  return {
    offer: parseHalf(text, "DISCOVER-OFFER"),
    acknowledgement: parseHalf(text, "REQUEST-ACK"),
  };
}

function parseHalf(text: string, name: string): ExchangeHalf {
  // Reports in between have the same headings: the last one counts.
  const start = text.lastIndexOf(`***Statistics for: ${name}***`);
  if (start === -1) throw new Error(`perfdhcp says nothing of ${name}:\n${text.slice(-1000)}`);
  const rest = text.slice(start + 3);
  const end = rest.indexOf("***Statistics for:", 1);
  const part = end === -1 ? rest : rest.slice(0, end);
  const number = (label: string): number => {
    const found = new RegExp(`^${label}: (\\S+)`, "m").exec(part)?.[1];
    if (found === undefined) throw new Error(`perfdhcp says no "${label}" of ${name}:\n${part}`);
    return Number(found); // "inf" and "-" for no packet at all are NaN
  };
  return {
    sent: number("sent packets"),
    received: number("received packets"),
    notUnique: number("non unique addresses"),
    meanMs: number("avg delay"),
    mostMs: number("max delay"),
  };
}
