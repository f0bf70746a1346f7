/** The `dhcp` section of site.yaml. */

import { z } from "zod";
import { ServerText } from "#platform/dns-query/server-schema.ts";
import { hookFields } from "#platform/hooks/hook-schema.ts";
import { duration, text } from "#platform/site/config-fields.ts";
import { SigningKeyConfig } from "#platform/tsig/key-schema.ts";
import {
  address,
  addressOrSelf,
  domainName,
  hardwareAddress,
  hex,
  hexOrText,
  label,
  leaseTime,
} from "./config-fields.ts";
import { limits } from "./limits.ts";
import { excludeProblem, rangeProblem, subnetProblem } from "./network/range.ts";
import { checkSection } from "./section-check.ts";

const OptionConfig = z
  .strictObject({
    name: z.string().min(1).optional().describe("Name of the option, such as ntp-servers"),
    code: z.int().min(1).max(254).optional().describe("Its code, instead of a name"),
    type: z
      .string()
      .min(1)
      .optional()
      .describe(
        "How to write the value, for a code that has no name, such as text, addresses, uint16, octets",
      ),
    value: z.json().describe("Text, number, true or false, or a list of them, as the option's type has it"),
    force: z.boolean().default(false).describe("Send it also to clients that do not ask for it"),
  })
  .superRefine((option, context) => {
    if ((option.name === undefined) !== (option.code === undefined)) return;
    context.addIssue({ code: "custom", message: "needs either `name` or `code`" });
  });
export type OptionConfig = z.output<typeof OptionConfig>;

const options = z
  .array(OptionConfig)
  .default([])
  .describe("Options to send, most specific first: host, class, pool, subnet, all");

const BootConfig = z
  .strictObject({
    nextServer: addressOrSelf.optional().describe("Server of the file: siaddr and option 66; default: self"),
    serverName: z.string().min(1).max(63).optional().describe("Its name, in the sname field; default: none"),
    file: z.string().min(1).max(127).describe("File to load: the file field and option 67"),
  })
  .describe("What machines that boot from the network load");
export type BootConfig = z.output<typeof BootConfig>;

const MatchConfig = z
  .strictObject({
    option: z
      .union([z.int().min(1).max(254), z.string().min(1)])
      .optional()
      .describe("Code or name of an option that the client sends"),
    equals: hexOrText.optional().describe("The option is this text, or these octets after 0x"),
    prefix: hexOrText.optional().describe("The option begins so"),
    contains: hexOrText.optional().describe("The option has this in it"),
    mac: hex.optional().describe("The hardware address begins so, such as 52:54:00"),
    interface: z.string().min(1).optional().describe("The request came by this interface"),
    arch: z
      .array(z.int().min(0).max(65_535))
      .min(1)
      .optional()
      .describe("Option 93 is one of these; 0 BIOS, 7 and 9 EFI, 11 ARM64"),
  })
  .superRefine((match, context) => {
    const say = (message: string): void => context.addIssue({ code: "custom", message });
    const tests = [match.equals, match.prefix, match.contains].filter((one) => one !== undefined).length;
    if (tests > 1) say("has more than one of equals, prefix and contains; write one entry for each");
    if (match.option === undefined && tests > 0) say("needs `option`: what is compared");
    if (
      match.option === undefined &&
      match.mac === undefined &&
      match.interface === undefined &&
      match.arch === undefined
    )
      say("matches everything; write option, mac, interface or arch");
  });
export type MatchConfig = z.output<typeof MatchConfig>;

const ClassConfig = z.strictObject({
  name: label.describe("Name, for pools and hosts"),
  match: z.array(MatchConfig).min(1).describe("What a client of this class has: all of these"),
  ignore: z.boolean().default(false).describe("Do not answer clients of this class"),
  leaseTime: leaseTime.optional().describe("Lease time of its clients"),
  boot: BootConfig.optional(),
  options,
});
export type ClassConfig = z.output<typeof ClassConfig>;

const range = text(rangeProblem);

