/**
 * Who answers a message that came to control: the engine whatever it can at once, and for what is signed,
 * changes zones or copies them, those who do that. Signatures are checked before anything else looks at a
 * message, and put under all that is answered to it.
 */

import type { Keyring } from "#platform/tsig/key.ts";
import type { Name } from "#protocols/dns/name.ts";
import { Opcode, RRType } from "#protocols/dns/registry.ts";
import type { Client } from "./client.ts";
import { DropReason } from "./counters/layout.ts";
import { type Engine, handOver } from "./engine/engine.ts";
import { headerOctets } from "./engine/request.ts";
import { Transport } from "./engine/transport.ts";
import type { TransferAsked } from "./transfer/out/outgoing.ts";
import type { TransfersOut } from "./transfer/out/transfers-out.ts";
import { type BadRequest, checkRequest } from "./tsig/check-request.ts";
import type { ReplayCache } from "./tsig/replay-cache.ts";
import type { ResponseSigner } from "./tsig/response-signer.ts";
import { UpdateQuotaError, type Updates } from "./update/updates.ts";

export interface RouterPorts {
  readonly engine: Engine;
  readonly keyring: () => Keyring;
  readonly updates: Pick<Updates, "answer" | "isForOthers">;
  readonly transfersOut: Pick<TransfersOut, "serve" | "answerUdp">;
  /** The response to a NOTIFY; undefined for none. */
  readonly notified: (message: Uint8Array, client: Client) => Uint8Array | undefined;
  readonly replays: ReplayCache;
  readonly nowMs: () => number;
}

/** The connection by which a message came. */
export type Connection = Pick<TransferAsked, "send" | "close" | "signal">;

type Answer = Uint8Array | undefined | Promise<Uint8Array | undefined>;

const transferTypes: ReadonlySet<number> = new Set([RRType.AXFR, RRType.IXFR]);

export class MessageRouter {
  /** Messages that were not looked into, since they are not signed as they should be. Since the start. */
  readonly refused: Record<BadRequest, number> = {
    FORMERR: 0,
    BADKEY: 0,
    BADSIG: 0,
    BADTIME: 0,
    BADTRUNC: 0,
  };
  private readonly ports: RouterPorts;

  constructor(ports: RouterPorts) {
    this.ports = ports;
  }

  /**
   * The response; undefined when there is none, or when it goes out by the connection. What is returned
   * stands in `reply` or in octets of its own. `message` may be used again once this returns.
   */
  answer(message: Uint8Array, client: Client, reply: Uint8Array, connection?: Connection): Answer {
    const { engine } = this.ports;
    const octets = engine.answer(message, message.length, client.address, client.transport, reply);
    if (octets !== handOver) return octets === 0 ? undefined : reply.subarray(0, octets);
    return this.answerHandedOver(message, client, reply, connection);
  }

  /** What the engine leaves to others. */
  private answerHandedOver(
    message: Uint8Array,
    client: Client,
    reply: Uint8Array,
    connection: Connection | undefined,
  ): Answer {
    const opcode = (message[2]! >>> 3) & 15;
    const nowSeconds = Math.floor(this.ports.nowMs() / 1000);
    if (opcode === Opcode.UPDATE && this.ports.updates.isForOthers(message))
      return this.unlessTooMany(this.forward(message.slice(), client, nowSeconds));
    const checked = checkRequest(message, this.ports.keyring(), nowSeconds);
    if (checked.state === "bad") {
      this.refused[checked.why]++;
      return this.counted(checked.response, client);
    }
    const signer = checked.state === "good" ? checked.signer : undefined;
    const known = checked.state === "good" ? signedClient(client, checked.key.name) : client;
    const body = checked.state === "good" ? checked.body : message.slice();
    if (opcode === Opcode.UPDATE) {
      const answer = (): Promise<Uint8Array> => this.update(body, message.slice(), known, signer);
      if (checked.state !== "good") return this.unlessTooMany(answer());
      // One that was seen before gets the answer of then, and is not done again.
      return this.unlessTooMany(this.ports.replays.answer(checked.identity, nowSeconds, answer));
    }
    if (opcode === Opcode.NOTIFY) return this.signed(this.ports.notified(body, known), known, signer);
    if (transferTypes.has(questionType(body))) return this.transfer(body, known, signer, connection);
    return this.ask(body, known, reply, signer);
  }

