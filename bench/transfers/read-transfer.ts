/** Reads transfers, each with a `transfer-reader.ts` of its own, and weighs what a server needs for them. */
import { join } from "node:path";
import { type LoadCost, LoadProcess } from "../load-process.ts";
import type { UpdatedServer } from "../updates/updated-server.ts";
import { updatedZone } from "../updates/updated-server.ts";
import { forgetPeak, peakOctets } from "./memory-peak.ts";
import type { ReadTransfer, TransferOrder } from "./transfer-reader.ts";

const script = join(import.meta.dirname, "transfer-reader.ts");

export interface MeasuredTransfer extends ReadTransfer, LoadCost {
  /** Milliseconds on a processor. */
  readonly serverMs: number;
}

/** Readers that are connected; `from` as `TransferOrder` has it. */
export async function prepareReaders(
  { port }: { readonly port: number },
  count: number,
  from?: number,
): Promise<LoadProcess<ReadTransfer>[]> {
  const order: TransferOrder = { port, zone: updatedZone, ...(from === undefined ? {} : { from }) };
  const readers: LoadProcess<ReadTransfer>[] = [];
  for (let i = 0; i < count; i++) readers.push(await LoadProcess.start<ReadTransfer>(script, order));
  return readers;
}

/** One transfer. Throws when it does not come to its end. */
export async function readTransfer(server: UpdatedServer, from?: number): Promise<MeasuredTransfer> {
  const [reader] = await prepareReaders(server, 1, from);
  const before = server.group.cpuNanoseconds();
  const transfer = await finished(reader!);
  return { ...transfer, serverMs: Number(server.group.cpuNanoseconds() - before) / 1e6 };
}

/** All of them one after the other. */
export async function readInTurn(readers: readonly LoadProcess<ReadTransfer>[]): Promise<void> {
  for (const reader of readers) await finished(reader);
}

/** Octets that the server had at most before two transfers at a time, and then. */
export async function peaksOfTwo(server: UpdatedServer): Promise<{ before: number; during: number }> {
  const readers = await prepareReaders(server, 2);
  forgetPeak(server.group);
  const before = peakOctets(server.group);
  await Promise.all(readers.map(finished));
  return { before, during: peakOctets(server.group) };
}

async function finished(reader: LoadProcess<ReadTransfer>): Promise<ReadTransfer & LoadCost> {
  reader.begin();
  const transfer = await reader.report();
  if (!transfer.isWhole || transfer.rcode !== 0) {
    throw new Error(`a transfer ended after ${transfer.records} records with code ${transfer.rcode}`);
  }
  return transfer;
}
