/**
 * Copies a zone, or what changed in it, from one primary. Runs in the thread for transfers and in tests;
 * whatever the primary does, it ends with a result.
 */
import { randomInt } from "node:crypto";
import { performance } from "node:perf_hooks";
import { ClientSignature, TsigError } from "#platform/tsig/client-signature.ts";
import { Rcode, RRType } from "#protocols/dns/registry.ts";
import { WireError } from "#protocols/dns/wire.ts";
import type { ChangeSet } from "../../journal/change-set.ts";
import { serverText } from "../../server-address.ts";
import { ZoneImage } from "../../zones/image.ts";
import { checkArrived, checkBuilt } from "./arrived-zone.ts";
import { type ConversationPorts, converse } from "./conversation.ts";
import { limits } from "./limits.ts";
import { isRetryable, TransferFault } from "./transfer-fault.ts";
import {
  changesQuestion,
  type TransferFailure,
  type TransferRequest,
  type TransferResult,
  type TransferTally,
  zoneQuestion,
} from "./transfer-request.ts";
import { type Difference, type StreamOutcome, TransferStream } from "./transfer-stream.ts";
import { ZoneDifference } from "./zone-difference.ts";

export interface TransferPorts extends ConversationPorts {
  /** Of the records of one transfer; for tests. */
  readonly octetsMax?: number;
}

interface Arrived {
  readonly outcome: StreamOutcome;
  readonly tally: TransferTally;
}

/** Never rejects for anything that a primary does. */
export async function transferZone(request: TransferRequest, ports: TransferPorts): Promise<TransferResult> {
  try {
    return await transfer(request, ports, true);
  } catch (error) {
    if (!lacksEdns(error)) return failure(error, request);
  }
  try {
    return await transfer(request, ports, false); // RFC 6891 §7
  } catch (error) {
    return failure(error, request);
  }
}

async function transfer(
  request: TransferRequest,
  ports: TransferPorts,
  withEdns: boolean,
): Promise<TransferResult> {
  const present = request.present === undefined ? undefined : new ZoneImage(request.present.buffer);
  const { outcome, tally } = await receive(request, present, ports, withEdns);
  switch (outcome.form) {
    case "current":
      return { kind: "current", serial: outcome.serial };
    case "zone": {
      const image = outcome.builder.finish();
      checkBuilt(outcome.builder);
      checkArrived(image, request.bounds);
      return { kind: "zone", image, tally };
    }
    case "differences":
      return fromDifferences(request, present!, outcome.differences, tally);
  }
}

async function receive(
  request: TransferRequest,
  present: ZoneImage | undefined,
  ports: TransferPorts,
  withEdns: boolean,
): Promise<Arrived> {
  const { zone, server, key, anySerial } = request;
  const id = randomInt(0x10000);
  const incremental = request.incremental && present !== undefined;
  const stream = new TransferStream({
    zone,
    id,
    type: incremental ? RRType.IXFR : RRType.AXFR,
    serial: present === undefined || anySerial ? undefined : present.serial(),
    expected: present?.recordCount ?? 16,
    ...(ports.octetsMax === undefined ? {} : { octetsMax: ports.octetsMax }),
  });
  const asked = { id, zone, withEdns };
  const plain = incremental ? changesQuestion(asked, soaOf(present)) : zoneQuestion(asked);
  const signature = key === undefined ? undefined : new ClientSignature(key);
  const startMs = performance.now();
  let octets = 0;
  await converse(
    {
      server,
      request: signature === undefined ? plain : signature.sign(plain, nowSeconds(ports)),
      onMessage: (message) => {
        octets += message.length;
        const body = signature === undefined ? message : signature.verify(message, nowSeconds(ports));
        if (!stream.take(body)) return false;
        signature?.finish();
        return true;
      },
    },
    ports,
  );
  const { messages, records, outside } = stream;
  const elapsedMs = performance.now() - startMs;
  return { outcome: stream.outcome!, tally: { messages, records, octets, elapsedMs, outside } };
}

/** Handed on as they are, or as a new image where a zone cannot be changed in place. */
function fromDifferences(
  request: TransferRequest,
  present: ZoneImage,
  differences: readonly Difference[],
  tally: TransferTally,
): TransferResult {
  const zone = new ZoneDifference(present, differences);
  const records = differences.reduce((sum, { removed, added }) => sum + removed.length + added.length, 0);
  if (present.signed || zone.hasKeys || records > limits.differenceRecordsMax) {
    const image = zone.wholeImage();
    checkArrived(image, request.bounds);
    return { kind: "zone", image, tally };
  }
  checkArrived(zone.touchedImage(), request.bounds);
  const atMs = Date.now();
  const author = { kind: "transfer", name: serverText(request.server) } as const;
  const sets: ChangeSet[] = differences.map((difference) => ({ ...difference, atMs, author }));
  return { kind: "sets", sets, tally };
}

function failure(error: unknown, { incremental, present }: TransferRequest): TransferFailure {
  const fault = faultOf(error);
  const asked = incremental && present !== undefined;
  return {
    kind: "failed",
    why: fault.code,
    sentence: fault.message,
    retryable: isRetryable(fault.code),
    // What is wrong with the changes need not be wrong with the zone
    notIncremental: asked && (fault.incrementalOnly || !isRetryable(fault.code)),
    noIncrementalHere: asked && (fault.rcode === Rcode.FORMERR || fault.rcode === Rcode.NOTIMP),
  };
}

function faultOf(error: unknown): TransferFault {
  if (error instanceof TransferFault) return error;
  if (error instanceof WireError)
    return new TransferFault("malformed", `sent a malformed message (${error.message})`);
  if (error instanceof TsigError)
    return new TransferFault("signature", `cannot be believed: ${error.message}`);
  return new TransferFault("internal", `could not be copied from: ${String(error)}`);
}

function lacksEdns(error: unknown): boolean {
  return error instanceof TransferFault && error.rcode === Rcode.FORMERR;
}

function soaOf(image: ZoneImage): Uint8Array {
  return image.rdata(image.rrset(image.apex, RRType.SOA))[0]!;
}

function nowSeconds({ clock }: TransferPorts): number {
  return Math.floor(clock.nowMs() / 1000);
}
