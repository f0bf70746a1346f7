/** Messages that may still be answered, found by what a response must have: RFC 1996 §3.6. */
import type { ClientSignature } from "#platform/tsig/client-signature.ts";
import { messageKey } from "./notify-message.ts";
import type { Telling } from "./notify-schedule.ts";
import { endpointId } from "./notify-server.ts";

export interface SentMessage {
  readonly telling: Telling;
  readonly serial: number;
  readonly octets: Uint8Array;
  readonly signature: ClientSignature | undefined;
}

export class OwedResponses {
  /** By endpoint, id and zone: a server that is down may owe responses for all zones. */
  private readonly messages = new Map<string, SentMessage>();
  /** Places in `messages`, of all tries of a telling. */
  private readonly places = new Map<Telling, string[]>();

  add(message: SentMessage): void {
    const { telling, octets } = message;
    const place = placeOf(octets, telling.server.address, telling.server.port);
    this.messages.set(place, message);
    const places = this.places.get(telling);
    if (places === undefined) this.places.set(telling, [place]);
    else places.push(place);
  }

  /** What this may be the response to. */
  find(octets: Uint8Array, address: string, port: number): SentMessage | undefined {
    return this.messages.get(placeOf(octets, address, port));
  }

  /** No response to this one counts any more. */
  remove({ telling, octets }: SentMessage): void {
    this.messages.delete(placeOf(octets, telling.server.address, telling.server.port));
  }

  /** No response to any try counts any more. */
  removeAll(telling: Telling): void {
    for (const place of this.places.get(telling) ?? []) this.messages.delete(place);
    this.places.delete(telling);
  }

  clear(): void {
    this.messages.clear();
    this.places.clear();
  }
}

function placeOf(octets: Uint8Array, address: string, port: number): string {
  return `${endpointId(address, port)}/${messageKey(octets)}`;
}
