/** The options of the site file for one client: the most specific setting of each code. */
import { OptionCode } from "#protocols/dhcp4/codes.ts";
import type { Dhcp4Option } from "#protocols/dhcp4/message.ts";
import { octetsOfAddresses, octetsOfUint32 } from "#protocols/dhcp4/option-numbers.ts";
import type { OptionSetting } from "../network/option-setting.ts";
import { type AddressOrSelf, type Plan, poolOf, type Subnet } from "../network/plan.ts";
import { maskOf } from "../network/range.ts";
import type { Request } from "./request.ts";

/**
 * What the client asks for, in its order, and what is to be sent unasked. RFC 2131 §4.3.1. A client that
 * names no options gets all that are set.
 * @param at the address that it has or gets; what is set for its pool counts too
 * @param own what counts before all settings of the same codes
 */
export function optionsFor(
  request: Request,
  subnet: Subnet,
  at: number,
  plan: Plan,
  own: readonly Dhcp4Option[] = [],
): readonly Dhcp4Option[] {
  const settings = settingsFor(request, subnet, at, plan);
  for (const { code, data } of own)
    settings.set(code, { code, data, force: settings.get(code)?.force ?? false });
  const options: Dhcp4Option[] = [
    { code: OptionCode.subnetMask, data: octetsOfUint32(maskOf(subnet.prefix.length)) },
  ];
  const asked = request.message.options.get(OptionCode.parameterRequestList);
  if (asked === undefined) {
    for (const [code, { data }] of settings) options.push({ code, data });
    return options;
  }
  const seen = new Set<number>([OptionCode.subnetMask]);
  for (const code of asked) {
    if (seen.has(code)) continue;
    seen.add(code);
    const data = settings.get(code)?.data ?? derived(code, subnet);
    if (data !== undefined) options.push({ code, data });
  }
  for (const [code, { data, force }] of settings) if (force && !seen.has(code)) options.push({ code, data });
  return options;
}

function settingsFor(request: Request, subnet: Subnet, at: number, plan: Plan): Map<number, OptionSetting> {
  const { host, classes, server } = request;
  const settings = new Map<number, OptionSetting>();
  const add = (code: number, data: Uint8Array, force = false): void =>
    void settings.set(code, { code, data, force });
  if (subnet.gateway !== undefined) add(OptionCode.routers, octetsOfUint32(numberOf(subnet.gateway, server)));
  if (subnet.dnsServers.length > 0)
    add(
      OptionCode.domainNameServers,
      octetsOfAddresses(subnet.dnsServers.map((one) => numberOf(one, server))),
    );
  if (subnet.domain !== undefined) add(OptionCode.domainName, new TextEncoder().encode(subnet.domain));
  if (host?.name !== undefined) add(OptionCode.hostName, new TextEncoder().encode(host.name));
  const pool = poolOf(subnet, at);
  // The least specific first, each writing over the ones before.
  for (const { options } of [
    plan,
    subnet,
    ...(pool === undefined ? [] : [pool]),
    ...classes.toReversed(),
    ...(host === undefined ? [] : [host]),
  ]) {
    for (const setting of options) settings.set(setting.code, setting);
  }
  return settings;
}

/** What follows from the network. */
function derived(code: number, subnet: Subnet): Uint8Array | undefined {
  if (code !== OptionCode.broadcastAddress) return undefined;
  return octetsOfUint32((subnet.prefix.address | ~maskOf(subnet.prefix.length)) >>> 0);
}

export function numberOf(value: AddressOrSelf, self: number): number {
  return value === "self" ? self : value;
}
