/** The `ddns` section of site.yaml. */

import { z } from "zod";
import { hookFields } from "#platform/hooks/hook-schema.ts";
import { duration, httpUrl, text } from "#platform/site/config-fields.ts";
import { domainName, interfaceId, recordName, word } from "./config-fields.ts";
import { limits } from "./limits.ts";
import { ProviderConfig } from "./providers/provider-config.ts";
import { checkSection } from "./section-check.ts";

const trust = z.boolean().default(false).describe("Its word alone counts; default: when it is the only one");

const hostPort = text((value) =>
  /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:\d{1,5})?$/i.test(value)
    ? undefined
    : `"${value}" is no server; write a name or an address, and a port after a colon`,
);

const Method = z.discriminatedUnion("method", [
  z.strictObject({
    method: z.literal("https").describe("Services that answer with the address that asks them"),
    services: z
      .array(z.union([word, httpUrl]))
      .min(1)
      .optional()
      .describe("Names of known ones, or URLs; default: all known ones, in turn"),
    trust,
  }),
  z.strictObject({
    method: z.literal("dns").describe("Name servers that answer with the address that asks them"),
    over: z.enum(["udp", "tls", "https"]).default("https").describe("UDP, DoT (RFC 7858) or DoH (RFC 8484)"),
    trust,
  }),
  z.strictObject({
    method: z.literal("interface").describe("The public address of an interface of this machine"),
    interface: z.string().min(1).max(15).describe("Such as ppp0"),
    trust,
  }),
  z.strictObject({
    method: z.literal("route").describe("The address that this machine reaches the Internet from"),
    trust,
  }),
  z.strictObject({
    method: z.literal("upnp").describe("The router, by UPnP IGD"),
    router: httpUrl.optional().describe("URL of its description; default: found by SSDP"),
    trust,
  }),
  z.strictObject({
    method: z.literal("nat-pmp").describe("The router, by NAT-PMP, RFC 6886"),
    router: hostPort.optional().describe("Its address; default: the default gateway"),
    trust,
  }),
  z.strictObject({
    method: z.literal("pcp").describe("The router, by PCP, RFC 6887"),
    router: hostPort.optional().describe("Its address; default: the default gateway"),
    trust,
  }),
  z.strictObject({
    method: z.literal("stun").describe("A STUN server, RFC 8489"),
    servers: z.array(hostPort).min(1).optional().describe("Default: known ones, in turn"),
    trust,
  }),
  z.strictObject({
    method: z.literal("command").describe("A program that prints the address"),
    command: z
      .array(z.string().min(1))
      .min(1)
      .describe("Program and arguments; {family} becomes ipv4 or ipv6"),
    trust,
  }),
]);
export type MethodConfig = z.output<typeof Method>;

/** A method by its name alone has its defaults. */
const methodWords = ["https", "dns", "route", "upnp", "nat-pmp", "pcp", "stun"] as const;
const MethodEntry = z.union([z.enum(methodWords).transform((method) => Method.parse({ method })), Method]);

const methods = z.array(MethodEntry).max(limits.methodsMax);

const AddressConfig = z
  .strictObject({
    ipv4: methods
      .prefault(["https", "dns"])
      .describe("How to find the public IPv4 address, the first asked first; none: not at all"),
    ipv6: methods
      .prefault(["https", "dns"])
      .describe("How to find the public IPv6 address, the first asked first; none: not at all"),
    agree: z
      .int()
      .min(1)
      .max(4)
      .default(2)
      .describe("How many independent of them must say the same before a change counts"),
    prefix: z
      .strictObject({
        interface: z
          .string()
          .min(1)
          .max(15)
          .optional()
          .describe("Take the prefix of this interface's public address; default: of the site's"),
        length: z.int().min(32).max(64).default(64).describe("Bits of the prefix"),
      })
      .prefault({})
      .describe("The IPv6 prefix of machines behind the site, for records with `interfaceId`"),
    alsoPublic: z
      .array(z.union([z.cidrv4(), z.cidrv6()]).describe("A network, such as 10.0.0.0/8"))
      .max(64)
      .default([])
      .describe(
        "Networks that count as public though they are not: in a laboratory, or where they are routed",
      ),
  })
  .prefault({})
  .describe("How the public address is found");
export type AddressConfig = z.output<typeof AddressConfig>;

const RecordConfig = z
  .strictObject({
    name: recordName.optional().describe("Name of the record; *.name for a wildcard"),
    names: z.array(recordName).min(1).optional().describe("Several names, with all else the same"),
    types: z
      .array(z.enum(["A", "AAAA"]))
      .min(1)
      .max(2)
      .optional()
      .describe("Default: those of the families that are watched and that the provider takes"),
    provider: word.describe("Name of an entry of `providers`, or `zones`: the zones of this server"),
    zone: domainName.optional().describe("The domain at the provider; default: found by asking it"),
    ttl: duration(1, 604_800).optional().describe("TTL; default: the provider's, for own zones 60s"),
    proxied: z.boolean().optional().describe("Behind the provider's proxy; default: as it is"),
    interfaceId: interfaceId
      .optional()
      .describe(
        "AAAA of a machine behind the site: the prefix with this, such as ::1 or mac:52:54:00:12:34:56",
      ),
  })
  .superRefine((record, context) => {
    if ((record.name === undefined) === (record.names === undefined))
      context.addIssue({ code: "custom", message: "needs either `name` or `names`" });
    if (record.interfaceId !== undefined && record.types?.includes("A"))
      context.addIssue({
        code: "custom",
        message: "`interfaceId` makes an AAAA record; take A out of `types`",
      });
  });
