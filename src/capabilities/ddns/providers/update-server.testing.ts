/** For tests: a name server in memory that takes unsigned updates. RFC 2136 §3. */
import assert from "node:assert/strict";
import { type Ask, NoAnswer } from "#platform/dns-query/ask.ts";
import { decodeMessage, encodeMessage, type Message, type MessageRecord } from "#protocols/dns/message.ts";
import { isWithin, lowerName, type Name, nameToText, parseName } from "#protocols/dns/name.ts";
import { parseRdata, rdataToText } from "#protocols/dns/records/index.ts";
import { mnemonicOfType, Opcode, Rcode, RRClass, RRType } from "#protocols/dns/registry.ts";
import { textReader } from "#protocols/dns/text-reader.ts";

export class MemoryNameServer {
  /** `NAME TYPE TTL DATA`, without final dots. */
  readonly records = new Set<string>();
  readonly zones: readonly Name[];
  /** Names that may not be changed, with what is answered then. */
  readonly refused = new Map<string, number>();
  /** What is answered to everything; undefined: what is right. "silent": nothing. */
  always: number | "silent" | "closed" | undefined;
  /** Of updates, by how many names they had. */
  readonly updates: number[] = [];
  questions = 0;

  constructor(zones: readonly string[]) {
    this.zones = zones.map((zone) => parseName(`${zone}.`));
  }

  readonly ask: Ask = async (octets) => {
    if (this.always === "silent") throw new NoAnswer("did not answer within 5 s");
    if (this.always === "closed") throw new NoAnswer("refused: nothing listens on that port", false);
    const message = decodeMessage(octets);
    assert.equal(message.questions.length, 1);
    const answer = message.opcode === Opcode.UPDATE ? this.#update(message) : this.#query(message);
    return encodeMessage({ ...message, isResponse: true, answers: [], authorities: [], ...answer });
  };

  /** RFC 2136 §3.1 to §3.4. */
  #update({ questions, answers: prerequisites, authorities: changes }: Message): Partial<Message> {
    const zone = lowerName(questions[0]!.name);
    this.updates.push(new Set(changes.map(({ name }) => lowerName(name))).size);
    if (typeof this.always === "number") return { rcode: this.always };
    if (!this.zones.includes(zone)) return { rcode: Rcode.NOTAUTH };
    if (changes.some(({ name }) => !isWithin(name, zone))) return { rcode: Rcode.NOTZONE };
    for (const { name, type, class: kind } of prerequisites) {
      assert.equal(kind, RRClass.NONE, "only what must not be there is asked for");
      if (this.#at(name, type).length > 0) return { rcode: Rcode.YXRRSET };
    }
    const refusal = changes
      .map(({ name }) => this.refused.get(textOf(name)))
      .find((one) => one !== undefined);
    if (refusal !== undefined) return { rcode: refusal };
    for (const change of changes) this.#change(change);
    return { rcode: Rcode.NOERROR };
  }

  #change({ name, type, class: kind, ttl, rdata }: MessageRecord): void {
    if (kind === RRClass.ANY) for (const line of this.#at(name, type)) this.records.delete(line);
    else this.records.add(`${textOf(name)} ${mnemonicOfType(type)} ${ttl} ${rdataToText(type, rdata)}`);
  }

  #at(name: Name, type: number): string[] {
    const front = `${textOf(name)} ${mnemonicOfType(type)} `;
    return [...this.records].filter((line) => line.startsWith(front));
  }

  #query({ questions }: Message): Partial<Message> {
    this.questions++;
    const { name, type } = questions[0]!;
    assert.equal(type, RRType.SOA);
    const zone = this.zones
      .filter((one) => isWithin(name, one))
      .sort((one, other) => other.length - one.length)[0];
    if (zone === undefined) return { rcode: Rcode.REFUSED };
    const rdata = parseRdata(RRType.SOA, textReader("ns.example. h.example. 1 60 60 60 60"));
    const soa = { name: zone, type, class: RRClass.IN, ttl: 60, rdata };
    return { isAuthoritative: true, [zone === lowerName(name) ? "answers" : "authorities"]: [soa] };
  }
}

function textOf(name: Name): string {
  return nameToText(lowerName(name)).slice(0, -1);
}
