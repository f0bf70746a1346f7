/**
 * Answers UPDATE messages: whose zone it is, who asks, what becomes of the zone, and the response once that
 * is durable. RFC 2136 §3.
 */
import type { Log } from "#contracts/log.ts";
import { StoreError } from "#contracts/store.ts";
import { decodeMessage, type Edns } from "#protocols/dns/message.ts";
import { lowerName, type Name, nameToText } from "#protocols/dns/name.ts";
import { Rcode, RRClass } from "#protocols/dns/registry.ts";
import { WireError } from "#protocols/dns/wire.ts";
import type { AddressMatch } from "../address-match.ts";
import type { Client } from "../client.ts";
import type { Author } from "../journal/change-set.ts";
import { ZoneUnchangeableError, type ZoneWriter } from "../journal/zone-writer.ts";
import type { ServerAddress } from "../server-address.ts";
import type { SizeLimits } from "./apply-updates.ts";
import { decideUpdate } from "./decide-update.ts";
import { ForwardError } from "./forward-update.ts";
import { RefusalLog } from "./refusal-log.ts";
import { readUpdate, readUpdateZone, type UpdateMessage } from "./update-message.ts";
import type { UpdatePolicy } from "./update-policy.ts";
import { updateResponse } from "./update-response.ts";

/** What updates must know of a zone of this server. */
export type UpdatedZone = PrimaryZone | SecondaryZone;

export interface PrimaryZone extends SizeLimits {
  readonly kind: "primary";
  /** Who may ask for names of the zone: the outcome of an update tells of them. */
  readonly allowQuery: AddressMatch;
  readonly policy: UpdatePolicy;
  /** Names of hosts must be names of hosts: `checkNames: fail`. */
  readonly requireHostNames: boolean;
}

export interface SecondaryZone {
  readonly kind: "secondary";
  readonly primaries: readonly ServerAddress[];
  /** Whose updates are passed on; undefined: nobody's. */
  readonly forwardUpdates: AddressMatch | undefined;
}

export interface UpdatePorts {
  /** `zone` in lower case. */
  readonly zoneOf: (zone: Name) => UpdatedZone | undefined;
  readonly writer: Pick<ZoneWriter, "change">;
  /** Passes an update on as it came. Rejects with ForwardError. */
  readonly forward: (update: Uint8Array, primaries: readonly ServerAddress[]) => Promise<Uint8Array>;
  readonly log: Log;
  /** How many updates may be under way at once. */
  readonly quota: () => number;
  /** Milliseconds that never go back. */
  readonly monotonicMs: () => number;
  /** Octets of the largest UDP message that this server takes, for EDNS. */
  readonly udpPayloadOctets: () => number;
}

export interface UpdateRequest {
  /** Without TSIG. */
  readonly body: Uint8Array;
  /** As it came. */
  readonly original: Uint8Array;
  readonly client: Client;
}

export interface UpdateAnswer {
  readonly octets: Uint8Array;
  /** It is the primary's own answer, signed or not: it must go out as it is. */
  readonly isVerbatim: boolean;
}

/** Since the start. */
export interface UpdateCounts {
  /** Durable, and the zone is another now. */
  changed: number;
  /** All of it was so already. */
  unchanged: number;
  /** What the update wanted to be so was not. */
  prerequisiteFailed: number;
  refused: number;
  /** FORMERR, NOTZONE, NOTAUTH and the like. */
  invalid: number;
  /** SERVFAIL. */
  failed: number;
  forwarded: number;
  /** Not looked at, since too many were under way. */
  overQuota: number;
}

/** Too many updates are under way: this one is to get no answer, so that its client tries again later. */
export class UpdateQuotaError extends Error {
  override readonly name = "UpdateQuotaError";
}

export class Updates {
  readonly counts: UpdateCounts = {
    changed: 0,
    unchanged: 0,
    prerequisiteFailed: 0,
    refused: 0,
    invalid: 0,
    failed: 0,
    forwarded: 0,
    overQuota: 0,
  };
  private underWay = 0;
  private readonly ports: UpdatePorts;
  private readonly refusals: RefusalLog;

  constructor(ports: UpdatePorts) {
    this.ports = ports;
    this.refusals = new RefusalLog(ports.log, ports.monotonicMs);
  }

  /**
   * True when an update is one for another server to judge, its signature included: it may be by a key that
   * this one does not have. RFC 2136 §6.
   */
  isForOthers(message: Uint8Array): boolean {
    try {
      return this.ports.zoneOf(lowerName(readUpdateZone(message)))?.kind === "secondary";
    } catch (error) {
      if (error instanceof WireError) return false;
      throw error;
    }
  }

  /**
   * Resolves when what it says is durable. `body` has a whole header at least.
   * Rejects with UpdateQuotaError
   */
  async answer(request: UpdateRequest): Promise<UpdateAnswer> {
    if (this.underWay >= this.ports.quota()) {
      this.counts.overQuota++;
      throw new UpdateQuotaError(`${this.underWay} updates are under way`);
    }
    this.underWay++;
    try {
      return await this.decide(request);
    } finally {
      this.underWay--;
    }
  }

