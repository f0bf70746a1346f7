/**
 * One address that rndc connects to. Whom the list allows may speak; what none of the keys signed is closed
 * without a word, as are messages from another time and copies of earlier ones.
 */
import { createHmac, randomInt, timingSafeEqual } from "node:crypto";
import type { Log } from "#contracts/log.ts";
import type { Clock } from "#platform/clock/clock.ts";
import { addressOctets } from "#platform/listen/address-octets.ts";
import { type Endpoint, formatEndpoint } from "#platform/listen/endpoint.ts";
import type { Framing } from "#platform/stream/framer.ts";
import { openStreamListener } from "#platform/stream/listener.ts";
import type { StreamConnection, StreamListener } from "#platform/stream/stream.ts";
import type { TsigKey } from "#platform/tsig/key.ts";
import { WireError } from "#protocols/dns/wire.ts";
import { limits as messageLimits } from "#protocols/isccc/limits.ts";
import {
  type ControlRequest,
  openMessage,
  readRequest,
  type SealedMessage,
  sealResponse,
} from "#protocols/isccc/message.ts";
import { Result } from "#protocols/isccc/result.ts";
import type { AddressMatch } from "../address-match.ts";
import { limits } from "./limits.ts";
import type { CommandAnswer } from "./rndc-commands.ts";
import { SeenMessages } from "./seen-messages.ts";

/** Who may say what; may change while connections are open. */
export interface ControlAccess {
  readonly allow: AddressMatch;
  readonly keys: readonly TsigKey[];
  readonly readOnly: boolean;
}

export interface ControlPorts {
  /** Rejects for our own faults only. */
  execute(command: string, options: { readonly readOnly: boolean }): Promise<CommandAnswer>;
  readonly log: Log;
  readonly clock: Clock;
}

export interface ControlCounters {
  /** Carried out, whatever came of them. */
  commands: number;
  /** Connections of addresses that the list does not allow. */
  notAllowed: number;
  /** Messages with a wrong key, from another time, copied, or in the wrong order. */
  refused: number;
}

type Refusal = "bad auth" | "clock skew" | "expired" | "duplicate" | "wrong nonce";

const framing: Framing = {
  lengthOctets: 4,
  messageOctetsMax: messageLimits.requestOctetsMax,
  answerOctetsMax: messageLimits.responseOctetsMax,
};

export class ControlListener implements AsyncDisposable {
  readonly counters: ControlCounters = { commands: 0, notAllowed: 0, refused: 0 };
  access: ControlAccess;
  readonly #ports: ControlPorts;
  readonly #seen = new SeenMessages();
  /** What each connection has to show. */
  readonly #nonces = new WeakMap<StreamConnection, number>();
  #stream: StreamListener | undefined;
  /** The minute of the last refusal in the log, and how many it has. */
  #minute = 0;
  #linesOfMinute = 0;

