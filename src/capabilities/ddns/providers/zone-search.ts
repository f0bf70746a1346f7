/** Which zone a name is in, by asking the server that has it. RFC 1034 §4.3.2, RFC 2308 §3. */
import {
  type ExchangePorts,
  exchangeMessage,
  type UpdateServer,
} from "#platform/dns-query/update-exchange.ts";
import { encodeMessage, type Message, queryMessage } from "#protocols/dns/message.ts";
import { isWithin, lowerName, type Name, parentName, parseName, rootName } from "#protocols/dns/name.ts";
import { RRClass, RRType } from "#protocols/dns/registry.ts";
import { updateLimits } from "./update-limits.ts";

/** A server's zones, as far as they were asked for; what it does not have is asked for again. */
export class ZoneSearch {
  readonly #found = new Map<Name, Promise<Name | undefined>>();

  /**
   * The zone of a record's name: that of its parent, so that many names are one question. A name that is a
   * zone itself turns out when it is changed: `ofName` knows then. Undefined: the server has none.
   * Rejects with ExchangeFault.
   */
  async ofRecord(name: string, to: SearchedServer, ports: ExchangePorts): Promise<Name | undefined> {
    const plain = placeOf(name);
    const parent = name.startsWith("*.") ? plain : parentName(plain);
    return (await this.#ofPlaces(parent, to, ports)) ?? (await this.#at(plain, to, ports));
  }

  /** The zone that the name is in, or is. Rejects with ExchangeFault. */
  async ofName(name: string, to: SearchedServer, ports: ExchangePorts): Promise<Name | undefined> {
    return this.#at(placeOf(name), to, ports);
  }

  forget(): void {
    this.#found.clear();
  }

  /** Up the labels: some servers say nothing of names that they do not have. */
  async #ofPlaces(first: Name, to: SearchedServer, ports: ExchangePorts): Promise<Name | undefined> {
    for (let at = first; at !== rootName; at = parentName(at)) {
      const zone = await this.#at(at, to, ports);
      if (zone !== undefined) return zone;
    }
    return undefined;
  }

  #at(place: Name, to: SearchedServer, ports: ExchangePorts): Promise<Name | undefined> {
    const known = this.#found.get(place);
    if (known !== undefined) return known;
    const asked = ask(place, to, ports);
    if (this.#found.size >= updateLimits.placesKnownMax) this.#found.clear();
    this.#found.set(place, asked);
    const forget = (): boolean => this.#found.delete(place);
    asked.then((zone) => zone ?? forget(), forget);
    return asked;
  }
}

type SearchedServer = Pick<UpdateServer, "server" | "key">;

function placeOf(name: string): Name {
  return lowerName(parseName(`${name.replace(/^\*\./, "")}.`));
}

async function ask(place: Name, to: SearchedServer, ports: ExchangePorts): Promise<Name | undefined> {
  const question = { name: place, type: RRType.SOA, class: RRClass.IN };
  const query = encodeMessage(queryMessage({ id: ports.randomId(), question }));
  return zoneSaid(await exchangeMessage(query, to, ports), place);
}

/** What the server knows by heart only: others may have changed their zones since. */
function zoneSaid({ isAuthoritative, answers, authorities }: Message, place: Name): Name | undefined {
  if (!isAuthoritative) return undefined;
  const soa = [...answers, ...authorities].find(
    ({ name, type }) => type === RRType.SOA && isWithin(place, name),
  );
  return soa && lowerName(soa.name);
}