  private async decide(request: UpdateRequest): Promise<UpdateAnswer> {
    let message: UpdateMessage;
    try {
      message = readUpdate(request.body);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      return this.respond(request, undefined, Rcode.FORMERR);
    }
    if (message.edns !== undefined && message.edns.version > 0)
      return this.respond(request, message, Rcode.BADVERS); // RFC 6891 §6.1.3
    if (message.zoneClass === RRClass.CH) return this.respond(request, message, Rcode.NOTIMP);
    const zone = this.zoneOf(message);
    if (zone === undefined) return this.respond(request, message, Rcode.NOTAUTH); // RFC 2136 §3.1.1
    if (zone.kind === "secondary") return this.forward(request, message, zone);
    if (!mayUpdate(request.client, zone)) return this.respond(request, message, Rcode.REFUSED);
    return this.respond(request, message, ...(await this.change(request.client, message, zone)));
  }

  private zoneOf({ zone, zoneClass }: UpdateMessage): UpdatedZone | undefined {
    return zoneClass === RRClass.IN ? this.ports.zoneOf(lowerName(zone)) : undefined;
  }

  private async change(
    client: Client,
    message: UpdateMessage,
    zone: PrimaryZone,
  ): Promise<[rcode: Rcode, reason?: string]> {
    const mayChange = zone.policy.mayChange(client);
    const { requireHostNames, recordsPerTypeMax, typesPerNameMax } = zone;
    const rules = { mayChange, requireHostNames, recordsPerTypeMax, typesPerNameMax };
    try {
      const { rcode, isChanged } = await this.ports.writer.change(message.zone, authorOf(client), (view) => {
        const { rcode, changes } = decideUpdate(message, view, rules);
        return { changes, outcome: { rcode, isChanged: changes.length > 0 } };
      });
      if (rcode === Rcode.NOERROR) this.accepted(client, message, isChanged);
      return [rcode];
    } catch (error) {
      if (error instanceof ZoneUnchangeableError) return [rcodeOf[error.why], error.message];
      if (error instanceof StoreError) return [Rcode.SERVFAIL, error.message];
      throw error;
    }
  }

  private accepted(client: Client, { zone, updates }: UpdateMessage, isChanged: boolean): void {
    this.counts[isChanged ? "changed" : "unchanged"]++;
    const facts = { client: client.text, zone: nameToText(zone), updates: updates.length };
    this.ports.log.debug(facts, isChanged ? "an update changed the zone" : "an update changed nothing");
  }

  private async forward(
    request: UpdateRequest,
    message: UpdateMessage,
    { primaries, forwardUpdates }: SecondaryZone,
  ): Promise<UpdateAnswer> {
    const { address, key } = request.client;
    if (forwardUpdates?.allows(address, key) !== true) return this.respond(request, message, Rcode.REFUSED);
    try {
      const octets = await this.ports.forward(request.original, primaries);
      this.counts.forwarded++;
      return { octets, isVerbatim: true };
    } catch (error) {
      if (!(error instanceof ForwardError)) throw error;
      return this.respond(request, message, Rcode.SERVFAIL, error.message);
    }
  }

  private respond(
    { body, client }: UpdateRequest,
    message: UpdateMessage | undefined,
    rcode: Rcode,
    reason?: string,
  ): UpdateAnswer {
    if (rcode !== Rcode.NOERROR) {
      const outcome = outcomeOf(rcode);
      this.counts[outcome]++;
      if (message !== undefined && outcome !== "prerequisiteFailed")
        this.refusals.note(client, message.zone, rcode, reason);
    }
    const { udpPayloadOctets } = this.ports;
    const edns = message === undefined ? ednsOf(body) : message.edns;
    const options = { edns, udpPayloadOctets: udpPayloadOctets() };
    return { octets: updateResponse(body, rcode, options), isVerbatim: false };
  }
}

/**
 * Of a message that is no proper update, if it is one at all. RFC 6891 §7: what was asked with EDNS is
 * answered so.
 */
function ednsOf(message: Uint8Array): Edns | undefined {
  try {
    return decodeMessage(message).edns;
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

/** RFC 2136 §3.3: by address, by key, or both. */
function mayUpdate(client: Client, { allowQuery, policy }: PrimaryZone): boolean {
  return allowQuery.allows(client.address, client.key) && policy.admits(client);
}

function authorOf({ key, text }: Client): Author {
  return { kind: "update", name: key === undefined ? text : nameToText(key) };
}

/** As BIND answers. */
const rcodeOf: Readonly<Record<ZoneUnchangeableError["why"], Rcode>> = {
  unknown: Rcode.NOTAUTH,
  secondary: Rcode.NOTAUTH,
  "not-loaded": Rcode.SERVFAIL,
  frozen: Rcode.REFUSED,
  signed: Rcode.REFUSED,
  invalid: Rcode.REFUSED,
  busy: Rcode.SERVFAIL,
};

function outcomeOf(rcode: Rcode): keyof UpdateCounts {
  switch (rcode) {
    case Rcode.REFUSED:
      return "refused";
    case Rcode.SERVFAIL:
      return "failed";
    case Rcode.YXDOMAIN:
    case Rcode.YXRRSET:
    case Rcode.NXDOMAIN:
    case Rcode.NXRRSET:
      return "prerequisiteFailed";
    default:
      return "invalid";
  }
}
