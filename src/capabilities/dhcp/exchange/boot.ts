/** What a client that boots from the network is told to load. */
import type { BootClient, BootOffer } from "#contracts/boot-offer.ts";
import { OptionCode } from "#protocols/dhcp4/codes.ts";
import { ipv4ToText, parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import type { BootConfig } from "../config.ts";
import { hardwareText } from "../leases/lease.ts";
import type { Plan, Subnet } from "../network/plan.ts";
import type { Request } from "./request.ts";

export interface Boot {
  /** siaddr and option 66. */
  readonly nextServer: number;
  readonly serverName: string | undefined;
  readonly file: string;
}

/** A host's own setting counts before what the installer says, and that before the other settings. */
export function bootOf(
  request: Request,
  subnet: Subnet,
  address: number,
  plan: Plan,
  offers: BootOffer | undefined,
): Boot | undefined {
  const { host, classes } = request;
  if (host?.boot !== undefined) return fromConfig(host.boot, request);
  const answer = offers?.offerFor(clientOf(request, address));
  if (answer !== undefined) {
    const nextServer = answer.nextServer === undefined ? request.server : parseIpv4(answer.nextServer);
    return { nextServer, serverName: undefined, file: answer.fileName };
  }
  const config = classes.find(({ boot }) => boot !== undefined)?.boot ?? subnet.boot ?? plan.boot;
  return config && fromConfig(config, request);
}

function fromConfig({ nextServer, serverName, file }: BootConfig, { server }: Request): Boot {
  const address = nextServer === undefined || nextServer === "self" ? server : parseIpv4(nextServer);
  return { nextServer: address, serverName, file };
}

function clientOf({ message, hardware, host }: Request, address: number): BootClient {
  const architecture = message.options.get(OptionCode.clientArchitecture);
  return {
    hardwareAddress: hardwareText(hardware),
    architecture:
      architecture === undefined || architecture.length < 2
        ? undefined
        : (architecture[0]! << 8) | architecture[1]!,
    vendorClass: textIn(message.options.get(OptionCode.vendorClass)),
    userClass: textIn(message.options.get(OptionCode.userClass)),
    machineId: message.options.get(OptionCode.clientMachine)?.slice(),
    address: ipv4ToText(address),
    hostName: host?.name,
  };
}

/** Octets as text, with what is not printable as dots. */
export function textIn(octets: Uint8Array | undefined): string | undefined {
  if (octets === undefined) return undefined;
  return printable(String.fromCharCode(...octets.subarray(0, textCharactersMax)));
}

const textCharactersMax = 255;

export function printable(text: string): string {
  return text.slice(0, textCharactersMax).replaceAll(/[^\x20-\x7e]/g, ".");
}
