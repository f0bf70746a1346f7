/**
 * Records in zones of one name server, by dynamic updates: many names in one message, and each on its own
 * when one of them spoils it for all. RFC 2136.
 */
import {
  ExchangeFault,
  type ExchangePorts,
  exchangeUpdate,
  type UpdateServer,
} from "#platform/dns-query/update-exchange.ts";
import { isWithin, lowerName, type Name, parseName } from "#protocols/dns/name.ts";
import { Rcode } from "#protocols/dns/registry.ts";
import { type HostUpdate, messagesOf, updateOf } from "./host-update.ts";
import type { PublishResult, WantedRecord } from "./provider.ts";
import { updateLimits } from "./update-limits.ts";
import { mayBeOfOneName, resultOfFault, resultOfRcode, withoutSending } from "./update-outcome.ts";
import type { ZoneSearch } from "./zone-search.ts";

export interface PublicationServer extends Pick<UpdateServer, "server" | "key"> {
  /** For people: as the site file has it. */
  readonly title: string;
  /** Of records that say none. */
  readonly zone: string | undefined;
  /** Of records that say none. */
  readonly ttlSeconds: number;
}

interface ZoneWork {
  readonly zone: Name;
  /** It was asked for, and is not what the site file says. */
  readonly isFound: boolean;
  readonly hosts: HostUpdate[];
  isDone: boolean;
  /** Names that the server would not change, each on its own. */
  refusals: number;
}

/** One call of `publish`. */
export class UpdatePublication {
  readonly #to: PublicationServer;
  readonly #search: ZoneSearch;
  readonly #ports: ExchangePorts;
  readonly #results = new Map<WantedRecord, PublishResult>();
  #work: ZoneWork[] = [];
  #messagesLeft: number = updateLimits.messagesPerCallMax;
  /** Of all that was not sent. */
  #end: PublishResult | undefined;

  constructor(to: PublicationServer, search: ZoneSearch, ports: ExchangePorts) {
    this.#to = to;
    this.#search = search;
    this.#ports = ports;
  }

  async publish(records: readonly WantedRecord[]): Promise<readonly PublishResult[]> {
    for (const host of Map.groupBy(records, ({ name }) => name).values()) await this.#assign(host);
    await this.#sendAll();
    await this.#sendAll(); // names that turned out to be in zones of their own
    return records.map((record) => this.#results.get(record)!);
  }

  /** Finds the zone of a name. */
  async #assign(records: readonly WantedRecord[]): Promise<void> {
    const { name, zone: own } = records[0]!;
    const host = { name: nameOf(name), records };
    const zone = own ?? this.#to.zone;
    if (zone !== undefined) {
      if (isWithin(host.name, nameOf(zone))) this.#add(nameOf(zone), host, false);
      else this.#settle([host], outside(name, zone));
      return;
    }
    const found = await this.#searched(() => this.#search.ofRecord(name, this.#to, this.#ports));
    if (found !== undefined) this.#add(found, host, true);
    else this.#settle([host], this.#end ?? noZone(name, this.#to.title));
  }

  #add(zone: Name, host: HostUpdate, isFound: boolean): void {
    const work = this.#work.find((one) => one.zone === zone && one.isFound === isFound);
    if (work !== undefined) work.hosts.push(host);
    else this.#work.push({ zone, isFound, hosts: [host], isDone: false, refusals: 0 });
  }

  async #sendAll(): Promise<void> {
    const all = this.#work;
    this.#work = [];
    for (const work of all) for (const hosts of messagesOf(work.hosts)) await this.#send(work, hosts);
  }

  async #send(work: ZoneWork, hosts: readonly HostUpdate[]): Promise<void> {
    if (this.#end !== undefined) return this.#settle(hosts, this.#end);
    // A server that refuses name after name, and has done none, refuses them all
    if (!work.isDone && work.refusals >= updateLimits.refusalsInARowMax)
      return this.#settle(hosts, resultOfRcode(Rcode.REFUSED, this.#to.title));
    if (this.#messagesLeft-- <= 0) return this.#settle(hosts, tooMany);
    const rcode = await this.#exchange(work, hosts);
    if (rcode === undefined) return;
    if (!mayBeOfOneName(rcode)) {
      if (rcode === Rcode.NOERROR) work.isDone = true;
      if (rcode === Rcode.NOTAUTH && work.isFound) this.#search.forget();
      this.#settle(hosts, resultOfRcode(rcode, this.#to.title));
    } else if (hosts.length > 1) {
      const half = hosts.length >>> 1;
      await this.#send(work, hosts.slice(0, half));
      await this.#send(work, hosts.slice(half));
    } else await this.#refused(work, hosts[0]!, rcode);
  }

  /** Undefined: there is no answer, and the hosts are settled. */
  async #exchange({ zone, isFound }: ZoneWork, hosts: readonly HostUpdate[]): Promise<number | undefined> {
    const { ttlSeconds, server, key } = this.#to;
    const update = updateOf(hosts, { zone, ttlSeconds, mayBeDelegated: !isFound });
    try {
      return await exchangeUpdate({ zone, server, key }, update, this.#ports);
    } catch (error) {
      if (!(error instanceof ExchangeFault)) throw error;
      const result = resultOfFault(error, this.#to.title);
      this.#settle(hosts, result);
      this.#end = withoutSending(result);
      return undefined;
    }
  }

  async #refused(work: ZoneWork, host: HostUpdate, rcode: number): Promise<void> {
    if (rcode === Rcode.REFUSED) work.refusals++;
    if (work.isFound && (rcode === Rcode.YXRRSET || rcode === Rcode.NOTZONE)) {
      const { name } = host.records[0]!;
      const zone = await this.#searched(() => this.#search.ofName(name, this.#to, this.#ports));
      if (zone !== undefined && zone !== work.zone) return this.#add(zone, host, false);
    }
    this.#settle([host], resultOfRcode(rcode, this.#to.title));
  }

  async #searched(search: () => Promise<Name | undefined>): Promise<Name | undefined> {
    if (this.#end !== undefined) return undefined;
    try {
      return await search();
    } catch (error) {
      if (!(error instanceof ExchangeFault)) throw error;
      this.#end = withoutSending(resultOfFault(error, this.#to.title));
      return undefined;
    }
  }

  #settle(hosts: readonly HostUpdate[], result: PublishResult): void {
    for (const { records } of hosts) for (const record of records) this.#results.set(record, result);
  }
}

function nameOf(text: string): Name {
  return lowerName(parseName(`${text.replace(/\.$/, "")}.`));
}

function outside(name: string, zone: string): PublishResult {
  const sentence = `${name} is not in the zone ${zone}; correct \`zone\`, or leave it out`;
  return { outcome: "refused", scope: "record", code: "outside-zone", sentence };
}

function noZone(name: string, title: string): PublishResult {
  const sentence = `${title} has no zone that ${name} is in; add the zone there, or say it by \`zone\``;
  return { outcome: "refused", scope: "record", code: "no-zone", sentence };
}

const tooMany: PublishResult = {
  outcome: "failed",
  code: "too-many-refusals",
  sentence: "it was sent together with too many names that were refused",
};
