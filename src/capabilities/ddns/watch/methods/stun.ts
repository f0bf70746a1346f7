/** A STUN server: it tells the address that a request came from. RFC 8489. */
import { isIP } from "node:net";
import { bindingRequest, readBindingAnswer, transactionIdOctets } from "#protocols/stun/binding.ts";
import type { Witness } from "../witness.ts";
import { boundedWitness, unknown, type WitnessFacts } from "./bounded-witness.ts";
import { hostAndPort } from "./host-and-port.ts";
import { sightingOf } from "./sighting.ts";
import type { WitnessPorts } from "./witness-ports.ts";

export interface StunServer {
  /** With a port where it is not STUN's. */
  readonly server: string;
  readonly operator: string;
}

/** Servers for everybody, in the order in which they are asked. */
export const stunServers: readonly StunServer[] = [
  { server: "stun.cloudflare.com:3478", operator: "cloudflare" },
  { server: "stun.l.google.com:19302", operator: "google" },
  { server: "stun.nextcloud.com:3478", operator: "nextcloud" },
  { server: "stun.sipgate.net:3478", operator: "sipgate" },
];

/** RFC 8489 §8.1. */
const stunPort = 3478;

export interface StunMethod {
  readonly server: string;
  readonly ports: Pick<WitnessPorts, "openUdp" | "resolve" | "randomOctets">;
  readonly alsoPublic: readonly string[];
  readonly lookMsMax?: number;
}

export function stunWitness(facts: WitnessFacts, method: StunMethod): Witness {
  const { server, ports, alsoPublic, lookMsMax } = method;
  const look: Witness["look"] = async (family, signal) => {
    const { host, port } = hostAndPort(server, stunPort);
    const version = family === "ipv4" ? 4 : 6;
    if (isIP(host) !== 0 && isIP(host) !== version) return unknown(`has no IPv${version} address`);
    const address = isIP(host) === 0 ? await ports.resolve(host, family) : host;
    using conversation = await ports.openUdp({ address, port });
    const transactionId = ports.randomOctets(transactionIdOctets);
    const answer = await conversation.exchange(
      bindingRequest(transactionId),
      (octets) => readBindingAnswer(octets, transactionId),
      signal,
    );
    if (answer.kind === "error") return unknown(`answers ${answer.code} (${answer.reason})`);
    return sightingOf(answer.address, { family, alsoPublic });
  };
  return boundedWitness(facts, look, lookMsMax);
}
