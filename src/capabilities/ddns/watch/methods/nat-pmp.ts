/** The external address of the router, by NAT-PMP. RFC 6886 §3.2. */
import {
  externalAddressRequest,
  natPmpPort,
  readExternalAddressAnswer,
} from "#protocols/nat-pmp/external-address.ts";
import type { Witness } from "../witness.ts";
import { boundedWitness, unknown, type WitnessFacts } from "./bounded-witness.ts";
import { routerServer } from "./gateway.ts";
import { sightingOf } from "./sighting.ts";
import type { WitnessPorts } from "./witness-ports.ts";

export interface RouterMethod {
  readonly router: string | undefined;
  readonly ports: Pick<WitnessPorts, "openUdp" | "readText" | "resolve" | "randomOctets">;
  readonly alsoPublic: readonly string[];
  readonly lookMsMax?: number;
}

/** What a private address of a router's outside says. */
export const anotherRouter = ": another router is in front of it";

export function natPmpWitness(facts: WitnessFacts, method: RouterMethod): Witness {
  const { router, ports, alsoPublic, lookMsMax } = method;
  const look: Witness["look"] = async (family, signal) => {
    if (family === "ipv6") return unknown("tells IPv4 addresses only");
    using conversation = await ports.openUdp(await routerServer({ router, port: natPmpPort, family, ports }));
    const answer = await conversation.exchange(externalAddressRequest(), readExternalAddressAnswer, signal);
    if (answer.kind === "refused") return unknown(answer.words);
    return sightingOf(answer.address, { family, alsoPublic, whenNotPublic: anotherRouter });
  };
  return boundedWitness(facts, look, lookMsMax);
}