export type RecordConfig = z.output<typeof RecordConfig>;

export const noticeEvents = [
  "address-changed",
  "address-lost",
  "record-failed",
  "record-stopped",
  "record-recovered",
] as const;
export type NoticeEventKind = (typeof noticeEvents)[number];

const MailConfig = z.strictObject({
  server: hostPort.describe("SMTP server, such as mail.example.net:587"),
  security: z
    .enum(["starttls", "tls", "none"])
    .default("starttls")
    .describe("STARTTLS is asked for and must be there; none: only inside a network of your own"),
  user: z.string().min(1).optional().describe("User name; default: not logged in"),
  password: z.string().min(1).optional().describe("Password"),
  passwordFile: z
    .string()
    .min(1)
    .optional()
    .describe("File with it, from the folder of the site file; instead of `password`"),
  from: z.email().describe("Address of the sender"),
  to: z.array(z.email()).min(1).max(16).describe("Addresses of those who are told"),
});
export type MailConfig = z.output<typeof MailConfig>;

const NtfyConfig = z.strictObject({
  url: httpUrl.describe("Server and topic, such as https://ntfy.example/home"),
  token: z.string().min(1).optional().describe("Access token"),
  tokenFile: z
    .string()
    .min(1)
    .optional()
    .describe("File with it, from the folder of the site file; instead of `token`"),
});
export type NtfyConfig = z.output<typeof NtfyConfig>;

const NoticeConfig = z
  .strictObject({
    url: hookFields.url,
    ntfy: NtfyConfig.optional().describe("A topic of ntfy"),
    mail: MailConfig.optional().describe("Mail"),
    command: hookFields.command,
    events: z
      .array(z.enum(noticeEvents))
      .min(1)
      .default([...noticeEvents])
      .describe("Which events"),
    timeout: hookFields.timeout,
  })
  .superRefine((notice, context) => {
    const ways = [notice.url, notice.ntfy, notice.mail, notice.command].filter((way) => way !== undefined);
    if (ways.length === 1) return;
    context.addIssue({ code: "custom", message: "needs one of `url`, `ntfy`, `mail` and `command`" });
  });
export type NoticeConfig = z.output<typeof NoticeConfig>;

const ServerConfig = z
  .strictObject({
    listen: z
      .array(z.string().min(1))
      .min(1)
      .default(["127.0.0.1:8245"])
      .describe("Addresses with ports that take updates: HTTPS where `tls` is there, else HTTP"),
    tls: z
      .strictObject({
        certificateFile: z.string().min(1).describe("Certificate with its chain, PEM"),
        keyFile: z.string().min(1).describe("Its private key, PEM"),
      })
      .optional()
      .describe("HTTPS"),
    allowPlain: z
      .boolean()
      .default(false)
      .describe("Take updates without TLS beyond this machine too: passwords go in the clear then"),
    trustedProxies: z
      .array(z.string().min(1))
      .default([])
      .describe("Addresses and networks of reverse proxies whose X-Forwarded-For counts"),
    allowPrivate: z
      .boolean()
      .default(false)
      .describe("Hosts may have private addresses: for names that only the site's own machines ask for"),
    ttl: duration(1, 86_400).default("60s").describe("TTL of the records"),
    requests: z
      .strictObject({
        perSecond: z.int().min(1).max(100_000).default(5).describe("In a second, in the long run"),
        burst: z.int().min(1).max(100_000).default(60).describe("At once"),
      })
      .prefault({})
      .describe("How much one client may ask, by address (IPv6: by its /64)"),
  })
  .describe("A server that hosts elsewhere tell their address: /nic/update, as dyn.com has it");
export type ServerConfig = z.output<typeof ServerConfig>;

const DdnsSection = z.strictObject({
  every: duration(limits.everySecondsMin, limits.everySecondsMax)
    .default("5m")
    .describe("How often the public address is looked at; changes at this machine are seen at once"),
  address: AddressConfig,
  providers: z
    .array(ProviderConfig)
    .max(limits.providersMax)
    .default([])
    .describe("Accounts at services that keep records"),
  records: z
    .array(RecordConfig)
    .max(limits.recordsMax)
    .default([])
    .describe("Records that follow the public address"),
  verify: z
    .enum(["daily", "change", "off"])
    .default("daily")
    .describe("When to ask the authoritative servers whether they have a record"),
  server: ServerConfig.optional(),
  notices: z.array(NoticeConfig).max(limits.noticesMax).default([]).describe("Whom to tell, and how"),
});

/** What parts say of one another is looked at here, where all of them are known. */
export const DdnsConfig = DdnsSection.superRefine(checkSection);
export type DdnsConfig = z.output<typeof DdnsSection>;
