/**
 * The external address of the router, by PCP: a port is mapped for as long as it takes to be told the
 * address, and given back. RFC 6887 §11, §15.
 */
import { isIP } from "node:net";
import { type MapRequest, mapRequest, nonceOctets, pcpPort, readMapAnswer } from "#protocols/pcp/map.ts";
import type { Witness } from "../witness.ts";
import { boundedWitness, unknown, type WitnessFacts } from "./bounded-witness.ts";
import { routerServer } from "./gateway.ts";
import { methodLimits } from "./limits.ts";
import { anotherRouter, type RouterMethod } from "./nat-pmp.ts";
import { sightingOf } from "./sighting.ts";

export function pcpWitness(facts: WitnessFacts, method: RouterMethod): Witness {
  const { router, ports, alsoPublic, lookMsMax } = method;
  const look: Witness["look"] = async (family, signal) => {
    const server = await routerServer({ router, port: pcpPort, family, ports });
    if (isIP(server.address.replace(/%.*/, "")) !== (family === "ipv4" ? 4 : 6))
      return unknown(`is asked at ${server.address}, and tells nothing of the other family`);
    using conversation = await ports.openUdp(server);
    const request: MapRequest = {
      clientAddress: conversation.local.address.replace(/%.*/, ""),
      nonce: ports.randomOctets(nonceOctets),
      internalPort: conversation.local.port,
      lifetimeSeconds: methodLimits.mappingSeconds,
    };
    const answer = await conversation.exchange(
      mapRequest(request),
      (octets) => readMapAnswer(octets, request),
      signal,
    );
    if (answer.kind === "refused") return unknown(answer.words);
    conversation.send(mapRequest({ ...request, lifetimeSeconds: 0 }));
    return sightingOf(answer.externalAddress, { family, alsoPublic, whenNotPublic: anotherRouter });
  };
  return boundedWitness(facts, look, lookMsMax);
}
