/** For tests: transfers out of zones in memory, to a client in memory. */
import assert from "node:assert/strict";
import { SteppedClock } from "#platform/clock/clock.ts";
import { addressOctets } from "#platform/listen/address-octets.ts";
import { type CollectedLine, collectLog } from "#platform/log/collected-log.ts";
import { decodeMessage, encodeMessage, type Message, queryMessage } from "#protocols/dns/message.ts";
import { lowerName, type Name, nameOctets, nameToText, parseName } from "#protocols/dns/name.ts";
import { RRType, typeFromMnemonic } from "#protocols/dns/registry.ts";
import { matchAny } from "../../address-match.ts";
import type { Client } from "../../client.ts";
import { Transport } from "../../engine/transport.ts";
import type { ChangeSet } from "../../journal/change-set.ts";
import type { ZoneHistory } from "../../journal/zone-writer.ts";
import type { ZoneImage, ZoneRecord } from "../../zones/image.ts";
import type { TransferLimits } from "./limits.ts";
import type { TransferAsked, TransferSigner } from "./outgoing.ts";
import type { TransferredZone } from "./transfer-decision.ts";
import { TransfersOut } from "./transfers-out.ts";

export class TransferRig {
  readonly zones = new Map<Name, TransferredZone>();
  readonly history = new FakeHistory();
  readonly clock = new SteppedClock();
  readonly lines: readonly CollectedLine[];
  readonly transfers: TransfersOut;

  constructor(images: readonly ZoneImage[], limits: Partial<TransferLimits> = {}) {
    const { log, lines } = collectLog();
    this.lines = lines;
    for (const image of images) this.zones.set(lowerName(image.origin), { image, allowTransfer: matchAny });
    this.transfers = new TransfersOut({
      zoneOf: (name) => this.zones.get(name),
      history: this.history,
      clock: this.clock,
      log,
      udpPayloadOctets: () => 1232,
      limits,
    });
  }

  /** Asks `example. AXFR` and reads on until it is over. */
  async ask(question: string, rest: Partial<Message> = {}, signer?: TransferSigner): Promise<Reader> {
    const reader = new Reader();
    await this.begin(question, reader, rest, signer);
    return reader;
  }

  begin(
    question: string,
    reader: Reader,
    rest: Partial<Message> = {},
    signer?: TransferSigner,
  ): Promise<void> {
    return this.transfers.serve({ ...reader.asked, body: transferQuery(question, rest), signer });
  }

  async askUdp(question: string, rest: Partial<Message> = {}, signer?: TransferSigner): Promise<Uint8Array> {
    const client = clientAt("192.0.2.99", Transport.udp);
    const response = await this.transfers.answerUdp({ body: transferQuery(question, rest), client, signer });
    assert.ok(response);
    return response;
  }
}

/** Keeps all messages; takes one only when it is let to. */
export class Reader {
  readonly messages: Uint8Array[] = [];
  readonly gone = new AbortController();
  closed = false;
  /** Messages that are taken at once. */
  patience: number;
  readonly client: Client;
  private readonly waiting: ((isTaken: boolean) => void)[] = [];

  constructor(address = "192.0.2.99", patience = Number.POSITIVE_INFINITY) {
    this.client = clientAt(address, Transport.tcp);
    this.patience = patience;
  }

  get asked(): Omit<TransferAsked, "body"> {
    return {
      client: this.client,
      send: (message) => this.send(message),
      close: () => {
        this.closed = true;
      },
      signal: this.gone.signal,
    };
  }

  /** Takes what waits, and so many more. */
  read(messages = Number.POSITIVE_INFINITY): void {
    this.patience += messages;
    for (const resolve of this.waiting.splice(0)) resolve(true);
  }

  leave(): void {
    this.gone.abort();
    for (const resolve of this.waiting.splice(0)) resolve(false);
  }

  get decoded(): readonly Message[] {
    return this.messages.map((octets) => decodeMessage(octets));
  }

  /** All records as `example. 3600 SOA …`. */
  get records(): string[] {
    return this.decoded.flatMap(({ answers }) =>
      answers.map(({ name, type, ttl, rdata }) => recordLine({ owner: name, type, ttl, rdata })),
    );
  }

  private send(message: Uint8Array): Promise<boolean> {
    if (this.gone.signal.aborted) return Promise.resolve(false);
    this.messages.push(message.slice());
    if (this.messages.length <= this.patience) return Promise.resolve(true);
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}

export class FakeHistory implements ZoneHistory {
  sets: readonly ChangeSet[] = [];
  setsPerPage = 2;
  reads = 0;

  async since(_zone: Name, serial: number): Promise<AsyncIterable<readonly ChangeSet[]> | undefined> {
    this.reads++;
    const first = this.sets.findIndex(({ from }) => from === serial);
    if (first === -1) return undefined;
    const { sets, setsPerPage } = this;
    return (async function* () {
      for (let at = first; at < sets.length; at += setsPerPage) yield sets.slice(at, at + setsPerPage);
    })();
  }
}

export function transferQuery(question: string, rest: Partial<Message> = {}): Uint8Array {
  const [text = "", type = "", serial] = question.split(/[ =]/);
  const name = parseName(text);
  const rdata = Uint8Array.of(0, 0, ...u32(Number(serial)), ...new Uint8Array(16));
  const authorities = serial === undefined ? [] : [{ name, type: RRType.SOA, class: 1, ttl: 0, rdata }];
  const asked = { name, type: typeFromMnemonic(type)!, class: 1 };
  return encodeMessage(queryMessage({ id: 7, question: asked, authorities, ...rest }));
}

export function clientAt(address: string, transport: Transport): Client {
  return { address: addressOctets(address), text: address, transport, encrypted: false, key: undefined };
}

export function soaRecord(origin: Name, serial: number): ZoneRecord {
  const names = [...nameOctets(parseName("ns", origin)), ...nameOctets(parseName("host", origin))];
  const numbers = [serial, 7200, 3600, 86_400, 300].flatMap(u32);
  return { owner: origin, type: RRType.SOA, ttl: 3600, rdata: Uint8Array.of(...names, ...numbers) };
}

/** An A record. */
export function addressRecord(owner: Name, last: number): ZoneRecord {
  return { owner, type: RRType.A, ttl: 60, rdata: Uint8Array.of(192, 0, last >> 8, last) };
}

/** From one serial number to the next: an address is replaced by another. */
export function changeSet(origin: Name, from: number, to = from + 1, records = 1): ChangeSet {
  const addresses = (serial: number): ZoneRecord[] =>
    Array.from({ length: records }, (_, i) => addressRecord(parseName(`h${i}`, origin), serial));
  return {
    from,
    to,
    atMs: 0,
    author: { kind: "user", name: "test" },
    removed: [soaRecord(origin, from), ...addresses(from)],
    added: [soaRecord(origin, to), ...addresses(to)],
  };
}

export function recordLine({ owner, type, ttl, rdata }: ZoneRecord): string {
  return `${nameToText(owner)} ${ttl} ${type} ${rdata.toHex()}`;
}

function u32(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}
