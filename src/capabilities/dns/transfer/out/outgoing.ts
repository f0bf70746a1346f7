/**
 * The messages of one answer to a transfer request on their way to the client: the first has the question,
 * each is signed where the request was, and the next one waits until its reader has taken the one before.
 */
import type { Clock } from "#platform/clock/clock.ts";
import type { Edns } from "#protocols/dns/message.ts";
import { EdnsOption, Opcode, RRType } from "#protocols/dns/registry.ts";
import { WireWriter } from "#protocols/dns/wire.ts";
import type { Client } from "../../client.ts";
import { HeaderFlag } from "../../engine/request.ts";
import { limits } from "../../limits.ts";
import type { TransferRequest } from "./transfer-request.ts";
import type { TransferWriter } from "./transfer-writer.ts";
import type { Turns } from "./turns.ts";

/** Signs the messages of one answer, in their order. RFC 8945 §5.3.1. */
export interface TransferSigner {
  /** What a signature adds to a message at most. */
  readonly octets: number;
  /** The message with its signature. */
  sign(response: Uint8Array, nowSeconds: number): Uint8Array;
}

/** A request, and the connection that it came by. */
export interface TransferAsked {
  /** Without TSIG. */
  readonly body: Uint8Array;
  readonly client: Client;
  /** When the request was signed. */
  readonly signer?: TransferSigner | undefined;
  /**
   * Copies the message before it returns. Resolves when there is room for the next one; false: the connection
   * is gone.
   */
  send(message: Uint8Array): Promise<boolean>;
  /** Ends the connection, when nothing else can tell the client that what it has is not all. */
  close(): void;
  /** Aborted when the connection is gone. */
  readonly signal: AbortSignal;
}

export interface OutgoingPorts {
  readonly clock: Pick<Clock, "nowMs" | "monotonicMs">;
  /** Of all transfers. */
  readonly turns: Turns;
}

/** Why a transfer did not come to its end. */
export type Interruption = "gone" | "idle" | "slow" | "closed";

const messageOctetsMax = 65_535;

export class Outgoing {
  messages = 0;
  records = 0;
  octets = 0;
  /** Set as soon as it is clear that nothing more will be sent. */
  interruption: Interruption | undefined;
  readonly startedMs: number;
  /** Since when the reader has not taken a message; undefined: it has taken all. */
  waitingSinceMs: number | undefined;
  readonly writer: TransferWriter;
  private readonly asked: TransferAsked;
  private readonly request: TransferRequest;
  readonly turns: Turns;
  private readonly clock: OutgoingPorts["clock"];
  private readonly octetsMax: number;
  private readonly signal: AbortSignal;
  private onInterrupted: (() => void) | undefined;

  constructor(asked: TransferAsked, request: TransferRequest, writer: TransferWriter, ports: OutgoingPorts) {
    const { clock, turns } = ports;
    this.asked = asked;
    this.request = request;
    this.writer = writer;
    this.clock = clock;
    this.turns = turns;
    this.octetsMax = messageOctetsMax - (asked.signer?.octets ?? 0);
    this.signal = asked.signal;
    this.startedMs = clock.monotonicMs();
  }

  /** Begins the next message. */
  begin(): void {
    beginMessage(this.writer, this.request, { isFirst: this.messages === 0, octetsMax: this.octetsMax });
  }

  /** Sends the message. False: there is no use in making another. */
  async send(): Promise<boolean> {
    const { asked, clock, writer } = this;
    if (this.signal.aborted) this.interruption ??= "gone";
    if (this.interruption !== undefined) return false;
    const message = signed(writer.finish(), asked.signer, clock.nowMs());
    this.messages++;
    this.records += writer.records;
    this.octets += message.length;
    this.waitingSinceMs = clock.monotonicMs();
    const isTaken = await this.unlessInterrupted(asked.send(message));
    this.waitingSinceMs = undefined;
    if (!isTaken) this.interruption ??= "gone";
    return isTaken;
  }

  /** Sends nothing more, whatever is under way. */
  interrupt(why: Interruption): void {
    this.interruption ??= why;
    this.onInterrupted?.();
  }

  private unlessInterrupted(sent: Promise<boolean>): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.onInterrupted = () => resolve(false);
      sent.then((isTaken) => resolve(isTaken && this.interruption === undefined), reject);
    });
  }
}

export interface MessageKind {
  readonly isFirst: boolean;
  readonly octetsMax: number;
  readonly rcode?: number;
  /** INFO-CODE. RFC 8914. */
  readonly extendedError?: number | undefined;
}

/** Begins a message in answer to a request. */
export function beginMessage(writer: TransferWriter, request: TransferRequest, kind: MessageKind): void {
  const { rcode = 0, isFirst, octetsMax, extendedError } = kind;
  const { edns } = request;
  // AA goes with what is known of the zone (RFC 5936 §2.2.1); of the request's flags RD comes back.
  const flags =
    HeaderFlag.qr |
    (Opcode.QUERY << 11) |
    (rcode === 0 ? HeaderFlag.aa : 0) |
    (request.recursionDesired ? HeaderFlag.rd : 0) |
    (rcode & 15);
  writer.begin({
    id: request.id,
    flags,
    question: isFirst ? request.question : undefined,
    octetsMax,
    // RFC 5936 §2.2.5: in the first message, if the client has sent one.
    opt: isFirst && edns !== undefined ? optOctets(edns, rcode, extendedError) : undefined,
  });
}

export function signed(message: Uint8Array, signer: TransferSigner | undefined, nowMs: number): Uint8Array {
  return signer === undefined ? message : signer.sign(message, Math.floor(nowMs / 1000));
}

function optOctets({ dnssecOk }: Edns, rcode: number, extendedError: number | undefined): Uint8Array {
  const writer = new WireWriter({ size: 32 });
  writer.u8(0);
  writer.u16(RRType.OPT);
  writer.u16(limits.udpPayloadOctetsDefault);
  writer.u8(rcode >>> 4);
  writer.u8(0);
  writer.u16(dnssecOk ? 0x8000 : 0); // RFC 3225 §3
  if (extendedError === undefined) writer.u16(0);
  else {
    writer.u16(6);
    writer.u16(EdnsOption.EDE);
    writer.u16(2);
    writer.u16(extendedError);
  }
  return writer.finish();
}
