/** For tests: a server of zones that takes updates, RFC 2136 §3, and keeps them in memory. */

import type { Update } from "#platform/dns-query/update-message.ts";
import { decodeMessage, encodeMessage, type MessageRecord } from "#protocols/dns/message.ts";
import { type Name, nameToText } from "#protocols/dns/name.ts";
import { rdataToText } from "#protocols/dns/records/index.ts";
import { mnemonicOfType, Rcode, RRClass, RRType } from "#protocols/dns/registry.ts";

interface FakeRecord {
  readonly name: string;
  readonly type: number;
  /** Presentation format. */
  readonly data: string;
}

export class FakeZones {
  readonly records: FakeRecord[] = [];
  /** Each update, as `zone rcode`. */
  readonly log: string[] = [];
  /** What the next updates are answered by instead; "lost": done, but not answered. */
  readonly script: ((zone: string) => number | "lost" | "silent" | undefined)[] = [];

  add(name: string, type: keyof typeof RRType, data: string): void {
    this.records.push({ name, type: RRType[type], data });
  }

  /** `fern.lan.example. A 192.168.9.17`, in order. */
  texts(): string[] {
    return this.records.map(({ name, type, data }) => `${name} ${mnemonicOfType(type)} ${data}`).sort();
  }

  update({ prerequisites, changes }: Update): number {
    const broken = prerequisites.map((one) => this.#brokenBy(one)).find((rcode) => rcode !== Rcode.NOERROR);
    if (broken !== undefined) return broken;
    for (const change of changes) this.#apply(change);
    return Rcode.NOERROR;
  }

  /** Undefined: no answer. */
  answer(octets: Uint8Array): Uint8Array | undefined {
    const message = decodeMessage(octets);
    const zone = nameToText(message.questions[0]!.name);
    const scripted = this.script.length > 0 ? this.script[0]!(zone) : undefined;
    if (scripted !== undefined && this.script.length > 1) this.script.shift();
    if (scripted === "silent") return undefined;
    const rcode =
      typeof scripted === "number"
        ? scripted
        : this.update({ prerequisites: message.answers, changes: message.authorities });
    this.log.push(`${zone} ${rcode}`);
    if (scripted === "lost") return undefined;
    return encodeMessage({ ...message, isResponse: true, rcode, answers: [], authorities: [] });
  }

  #at(name: Name, type?: number): FakeRecord[] {
    const text = nameToText(name);
    return this.records.filter((one) => one.name === text && (type === undefined || one.type === type));
  }

  #brokenBy({ name, type, class: rrClass, rdata }: MessageRecord): number {
    if (type === RRType.ANY) {
      const isInUse = this.#at(name).length > 0;
      if (rrClass === RRClass.ANY) return isInUse ? Rcode.NOERROR : Rcode.NXDOMAIN;
      return isInUse ? Rcode.YXDOMAIN : Rcode.NOERROR;
    }
    const set = this.#at(name, type);
    if (rrClass === RRClass.NONE) return set.length > 0 ? Rcode.YXRRSET : Rcode.NOERROR;
    if (rrClass === RRClass.ANY) return set.length > 0 ? Rcode.NOERROR : Rcode.NXRRSET;
    const isSame = set.length === 1 && set[0]!.data === rdataToText(type, rdata);
    return isSame ? Rcode.NOERROR : Rcode.NXRRSET;
  }

  #apply({ name, type, class: rrClass, rdata }: MessageRecord): void {
    const text = nameToText(name);
    const data = rrClass === RRClass.ANY ? undefined : rdataToText(type, rdata);
    const goes = (one: FakeRecord): boolean =>
      one.name === text && one.type === type && (data === undefined || one.data === data);
    const kept = this.records.filter((one) => !goes(one));
    this.records.splice(0, this.records.length, ...kept);
    if (rrClass === RRClass.IN) this.records.push({ name: text, type, data: data! });
  }
}
