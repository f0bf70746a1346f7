/** One task at another server, as records. */

import type { RecordData } from "#platform/dns-query/update-message.ts";
import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import { parseName } from "#protocols/dns/name.ts";
import { parseRdata } from "#protocols/dns/records/index.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { reverseName } from "#protocols/dns/reverse-name.ts";
import { textReader } from "#protocols/dns/text-reader.ts";
import type { HostValue, RemoteTask } from "./remote-value.ts";
import {
  addForward,
  addReverse,
  type ForwardRecords,
  removeForward,
  removeReverse,
  type Send,
} from "./update-sequences.ts";

/** Rejects with UpdateRefused, and with what `send` and `onAdding` reject with. */
export async function doTask(
  task: RemoteTask,
  name: string,
  { send, onAdding }: { readonly send: Send; readonly onAdding: () => Promise<void> },
): Promise<"done" | "conflict"> {
  const { host } = task;
  const place = reverseName(host.address)!;
  switch (task.do) {
    case "add-forward": {
      const { isAdded } = task;
      return addForward({ ...recordsOf(host, name), ttl: host.ttl, isAdded, onAdding }, send);
    }
    case "add-reverse":
      await addReverse(place, parseName(name), host.ttl, send);
      break;
    case "remove-forward":
      await removeForward(recordsOf(host, name), send);
      break;
    case "remove-reverse":
      await removeReverse(place, parseName(name), send);
      break;
  }
  return "done";
}

function recordsOf({ address, guard }: HostValue, text: string): ForwardRecords {
  const name = parseName(text);
  const number = parseIpv4(address);
  const octets = Uint8Array.of(number >>> 24, number >>> 16, number >>> 8, number);
  return {
    name,
    address: { name, type: RRType.A, rdata: octets },
    guard: guard && guardRecord(guard, name),
  };
}

function guardRecord({ type, data }: NonNullable<HostValue["guard"]>, name: RecordData["name"]): RecordData {
  return { name, type: RRType[type], rdata: parseRdata(RRType[type], textReader(data)) };
}
