/** Says to a control channel what rndc would, and what it would not. For tests. */
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { TsigKey } from "#platform/tsig/key.ts";
import { nameFromOctets } from "#protocols/dns/name.ts";
import { WireReader, WireWriter } from "#protocols/dns/wire.ts";
import type { MacAlgorithm } from "#protocols/isccc/authentication.ts";
import { openMessage, sealMessage } from "#protocols/isccc/message.ts";
import { readTable, type Table, type TableValue, writeTable } from "#protocols/isccc/table.ts";

/** A key whose secret is its algorithm's name. */
export function sampleKey(algorithm: MacAlgorithm = "hmac-sha256", secret = algorithm as string): TsigKey {
  const octets = new TextEncoder().encode(`\u0008rndc-key\0`);
  return { name: nameFromOctets(octets), algorithm, secret: new TextEncoder().encode(secret) };
}

/** Tables as plain objects: strings and numbers are octets. */
export interface PlainTable {
  readonly [key: string]: string | number | Uint8Array | PlainTable | undefined;
}

function tableFrom(plain: PlainTable): Table {
  const entries = Object.entries(plain).filter(([, value]) => value !== undefined);
  return new Map(entries.map(([key, value]): [string, TableValue] => [key, valueFrom(value)]));
}

function valueFrom(value: PlainTable[string]): TableValue {
  if (value instanceof Uint8Array) return value;
  return typeof value === "object" ? tableFrom(value) : new TextEncoder().encode(String(value));
}

/** The octets of tables. */
export function tableOctets(plain: PlainTable): Uint8Array {
  const writer = new WireWriter({ limit: 1_048_576 });
  writeTable(tableFrom(plain), writer);
  return writer.finish();
}

export function signed(plain: PlainTable, key = sampleKey()): Uint8Array {
  return sealMessage(tableOctets(plain), key.algorithm, (octets) =>
    createHmac(key.algorithm.slice(5), key.secret).update(octets).digest(),
  );
}

export function framed(message: Uint8Array): Uint8Array {
  const octets = new Uint8Array(4 + message.length);
  new DataView(octets.buffer).setUint32(0, message.length);
  octets.set(message, 4);
  return octets;
}

let serial = 1;

/** A message that a channel takes as it is, at this time. `control` replaces parts of `_ctrl`. */
export function request(command: string, nowMs: number, control: PlainTable = {}): PlainTable {
  const seconds = Math.floor(nowMs / 1000);
  return {
    _ctrl: { _ser: serial++, _tim: seconds, _exp: seconds + 60, ...control },
    _data: { type: command },
  };
}

/** What a channel answered: the text of each value by its key, and the algorithm that signed it. */
export type Answer = Readonly<Record<string, string>>;

export class ControlClient implements AsyncDisposable {
  readonly #socket: Socket;
  readonly #closed: Promise<unknown>;
  #input = Buffer.alloc(0);
  #onInput: () => void = () => {};
  #gone = false;

  static async connect(port: number): Promise<ControlClient> {
    const socket = connect({ host: "127.0.0.1", port });
    await once(socket, "connect");
    return new ControlClient(socket);
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#closed = new Promise((resolve) => socket.on("close", resolve));
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => {
      this.#input = Buffer.concat([this.#input, chunk]);
      this.#onInput();
    });
    socket.on("end", () => {
      this.#gone = true;
      this.#onInput();
    });
    socket.on("close", () => {
      this.#gone = true;
      this.#onInput();
    });
  }

  write(octets: Uint8Array): void {
    this.#socket.write(octets);
  }

  /** Undefined: the channel closed without a word. */
  async ask(plain: PlainTable, key?: TsigKey): Promise<Answer | undefined> {
    this.write(framed(signed(plain, key)));
    return this.answer();
  }

  async answer(): Promise<Answer | undefined> {
    for (;;) {
      const length = this.#input.length < 4 ? undefined : this.#input.readUInt32BE(0);
      if (length !== undefined && this.#input.length >= 4 + length) {
        const message = this.#input.subarray(4, 4 + length);
        this.#input = this.#input.subarray(4 + length);
        const { mac, signed: body } = openMessage(message);
        return { algorithm: mac.algorithm, ...plainAnswer(readTable(new WireReader(body))) };
      }
      if (this.#gone) return undefined;
      await new Promise<void>((resolve) => {
        this.#onInput = resolve;
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy();
    await this.#closed;
  }
}

function plainAnswer(table: Table): Answer {
  const entries = [...table].flatMap(([key, value]): [string, string][] => {
    if (value instanceof Uint8Array) return [[key, new TextDecoder().decode(value)]];
    return value instanceof Map ? Object.entries(plainAnswer(value as Table)) : [];
  });
  return Object.fromEntries(entries);
}