  /** Throws ConfigError when the address cannot be used. */
  static async open(
    endpoint: Endpoint,
    access: ControlAccess,
    ports: ControlPorts,
  ): Promise<ControlListener> {
    const listener = new ControlListener(access, ports);
    listener.#stream = await openStreamListener({
      address: endpoint.address,
      port: endpoint.port,
      framing,
      admits: (address) => listener.#admits(address),
      onMessage: (message, connection) => listener.#answer(message, connection),
      log: ports.log,
      clock: ports.clock,
      limits: {
        connectionsMax: limits.connectionsMax,
        connectionsPerAddressMax: limits.connectionsPerAddressMax,
        idleMs: limits.idleMs,
        unansweredMax: 1, // one command after the other
      },
    });
    return listener;
  }

  private constructor(access: ControlAccess, ports: ControlPorts) {
    this.access = access;
    this.#ports = ports;
  }

  get local(): Endpoint {
    return this.#stream!.local;
  }

  /** Messages that are none, and connections by what became of them. */
  get stream(): Pick<StreamListener, "counters" | "connections"> {
    return this.#stream!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stream?.[Symbol.asyncDispose]();
  }

  #admits(address: string): boolean {
    const allowed = address !== "" && this.access.allow.allows(addressOctets(address));
    if (!allowed) this.counters.notAllowed++;
    return allowed;
  }

  /** Throws WireError: the stream closes the connection and counts it. */
  async #answer(message: Uint8Array, connection: StreamConnection): Promise<Uint8Array | undefined> {
    if (!this.#admits(connection.peer.address)) {
      connection.close(); // the list has become another one meanwhile
      return undefined;
    }
    const sealed = openMessage(message);
    const key = this.#signerOf(sealed);
    if (key === undefined) return this.#refuse(connection, "bad auth");
    const request = readRequest(sealed.signed);
    const expected = this.#nonces.get(connection);
    const refusal = this.#refusalOf(request, expected);
    if (refusal !== undefined) return this.#refuse(connection, refusal);
    if (expected === undefined) {
      // the first message only asks for the nonce, whatever it says
      const nonce = randomInt(1, 2 ** 32);
      this.#nonces.set(connection, nonce);
      return this.#seal(request, nonce, key, { result: "done" });
    }
    const answer = await this.#execute(request.command, connection);
    const response = this.#seal(request, expected, key, answer);
    if (answer.afterwards === undefined) return response;
    await connection.send(response);
    answer.afterwards();
    return undefined;
  }

  #signerOf({ mac, signed }: SealedMessage): TsigKey | undefined {
    return this.access.keys.find(
      (key) => key.algorithm === mac.algorithm && timingSafeEqual(hmac(key, signed), mac.octets),
    );
  }

  #refusalOf(request: ControlRequest, nonce: number | undefined): Refusal | undefined {
    const nowSeconds = this.#nowSeconds();
    const { serial, timeSeconds, expiresSeconds } = request;
    if (Math.abs(nowSeconds - timeSeconds) > limits.clockSkewSecondsMax) return "clock skew";
    if (expiresSeconds !== undefined && expiresSeconds < nowSeconds) return "expired";
    if (!this.#seen.isNew(serial, timeSeconds, nowSeconds)) return "duplicate";
    return nonce === undefined || request.nonce === nonce ? undefined : "wrong nonce";
  }

  #refuse(connection: StreamConnection, why: Refusal): undefined {
    this.counters.refused++;
    connection.close();
    const { clock, log } = this.#ports;
    const minute = Math.floor(clock.monotonicMs() / 60_000);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#linesOfMinute = 0;
    }
    if (this.#linesOfMinute++ >= limits.refusalLinesPerMinute) return;
    log.warn({ from: formatEndpoint(connection.peer), why }, "a control message was refused");
  }

  async #execute(command: string, connection: StreamConnection): Promise<CommandAnswer> {
    const { log } = this.#ports;
    this.counters.commands++;
    const facts = { from: formatEndpoint(connection.peer), command: loggedCommand(command) };
    try {
      const answer = await this.#ports.execute(command, { readOnly: this.access.readOnly });
      const sentence = answer.result === "done" ? "control command" : "control command failed";
      log.info({ ...facts, result: Result[answer.result][1] }, sentence);
      return answer;
    } catch (error) {
      log.error({ ...facts, err: error }, "a control command could not be carried out");
      return { result: "failure", text: "Homeport made a mistake; its log says which" };
    }
  }

  #seal(request: ControlRequest, nonce: number, key: TsigKey, answer: CommandAnswer): Uint8Array {
    const timeSeconds = this.#nowSeconds();
    const { serial, command } = request;
    const [result, words] = Result[answer.result];
    const response = {
      serial,
      timeSeconds,
      expiresSeconds: timeSeconds + limits.answerSecondsMax,
      nonce,
      command,
      result,
      error: result === 0 ? undefined : words,
      text: answer.text,
    };
    try {
      return sealResponse(response, key.algorithm, (octets) => hmac(key, octets));
    } catch (error) {
      if (!(error instanceof WireError) || answer.result === "noSpace") throw error;
      return this.#seal(request, nonce, key, { result: "noSpace" });
    }
  }

  #nowSeconds(): number {
    return Math.floor(this.#ports.clock.nowMs() / 1000);
  }
}

function hmac({ algorithm, secret }: TsigKey, octets: Uint8Array): Uint8Array {
  return createHmac(algorithm.slice("hmac-".length), secret).update(octets).digest();
}

/** A zone's settings, which `addzone` would have behind its name, may hold what is not for the log. */
function loggedCommand(command: string): string {
  return command.split("{")[0]!.slice(0, limits.loggedCommandMax).trimEnd();
}
