/** What parts of the `dhcp` section say of one another. */
import type { z } from "zod";
import { secondsOf } from "#platform/site/config-fields.ts";
import { ipv4ToText, parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import type { ClassConfig, DhcpConfig, OptionConfig, PoolConfig, SubnetConfig } from "./config.ts";
import { optionCodeOf } from "./network/client-class.ts";
import { optionProblem } from "./network/option-setting.ts";
import {
  isInPrefix,
  type Prefix,
  parseRange,
  parseSubnet,
  prefixText,
  type Range,
  rangeOfPrefix,
  rangeText,
} from "./network/range.ts";

type Path = readonly (string | number)[];
type Refuse = (path: Path, message: string) => void;

/**
 * Hosts are not held against one another here: a duplicate is an error of that entry alone, told in status.
 */
export function checkSection(config: DhcpConfig, context: z.RefinementCtx): void {
  const refuse: Refuse = (path, message) => context.addIssue({ code: "custom", path: [...path], message });
  checkTimes(config, refuse);
  checkOptions([], config.options, refuse);
  const classes = new Set<string>();
  for (const [index, one] of config.classes.entries()) {
    if (classes.has(one.name)) refuse(["classes", index, "name"], `${one.name} is there twice; rename one`);
    classes.add(one.name);
    checkOptions(["classes", index], one.options, refuse);
  }
  checkMatches(config.classes, refuse);
  checkSubnets(config.subnets, classes, refuse);
  if (
    config.subnets.length > 0 &&
    config.interfaces.length === 0 &&
    config.subnets.every((one) => one.interface === undefined)
  )
    refuse(["interfaces"], "no subnet has an interface; write at which interfaces relays reach this server");
  for (const [index, host] of config.hosts.entries()) checkOptions(["hosts", index], host.options, refuse);
}

/** A leaseTime beyond the bounds is what the operator wants: they are for what clients ask. */
function checkTimes({ minLeaseTime, maxLeaseTime }: DhcpConfig, refuse: Refuse): void {
  if (secondsOf(minLeaseTime) > secondsOf(maxLeaseTime))
    refuse(["minLeaseTime"], `${minLeaseTime} is longer than maxLeaseTime, ${maxLeaseTime}`);
}

function checkMatches(classes: readonly ClassConfig[], refuse: Refuse): void {
  for (const [index, one] of classes.entries()) {
    for (const [place, { option }] of one.match.entries()) {
      if (option === undefined || optionCodeOf(option) !== undefined) continue;
      refuse(
        ["classes", index, "match", place, "option"],
        `there is no option called ${option}; write its code`,
      );
    }
  }
}

function checkOptions(path: Path, options: readonly OptionConfig[], refuse: Refuse): void {
  for (const [index, option] of options.entries()) {
    if ((option.name === undefined) === (option.code === undefined)) continue; // told already
    const problem = optionProblem(option);
    if (problem !== undefined) refuse([...path, "options", index], problem);
  }
}

function checkSubnets(subnets: readonly SubnetConfig[], classes: ReadonlySet<string>, refuse: Refuse): void {
  const seen: { readonly prefix: Prefix; readonly index: number }[] = [];
  for (const [index, subnet] of subnets.entries()) {
    const path = ["subnets", index];
    const prefix = parseSubnet(subnet.subnet);
    if (prefix === undefined) continue; // told already
    const other = seen.find((one) => overlap(rangeOfPrefix(one.prefix), rangeOfPrefix(prefix)));
    if (other !== undefined)
      refuse(
        [...path, "subnet"],
        `${subnet.subnet} overlaps ${prefixText(other.prefix)}; make one of them smaller`,
      );
    seen.push({ prefix, index });
    checkPools(path, subnet, prefix, classes, refuse);
    for (const field of ["gateway", "serverAddress"] as const) {
      const value = subnet[field];
      if (value === undefined || value === "self") continue;
      const address = parseIpv4(value);
      if (address === -1 || isInPrefix(address, prefix)) continue; // what is no address is told already
      if (field === "serverAddress" && subnet.interface === undefined) continue; // relays reach us anywhere
      refuse([...path, field], `${value} is not in ${subnet.subnet}; clients would not reach it`);
    }
    checkOptions(path, subnet.options, refuse);
  }
}

function checkPools(
  path: Path,
  subnet: SubnetConfig,
  prefix: Prefix,
  classes: ReadonlySet<string>,
  refuse: Refuse,
) {
  const ranges: Range[] = [];
  for (const [index, pool] of subnet.pools.entries()) {
    const at = [...path, "pools", index];
    const range = parseRange(rangeOf(pool));
    if (range === undefined) continue;
    const network = rangeOfPrefix(prefix);
    if (range.first < network.first || range.last > network.last)
      refuse(at, `${rangeText(range)} is not inside ${subnet.subnet}; shrink the range or widen the subnet`);
    else if (range.first === network.first || range.last === network.last) {
      const inner = rangeText({ first: network.first + 1, last: network.last - 1 });
      const odd = range.first === network.first ? network.first : network.last;
      refuse(
        at,
        `${ipv4ToText(odd)} is the address of the network itself or its broadcast; stay within ${inner}`,
      );
    }
    const other = ranges.find((one) => overlap(one, range));
    if (other !== undefined) refuse(at, `${rangeText(range)} overlaps the pool ${rangeText(other)}`);
    ranges.push(range);
    if (typeof pool === "string") continue;
    checkOptions(at, pool.options, refuse);
    for (const [place, name] of (pool.classes ?? []).entries())
      if (!classes.has(name))
        refuse([...at, "classes", place], `there is no class ${name}; add it to dhcp.classes`);
  }
}

export function rangeOf(pool: PoolConfig): string {
  return typeof pool === "string" ? pool : pool.range;
}

function overlap(one: Range, other: Range): boolean {
  return one.first <= other.last && other.first <= one.last;
}
