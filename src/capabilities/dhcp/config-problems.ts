/** What the site file says that will not work as it is, though it can be read. */
import type { ConfigProblem } from "#contracts/configuration.ts";
import type { NetworkInterface } from "#platform/datagram/interfaces.ts";
import { OptionCode } from "#protocols/dhcp4/codes.ts";
import type { Plan, Subnet } from "./network/plan.ts";
import { isInPrefix } from "./network/range.ts";

/** @param link what the machine has now of an interface's name */
export function configProblems(
  plan: Plan,
  link: (name: string) => NetworkInterface | undefined,
): readonly ConfigProblem[] {
  return [...plan.problems, ...plan.subnets.flatMap((subnet) => subnetProblems(subnet, plan, link))];
}

function subnetProblems(
  subnet: Subnet,
  plan: Plan,
  link: (name: string) => NetworkInterface | undefined,
): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const say = (field: string, what: string, remedy: string): void => {
    problems.push({ severity: "warning", path: `${subnet.path}${field}`, what, remedy });
  };
  const { text, interface: name } = subnet;
  const found = name === undefined ? undefined : link(name);
  if (found !== undefined && !found.addresses.some(({ address }) => isInPrefix(address, subnet.prefix)))
    say(
      ".interface",
      `${name} has no address in ${text}, so that its clients cannot renew`,
      `give it one: ip addr add …/${subnet.prefix.length} dev ${name}`,
    );
  const isReserved = plan.hosts.hosts.some(
    ({ address }) => address !== undefined && isInPrefix(address, subnet.prefix),
  );
  if (subnet.pools.length === 0 && !isReserved)
    say(
      "",
      `${text} has no pools and no hosts, so that nobody gets an address there`,
      "write pools, or hosts with an address",
    );
  const sends = (code: number): boolean =>
    [...plan.options, ...subnet.options].some((one) => one.code === code);
  if (subnet.dnsServers.length === 0 && !sends(OptionCode.domainNameServers))
    say("", `clients of ${text} are told no name server`, 'write dnsServers: ["self"], or their addresses');
  if (subnet.domain === undefined && plan.config.names.publish)
    say(
      "",
      `names of clients in ${text} have no domain, so that none is published`,
      "write `domain` at the top of the site file, or names.publish: false",
    );
  return problems;
}
