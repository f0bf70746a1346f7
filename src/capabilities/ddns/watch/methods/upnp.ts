/** The external address of the router, by UPnP IGD: found by SSDP, described in XML, asked by SOAP. */
import { type ConnectionService, readConnectionServices } from "#protocols/upnp/description.ts";
import { externalAddressAction, readExternalAddressResult } from "#protocols/upnp/external-address.ts";
import {
  readSearchAnswer,
  searchAddress,
  searchMessage,
  searchPort,
  searchTargets,
} from "#protocols/upnp/search.ts";
import { limits } from "../../limits.ts";
import type { Sighting, Witness } from "../witness.ts";
import { boundedWitness, CouldNotTell, unknown, type WitnessFacts } from "./bounded-witness.ts";
import { defaultGateway } from "./gateway.ts";
import { methodLimits } from "./limits.ts";
import { anotherRouter } from "./nat-pmp.ts";
import { sightingOf } from "./sighting.ts";
import type { WitnessPorts } from "./witness-ports.ts";

export interface UpnpMethod {
  /** URL of its description; undefined: found by a search. */
  readonly router: string | undefined;
  readonly ports: Pick<WitnessPorts, "http" | "openUdp" | "searchUdp" | "readText">;
  readonly alsoPublic: readonly string[];
}

export function upnpWitness(facts: WitnessFacts, { router, ports, alsoPublic }: UpnpMethod): Witness {
  // Where its services are is asked again only when they do not answer
  let known: readonly ConnectionService[] | undefined;
  return boundedWitness(facts, async (family, signal) => {
    if (family === "ipv6") return unknown("tells IPv4 addresses only");
    const services = known ?? (await findServices(router, ports, signal));
    known = undefined;
    const sighting = await askServices(services, { ports, alsoPublic, signal });
    if (sighting.kind === "address") known = services;
    return sighting;
  });
}

async function findServices(
  router: string | undefined,
  ports: UpnpMethod["ports"],
  signal: AbortSignal,
): Promise<readonly ConnectionService[]> {
  const url = router ?? (await findDescription(ports, signal));
  const { status, text } = await ports.http({
    method: "GET",
    url,
    timeoutMs: limits.lookMsMax,
    octetsMax: methodLimits.descriptionOctetsMax,
    signal,
  });
  if (status !== 200) throw new CouldNotTell(`answers ${status} when asked what it is`);
  return readConnectionServices(text, url);
}

/** The default gateway's where it answers; else of the first that does. */
async function findDescription(ports: UpnpMethod["ports"], signal: AbortSignal): Promise<string> {
  const gateway = defaultGateway(ports);
  const text = new TextEncoder();
  let found: string | undefined;
  await ports.searchUdp(
    {
      datagrams: searchTargets.map((target) =>
        text.encode(searchMessage(target, methodLimits.searchSeconds)),
      ),
      to: { address: searchAddress, port: searchPort },
      from: gateway === undefined ? undefined : await ownAddressTowards(gateway, ports),
      take: (octets, from) => {
        const location = locationIn(octets, from);
        if (location === undefined) return false;
        found = from === gateway ? location : (found ?? location);
        return from === gateway || gateway === undefined;
      },
    },
    signal,
  );
  if (found === undefined) throw new CouldNotTell("finds no router that speaks UPnP");
  return found;
}

/** The search goes out by the interface that the router is at. */
async function ownAddressTowards(address: string, ports: UpnpMethod["ports"]): Promise<string> {
  using conversation = await ports.openUdp({ address, port: searchPort });
  return conversation.local.address;
}

/** A device may speak for itself only: of another's description it says nothing. */
function locationIn(octets: Uint8Array, from: string): string | undefined {
  try {
    const { target, location } = readSearchAnswer(octets);
    const isRouter = searchTargets.some((wanted) => wanted === target);
    return isRouter && new URL(location).hostname === from ? location : undefined;
  } catch {
    return undefined; // whatever else is sent to this port
  }
}

interface Asking {
  readonly ports: UpnpMethod["ports"];
  readonly alsoPublic: readonly string[];
  readonly signal: AbortSignal;
}

/** The connections of a router in turn: those that are not in use have no address. */
async function askServices(services: readonly ConnectionService[], asking: Asking): Promise<Sighting> {
  let first: Sighting | undefined;
  for (const service of services.slice(0, methodLimits.connectionsMax)) {
    const sighting = await askService(service, asking);
    if (sighting.kind === "address") return sighting;
    first ??= sighting;
  }
  return first ?? unknown("has no connection");
}

async function askService(
  { type, controlUrl }: ConnectionService,
  { ports, alsoPublic, signal }: Asking,
): Promise<Sighting> {
  const { status, text } = await ports.http({
    method: "POST",
    url: controlUrl,
    ...externalAddressAction(type),
    timeoutMs: limits.lookMsMax,
    octetsMax: methodLimits.actionOctetsMax,
    signal,
  });
  // UPnP Device Architecture 1.1 §3.2.2: a fault comes with 500
  if (status !== 200 && status !== 500) return unknown(`answers ${status}`);
  const result = readExternalAddressResult(text);
  if (result.kind === "fault") return unknown(`answers with fault ${result.code} (${result.words})`);
  if (result.text === "" || result.text === "0.0.0.0") return unknown("has no address itself");
  return sightingOf(result.text, { family: "ipv4", alsoPublic, whenNotPublic: anotherRouter });
}
