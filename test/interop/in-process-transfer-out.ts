/**
 * A primary in this process, of zones that a test changes: answers SOA queries and gives the zones away, and
 * keeps the changes in memory where the program has its store.
 */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { systemClock } from "#platform/clock/clock.ts";
import { addressOctets } from "#platform/listen/address-octets.ts";
import { type CollectedLine, collectLog } from "#platform/log/collected-log.ts";
import { openStreamListener } from "#platform/stream/listener.ts";
import { lowerName, type Name } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { matchAny } from "../../src/capabilities/dns/address-match.ts";
import type { Client } from "../../src/capabilities/dns/client.ts";
import { Engine } from "../../src/capabilities/dns/engine/engine.ts";
import { Request } from "../../src/capabilities/dns/engine/request.ts";
import { Transport } from "../../src/capabilities/dns/engine/transport.ts";
import type { ChangeSet } from "../../src/capabilities/dns/journal/change-set.ts";
import type { ZoneHistory } from "../../src/capabilities/dns/journal/zone-writer.ts";
import type { TransferredZone } from "../../src/capabilities/dns/transfer/out/transfer-decision.ts";
import { TransfersOut } from "../../src/capabilities/dns/transfer/out/transfers-out.ts";
import { checkRequest } from "../../src/capabilities/dns/tsig/check-request.ts";
import { ZoneImage } from "../../src/capabilities/dns/zones/image.ts";
import { ZoneTable } from "../../src/capabilities/dns/zones/zone-table.ts";
import type { Keyring } from "../../src/platform/tsig/key.ts";
import type { RunningPeer } from "./named.ts";

export interface Primary extends RunningPeer {
  readonly transfers: TransfersOut;
  readonly lines: readonly CollectedLine[];
  /** Says to a secondary that a zone has changed. RFC 1996. */
  notify(zone: Name, port: number): Promise<void>;
}

/** Change sets by zone in lower case, oldest first, a few in each page. */
export class HistoryInMemory implements ZoneHistory {
  readonly sets = new Map<Name, ChangeSet[]>();

  async since(zone: Name, serial: number): Promise<AsyncIterable<readonly ChangeSet[]> | undefined> {
    const sets = this.sets.get(zone) ?? [];
    const first = sets.findIndex(({ from }) => from === serial);
    if (first === -1) return undefined;
    const later = sets.slice(first);
    return (async function* () {
      for (let at = 0; at < later.length; at += 100) yield later.slice(at, at + 100);
    })();
  }
}

export interface ServedZone extends TransferredZone {
  readonly name: Name;
}

/** `zones`: as they are now; those that are images may be copied by anybody. */
export async function startPrimary(
  zones: () => readonly (ServedZone | ZoneImage)[],
  history: ZoneHistory = new HistoryInMemory(),
  keyring: Keyring = new Map(),
): Promise<Primary> {
  const { log, lines } = collectLog();
  const served = (): ServedZone[] =>
    zones().map((zone) =>
      zone instanceof ZoneImage ? { name: zone.origin, image: zone, allowTransfer: matchAny } : zone,
    );
  const transfers = new TransfersOut({
    zoneOf: (name) => served().find((zone) => lowerName(zone.name) === name),
    history,
    clock: systemClock,
    log,
    udpPayloadOctets: () => 1232,
  });
  const answer = answerer(served);
  const tcp = await openStreamListener({
    address: "127.0.0.1",
    port: 0,
    log,
    onMessage: async (message, connection) => {
      if (!asksForTransfer(message)) return answer(message, Transport.tcp);
      const client = clientOf(connection.peer.address, Transport.tcp);
      const checked = checkRequest(message, keyring, Math.floor(Date.now() / 1000));
      if (checked.state === "bad") return checked.response;
      const signed =
        checked.state === "good"
          ? { body: checked.body, client: { ...client, key: checked.key.name }, signer: checked.signer }
          : { body: message.slice(), client };
      await transfers.serve({
        ...signed,
        send: (response) => connection.send(response),
        close: () => connection.close(),
        signal: connection.signal,
      });
      return undefined;
    },
  });
  const { port } = tcp.local;
  const udp = createSocket("udp4");
  udp.bind(port, "127.0.0.1");
  await once(udp, "listening");
  udp.on("message", (message, from) => {
    const response = asksForTransfer(message)
      ? transfers.answerUdp({ body: message, client: clientOf(from.address, Transport.udp) })
      : Promise.resolve(answer(message, Transport.udp));
    void response.then((octets) => octets !== undefined && udp.send(octets, from.port, from.address));
  });
  return {
    address: "127.0.0.1",
    port,
    transfers,
    lines,
    notify: async (zone, secondaryPort) => {
      await new Promise<void>((resolve) =>
        udp.send(notifyMessage(zone), secondaryPort, "127.0.0.1", () => resolve()),
      );
    },
    [Symbol.asyncDispose]: async () => {
      transfers[Symbol.dispose]();
      await tcp[Symbol.asyncDispose]();
      udp.close();
    },
  };
}

function clientOf(address: string, transport: Transport): Client {
  return { address: addressOctets(address), text: address, transport, encrypted: false, key: undefined };
}

function asksForTransfer(message: Uint8Array): boolean {
  const request = new Request();
  request.parse(message, message.length);
  return request.opcode === 0 && (request.qtype === RRType.AXFR || request.qtype === RRType.IXFR);
}

function notifyMessage(zone: Name): Buffer {
  const head = Buffer.from("424224000001000000000000", "hex"); // opcode NOTIFY, AA
  return Buffer.concat([head, Buffer.from(zone, "latin1"), Buffer.from("00060001", "hex")]);
}

function answerer(
  zones: () => readonly ServedZone[],
): (message: Uint8Array, transport: Transport) => Uint8Array | undefined {
  const reply = new Uint8Array(65_535);
  return (message, transport) => {
    const table = new ZoneTable(zones().map(({ name, image }) => ({ name, image, allowQuery: matchAny })));
    const engine = new Engine(table, engineSettings, Date.now);
    const octets = engine.answer(message, message.length, Uint8Array.of(127, 0, 0, 1), transport, reply);
    return octets === 0 ? undefined : reply.slice(0, octets);
  };
}

const engineSettings = {
  minimalResponses: "no-auth-recursive",
  minimalAny: false,
  udpPayloadOctets: 1232,
  nsid: undefined,
  cookieSecret: undefined,
  chaos: {},
  rateLimit: undefined,
  queryLog: false,
  tcpKeepaliveTenths: 100,
} as const;