  /**
   * Its primary judges it, by the signature too; who may have it passed on may be said by a key all the same.
   */
  private forward(original: Uint8Array, client: Client, nowSeconds: number): Promise<Uint8Array> {
    const checked = checkRequest(original, this.ports.keyring(), nowSeconds);
    const known = checked.state === "good" ? signedClient(client, checked.key.name) : client;
    return this.update(original, original, known, undefined);
  }

  /** No answer, by which the client tries again later, when too many updates are under way. */
  private async unlessTooMany(answer: Promise<Uint8Array>): Promise<Uint8Array | undefined> {
    try {
      return await answer;
    } catch (error) {
      if (!(error instanceof UpdateQuotaError)) throw error;
      this.ports.engine.counters.drop(DropReason.overCapacity);
      return undefined;
    }
  }

  /** A query that was signed. */
  private ask(
    body: Uint8Array,
    client: Client,
    reply: Uint8Array,
    signer: ResponseSigner | undefined,
  ): Uint8Array | undefined {
    const { engine } = this.ports;
    const signed =
      signer === undefined || client.key === undefined
        ? undefined
        : { key: client.key, octets: signer.octets };
    const octets = engine.answer(body, body.length, client.address, client.transport, reply, signed);
    if (octets <= 0) return undefined;
    return this.sign(reply.subarray(0, octets), signer);
  }

  private async update(
    body: Uint8Array,
    original: Uint8Array,
    client: Client,
    signer: ResponseSigner | undefined,
  ): Promise<Uint8Array> {
    const { octets, isVerbatim } = await this.ports.updates.answer({ body, original, client });
    this.counted(octets, client);
    return isVerbatim ? octets : this.sign(octets, signer)!;
  }

  private async transfer(
    body: Uint8Array,
    client: Client,
    signer: ResponseSigner | undefined,
    connection: Connection | undefined,
  ): Promise<Uint8Array | undefined> {
    const { transfersOut } = this.ports;
    if (client.transport === Transport.tcp && connection !== undefined) {
      await transfersOut.serve({
        body,
        client,
        signer,
        send: (octets) => connection.send(octets),
        close: () => connection.close(),
        signal: connection.signal,
      });
      return undefined;
    }
    return this.counted(await transfersOut.answerUdp({ body, client, signer }), client);
  }

  private signed(
    octets: Uint8Array | undefined,
    client: Client,
    signer: ResponseSigner | undefined,
  ): Uint8Array | undefined {
    return this.sign(this.counted(octets, client), signer);
  }

  private sign(octets: Uint8Array | undefined, signer: ResponseSigner | undefined): Uint8Array | undefined {
    if (octets === undefined || signer === undefined) return octets;
    return signer.sign(octets, Math.floor(this.ports.nowMs() / 1000));
  }

  private counted<Octets extends Uint8Array | undefined>(octets: Octets, client: Client): Octets {
    const { counters } = this.ports.engine;
    if (octets === undefined) counters.drop(DropReason.notQuery);
    else counters.response(client.transport, client.address.length, octets[3]! & 15, octets.length);
    return octets;
  }
}

function signedClient(client: Client, key: Name): Client {
  const { address, text, transport, encrypted } = client;
  return { address, text, transport, encrypted, key };
}

/** Of a message with a question; 0 when there is none that can be read. */
function questionType(message: Uint8Array): number {
  if (message[4] !== 0 || message[5] !== 1) return 0;
  let at = headerOctets;
  while (at < message.length && message[at]! > 0 && message[at]! <= 63) at += 1 + message[at]!;
  return at + 3 > message.length ? 0 : (message[at + 1]! << 8) | message[at + 2]!;
}