const PoolConfig = z.union([
  range,
  z.strictObject({
    range: range.describe("First and last address"),
    classes: z.array(label).min(1).optional().describe("Only clients of one of these classes"),
    options,
  }),
]);
export type PoolConfig = z.output<typeof PoolConfig>;

const identifyBy = z.enum(["client-id", "mac"]);

const SubnetConfig = z.strictObject({
  subnet: text(subnetProblem).describe("The network, such as 192.168.9.0/24"),
  interface: z
    .string()
    .min(1)
    .max(15)
    .optional()
    .describe("Interface that it is at; default: reached through relays only"),
  network: label.optional().describe("Subnets with one name share a link; those at one interface do anyhow"),
  pools: z
    .array(PoolConfig)
    .default([])
    .describe("Ranges that clients get addresses of; none: only reserved ones"),
  exclude: z
    .array(text(excludeProblem))
    .default([])
    .describe("Addresses and ranges of the pools that nobody gets"),
  gateway: addressOrSelf.optional().describe("Router that clients use, or self; default: none"),
  dnsServers: z.array(addressOrSelf).optional().describe("Name servers that clients use, or self"),
  domain: domainName
    .optional()
    .describe("Domain of its clients' names; default: names.domain, else the site's"),
  relays: z.array(address).default([]).describe("Relays outside of the network that speak for it"),
  serverAddress: address
    .optional()
    .describe("What this server calls itself; default: its address at the interface"),
  leaseTime: leaseTime.optional().describe("How long its clients have their addresses"),
  identifyBy: identifyBy.optional().describe("What its clients are known by"),
  boot: BootConfig.optional(),
  options,
});
export type SubnetConfig = z.output<typeof SubnetConfig>;

const HostConfig = z
  .strictObject({
    name: label.optional().describe("Name of the machine; default: what it calls itself"),
    macs: z.array(hardwareAddress).default([]).describe("Its hardware addresses"),
    clientIds: z
      .array(hexOrText)
      .default([])
      .describe("Its client identifiers: text, or hexadecimal after 0x"),
    duids: z.array(hex).default([]).describe("Its DUIDs, RFC 4361"),
    circuitIds: z
      .array(hexOrText)
      .default([])
      .describe("Ports of relays that it is at: text, or hexadecimal after 0x"),
    address: address.optional().describe("Its address, in a pool or not; default: one of a pool"),
    leaseTime: leaseTime.optional().describe("How long it has its address"),
    boot: BootConfig.optional(),
    options,
  })
  .superRefine((host, context) => {
    const { macs, clientIds, duids, circuitIds } = host;
    if (macs.length + clientIds.length + duids.length + circuitIds.length > 0) return;
    context.addIssue({
      code: "custom",
      message: "cannot be recognised; write macs, clientIds, duids or circuitIds",
    });
  });
export type HostConfig = z.output<typeof HostConfig>;

const RemoteZoneConfig = z.strictObject({
  zone: z.string().min(1).max(254).describe("Zone at another server, forward or reverse"),
  server: ServerText.describe("Its primary: an address, or `ADDRESS port PORT`"),
  key: SigningKeyConfig.optional().describe("Signs the updates, RFC 8945; default: unsigned"),
});
export type RemoteZoneConfig = z.output<typeof RemoteZoneConfig>;

const NamesConfig = z
  .strictObject({
    publish: z
      .boolean()
      .default(true)
      .describe("Put the names of clients into zones of this server, and into remote ones"),
    domain: domainName.optional().describe("Domain of the names; default: the site's"),
    guard: z
      .enum(["none", "dhcid", "txt"])
      .default("none")
      .describe(
        "Record beside a name that tells other servers whose it is: RFC 4701, or the TXT record of ISC's dhcpd",
      ),
    generate: text((value) =>
      value.includes("{address}") || value.includes("{mac}")
        ? undefined
        : `"${value}" would be one name for all; write {address} or {mac} in it`,
    )
      .optional()
      .describe("Name of clients that tell none: `dhcp-{address}` or `host-{mac}`; default: they get none"),
    ttl: duration(1, 604_800).default("5m").describe("TTL of the records"),
    reserved: z
      .boolean()
      .default(true)
      .describe("Publish the names of hosts with an address also while they are away"),
    remote: z
      .array(RemoteZoneConfig)
      .default([])
      .describe("Zones at other servers, kept by dynamic updates, RFC 4703"),
  })
  .prefault({})
  .describe("Names of clients in the DNS");
