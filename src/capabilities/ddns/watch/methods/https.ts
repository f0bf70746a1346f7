/** A service of the Internet that answers with the address that asks it. */
import type { HttpClient } from "#platform/http-client/http-client.ts";
import { limits } from "../../limits.ts";
import type { EchoService } from "../echo-services.ts";
import type { Witness } from "../witness.ts";
import { boundedWitness, unknown, type WitnessFacts } from "./bounded-witness.ts";
import { methodLimits } from "./limits.ts";
import { sightingOf } from "./sighting.ts";

export interface HttpsMethod {
  readonly service: Pick<EchoService, "ipv4" | "ipv6">;
  readonly http: HttpClient;
  readonly alsoPublic: readonly string[];
  readonly lookMsMax?: number;
}

export function httpsWitness(facts: WitnessFacts, method: HttpsMethod): Witness {
  const { service, http, alsoPublic, lookMsMax = limits.lookMsMax } = method;
  const look: Witness["look"] = async (family, signal) => {
    const url = service[family];
    if (url === undefined) return unknown(`has no ${family === "ipv4" ? "IPv4" : "IPv6"} address`);
    const { status, text } = await http({
      method: "GET",
      url,
      // Several of them answer programs with plain text, and browsers with a page
      headers: { accept: "text/plain, application/json;q=0.9" },
      family,
      timeoutMs: lookMsMax,
      octetsMax: methodLimits.echoOctetsMax,
      signal,
    });
    if (status === 403 || status === 429)
      return { kind: "unknown", why: `answers ${status}: it does not want to be asked`, isUnwilling: true };
    if (status >= 300 && status < 400) return unknown(`answers ${status} and points elsewhere`);
    if (status !== 200) return unknown(`answers ${status}`);
    return sightingOf(text, { family, alsoPublic });
  };
  return boundedWitness(facts, look, lookMsMax);
}
