/** For tests: an engine with zones written as text, asked with messages as data. */
import { addressOctets } from "#platform/listen/address-octets.ts";
import { decodeMessage, encodeMessage, type Message, queryMessage } from "#protocols/dns/message.ts";
import { type Name, nameToText, parseName } from "#protocols/dns/name.ts";
import { rdataToText } from "#protocols/dns/records/index.ts";
import { mnemonicOfType, typeFromMnemonic } from "#protocols/dns/registry.ts";
import { parseZone } from "#protocols/zonefile/zone-file.ts";
import { matchAny, matchNone } from "../address-match.ts";
import type { ZoneImage } from "../zones/image.ts";
import { ZoneImageBuilder } from "../zones/image-builder.ts";
import { ZoneTable } from "../zones/zone-table.ts";
import { Engine } from "./engine.ts";
import type { EngineSettings } from "./engine-settings.ts";
import { Transport } from "./transport.ts";

/** The zone of a text, to which the TTL and the SOA and NS records of the apex are added. */
export function zoneImage(origin: string, text: string): ZoneImage {
  const name = parseName(origin);
  const builder = new ZoneImageBuilder(name);
  const head = "$TTL 3600\n@ SOA ns host 1 7200 3600 86400 300\n@ NS ns\n";
  parseZone(
    { file: "test.zone", octets: Buffer.from(head + text) },
    {
      origin: name,
      include: () => "no $INCLUDE here",
      sink: {
        record: (owner, ownerLength, type, ttl, rdata, rdataLength) => {
          builder.add(owner, ownerLength, type, ttl, rdata, rdataLength);
        },
      },
      onProblem: ({ line, what }) => {
        throw new Error(`line ${line}: ${what}`);
      },
    },
  );
  return builder.finish();
}

const plainSettings: EngineSettings = {
  minimalResponses: "no-auth-recursive",
  minimalAny: false,
  udpPayloadOctets: 1232,
  nsid: undefined,
  cookieSecret: undefined,
  chaos: {},
  rateLimit: undefined,
  queryLog: false,
  tcpKeepaliveTenths: 100,
};

export interface RigOptions {
  readonly settings?: Partial<EngineSettings>;
  /** Zones that are configured and could not be loaded. */
  readonly broken?: readonly string[];
  /** Zones that nobody may ask. */
  readonly prohibited?: readonly string[];
}

export class EngineRig {
  readonly engine: Engine;
  nowMs = 1_700_000_000_000;
  private readonly reply = new Uint8Array(65_535);

  /** `zones`: text by origin. */
  constructor(zones: Readonly<Record<string, string>>, options: RigOptions = {}) {
    const { settings = {}, broken = [], prohibited = [] } = options;
    const served = [
      ...Object.entries(zones).map(([origin, text]) => ({
        name: parseName(origin),
        image: zoneImage(origin, text),
        allowQuery: prohibited.includes(origin) ? matchNone : matchAny,
      })),
      ...broken.map((origin) => ({ name: parseName(origin), image: undefined, allowQuery: matchAny })),
    ];
    const table = new ZoneTable(served);
    this.engine = new Engine(table, { ...plainSettings, ...settings }, () => this.nowMs);
  }

  /** Asks `www.example. A`, with more of the message in `rest`. */
  ask(question: string, rest: Partial<Message> = {}, transport: Transport = Transport.udp): Message {
    const [name = "", type = ""] = question.split(" ");
    const query = queryMessage({
      id: 7,
      question: { name: parseName(name), type: typeFromMnemonic(type)!, class: 1 },
      ...rest,
    });
    return decodeMessage(this.exchange(encodeMessage(query), transport)!);
  }

  /** What the engine gives: octets of the response, or `handOver`. */
  outcome(question: string, rest: Partial<Message>, transport: Transport = Transport.udp): number {
    const [name = "", type = ""] = question.split(" ");
    const asked = { name: parseName(name), type: typeFromMnemonic(type)!, class: 1 };
    return this.outcomeOf(encodeMessage(queryMessage({ id: 7, question: asked, ...rest })), transport);
  }

  outcomeOf(octets: Uint8Array, transport: Transport = Transport.udp): number {
    const client = addressOctets("192.0.2.99");
    return this.engine.answer(octets, octets.length, client, transport, this.reply);
  }

  /** The response to some octets, or undefined when there is none. */
  exchange(
    octets: Uint8Array,
    transport: Transport = Transport.udp,
    address = "192.0.2.99",
  ): Uint8Array | undefined {
    const length = this.engine.answer(octets, octets.length, addressOctets(address), transport, this.reply);
    return length === 0 ? undefined : this.reply.slice(0, length);
  }
}

/** Records as `www.example. A 192.0.2.1`, sorted. */
export function recordTexts(records: Message["answers"]): string[] {
  return records.map(({ name, type, rdata }) => recordText(name, type, rdata)).sort();
}

function recordText(name: Name, type: number, rdata: Uint8Array): string {
  return `${nameToText(name)} ${mnemonicOfType(type)} ${rdataToText(type, rdata)}`;
}
