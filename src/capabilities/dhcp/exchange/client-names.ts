/** What a request says of names. */
import { type ClientFqdn, readClientFqdn } from "#protocols/dhcp4/client-fqdn.ts";
import { OptionCode } from "#protocols/dhcp4/codes.ts";
import { WireError } from "#protocols/dns/wire.ts";
import { chooseName, type NameChoice } from "../names/name-choice.ts";
import type { Plan, Subnet } from "../network/plan.ts";
import { printable, textIn } from "./boot.ts";
import type { Request } from "./request.ts";

/** What the client calls itself, with what is not printable as dots. */
export function hostNameIn(request: Request): string | undefined {
  const said = textIn(request.message.options.get(OptionCode.hostName));
  return said || printable(fqdnIn(request)?.name ?? "") || undefined;
}

/** Option 81; one that contradicts itself is not there. RFC 4702 §2.1. */
export function fqdnIn(request: Request): ClientFqdn | undefined {
  const octets = request.message.options.get(OptionCode.clientFqdn);
  if (octets === undefined) return undefined;
  try {
    return readClientFqdn(octets);
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

/** The name that the client is to have. */
export function nameFor(request: Request, subnet: Subnet, address: number, plan: Plan): NameChoice {
  const { names } = plan.config;
  return chooseName({
    publishes: names.publish,
    fqdn: fqdnIn(request),
    hostName: textIn(request.message.options.get(OptionCode.hostName)),
    reservedName: request.host?.name,
    generate: names.generate,
    domain: subnet.domain,
    address,
    hardware: request.hardware,
  });
}