export type NamesConfig = z.output<typeof NamesConfig>;

export const hookEvents = ["granted", "renewed", "released", "expired", "declined", "pool-low"] as const;

const HookConfig = z
  .strictObject({
    url: hookFields.url,
    command: hookFields.command,
    events: z
      .array(z.enum(hookEvents))
      .min(1)
      .default(["granted", "released", "expired", "declined", "pool-low"])
      .describe("Which events"),
    timeout: hookFields.timeout,
  })
  .superRefine((hook, context) => {
    if ((hook.url === undefined) !== (hook.command === undefined)) return;
    context.addIssue({ code: "custom", message: "needs either `url` or `command`" });
  });
export type HookConfig = z.output<typeof HookConfig>;

const DhcpSection = z.strictObject({
  authoritative: z
    .boolean()
    .default(true)
    .describe(
      "Tell clients that ask for an address which this server does not know that they cannot have it; false: say nothing",
    ),
  leaseTime: leaseTime.default("12h").describe("How long a client has its address, such as 30m, 12h or 7d"),
  minLeaseTime: leaseTime.default("2m").describe("The shortest time that a client may ask for"),
  maxLeaseTime: leaseTime.default("24h").describe("The longest time that a client may ask for"),
  rapidCommit: z
    .boolean()
    .default(false)
    .describe(
      "Answer clients that offer it in two messages instead of four, RFC 4039; only where no other server is",
    ),
  identifyBy: identifyBy
    .default("client-id")
    .describe("What a client is known by: its identifier, when it sends one, or its hardware address alone"),
  besideOthers: z.boolean().default(false).describe("Serve also where another DHCP server has been found"),
  probe: z
    .enum(["auto", "arp", "ping", "off"])
    .default("auto")
    .describe(
      "How to find out before an offer whether somebody uses the address; auto: ARP, and ICMP through relays",
    ),
  probeWaitMs: z
    .int()
    .min(10)
    .max(limits.probeWaitMsMax)
    .default(limits.probeWaitMsDefault)
    .describe("How long to wait for an answer to it, in milliseconds"),
  declineTime: duration(60, 2_592_000)
    .default("24h")
    .describe("How long nobody gets an address that a client has declined"),
  newClients: z
    .strictObject({
      perSecond: z
        .int()
        .min(1)
        .max(limits.newClientsMax)
        .default(limits.newClientsPerSecondDefault)
        .describe("In a second, in the long run"),
      burst: z
        .int()
        .min(1)
        .max(limits.newClientsMax)
        .default(limits.newClientsBurstDefault)
        .describe("At once"),
    })
    .prefault({})
    .describe(
      "How many clients without a lease each port may bring: each circuit of a relay, each interface",
    ),
  interfaces: z
    .array(z.string().min(1).max(15))
    .default([])
    .describe("Further interfaces at which relays reach this server"),
  dnsServers: z.array(addressOrSelf).default([]).describe("Name servers that clients use, or self"),
  options,
  boot: BootConfig.optional(),
  classes: z.array(ClassConfig).default([]).describe("Kinds of clients, and what they get"),
  subnets: z
    .array(SubnetConfig)
    .max(limits.subnetsMax)
    .default([])
    .describe("The networks that this server gives addresses of; none: no DHCP"),
  hosts: z
    .array(HostConfig)
    .max(limits.hostsMax)
    .default([])
    .describe("Machines with an address or a name of their own"),
  names: NamesConfig,
  hooks: z.array(HookConfig).max(32).default([]).describe("Whom to tell of leases"),
});

/** What parts say of one another is looked at here, where all of them are known. */
export const DhcpConfig = DhcpSection.superRefine(checkSection);
export type DhcpConfig = z.output<typeof DhcpSection>;
