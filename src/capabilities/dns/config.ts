/** The `dns` section of site.yaml. */
import { z } from "zod";
import { ConfigError } from "#contracts/configuration.ts";
import { parseListenEntry } from "#platform/listen/endpoint.ts";
import { text } from "#platform/site/config-fields.ts";
import { addressMatchProblem } from "./address-match.ts";
import { addressMatch } from "./config-fields.ts";
import { limits } from "./limits.ts";
import { RateLimitConfig } from "./rate-limit/config.ts";
import { CatalogConfig, checkNames, server, ZoneConfig, zoneName } from "./zone-config.ts";

const upstreams = z.array(server).min(1).describe("Addresses of the servers to ask");

export type { ZoneConfig } from "./zone-config.ts";

const TsigKeyConfig = z
  .strictObject({
    name: zoneName.describe("Name of the key"),
    algorithm: z
      .enum(["hmac-md5", "hmac-sha1", "hmac-sha224", "hmac-sha256", "hmac-sha384", "hmac-sha512"])
      .optional()
      .describe("HMAC of the key; default: what secretFile says, else hmac-sha256"),
    secretFile: z
      .string()
      .min(1)
      .optional()
      .describe("File with the secret, as BIND writes it; better than `secret`; site.yaml may lie in git"),
    secret: z.string().min(1).optional().describe("The secret in base64"),
  })
  .superRefine((key, context) => {
    if ((key.secret === undefined) !== (key.secretFile === undefined)) return;
    const message = "needs either `secretFile` or `secret`; `homeport key new NAME` makes one";
    context.addIssue({ code: "custom", message });
  });
export type TsigKeyConfig = z.output<typeof TsigKeyConfig>;

const TlsConfig = z.strictObject({
  listen: z.array(text(listenProblem)).min(1).describe("Addresses and ports; the usual port is 853"),
  certificateFile: z.string().min(1).describe("Certificate chain in PEM"),
  keyFile: z.string().min(1).describe("Its private key in PEM"),
});
export type TlsConfig = z.output<typeof TlsConfig>;

const ControlConfig = z.strictObject({
  listen: text(listenProblem).describe("Address and port; rndc's is 953"),
  allow: addressMatch.default(["localhost"]).describe("Who may connect"),
  keys: z.array(zoneName).min(1).describe("Names of the keys, of dns.keys, that sign commands"),
  readOnly: z.boolean().default(false).describe("Only commands that show something"),
});
export type ControlConfig = z.output<typeof ControlConfig>;

const DnsSection = z.strictObject({
  listen: z
    .array(text(listenProblem))
    .min(1)
    .superRefine(refuseTwice)
    .default(["127.0.0.1:5300", "[::1]:5300"])
    .describe(
      "Addresses and ports to answer on, UDP and TCP; 0.0.0.0 and [::] are all of the machine's own addresses",
    ),
  zones: z
    .array(ZoneConfig)
    .superRefine((zones, context) =>
      refuseTwice(
        zones.map(({ name }) => plainName(name)),
        context,
        "name",
      ),
    )
    .default([])
    .describe("The zones that this server answers for"),
  workers: z
    .union([z.literal("auto"), z.int().min(1).max(limits.workersMax)])
    .default("auto")
    .describe("Threads that answer over UDP; auto: one for each processor but one, at most 4"),
  catalogs: z
    .array(CatalogConfig)
    .default([])
    .describe("Catalog zones: lists of zones that secondaries keep themselves by, RFC 9432"),
  allowQuery: addressMatch.default(["any"]).describe("Who may ask"),
  updateQuota: z
    .int()
    .min(1)
    .max(limits.updateQuotaMax)
    .default(limits.updateQuotaDefault)
    .describe("Dynamic updates under way at once; more get no answer, so that their clients try again"),
  allowTransfer: addressMatch.default(["none"]).describe("Who may copy zones: addresses and keys"),
  acls: z.record(z.string(), addressMatch).default({}).describe("Named lists, used as `acl NAME`"),
  checkNames: checkNames.default("warn").describe("What host names with odd characters in zone files are"),
  minimalResponses: z
    .enum(["yes", "no", "no-auth", "no-auth-recursive"])
    .default("no-auth-recursive")
    .describe("Which sections a response leaves out when they are not needed, as BIND's minimal-responses"),
  minimalAny: z.boolean().default(true).describe("Answer ANY over UDP with one record set, RFC 8482"),
  udpPayloadOctets: z
    .int()
    .min(limits.udpPayloadOctetsMin)
    .max(limits.udpPayloadOctetsMax)
    .default(limits.udpPayloadOctetsDefault)
    .describe("Largest answer over UDP, and what clients are told of it"),
  rateLimit: RateLimitConfig,
  cookies: z.boolean().default(true).describe("DNS cookies, RFC 7873"),
  nsid: z
    .string()
    .min(1)
    .max(limits.nsidOctetsMax)
    .optional()
    .describe("Answer to the NSID option, RFC 5001; default: none"),
  version: z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe("Answer to version.bind in class CHAOS; default: refused"),
  hostname: z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe("Answer to hostname.bind in class CHAOS; default: refused"),
  serverId: z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe("Answer to id.server in class CHAOS; default: refused"),
  forward: z
    .array(z.strictObject({ zone: zoneName.optional().describe("Only names in this domain"), to: upstreams }))
    .default([])
    .describe("Servers to ask for other names. Kept, not acted on yet"),
  keys: z
    .array(TsigKeyConfig)
    .superRefine((keys, context) =>
      refuseTwice(
        keys.map(({ name }) => plainName(name)),
        context,
        "name",
      ),
    )
    .default([])
    .describe("Shared secrets that sign updates, transfers and rndc's commands, RFC 8945"),
  tls: TlsConfig.optional().describe("Where to answer over TLS, RFC 7858 and RFC 9103"),
  controls: z
    .array(ControlConfig)
    .default([])
    .describe("Where rndc may connect; default: nowhere, since homeport has a socket of its own"),
});

/** What parts say of one another is looked at here, where all of them are known. */
export const DnsConfig = DnsSection.superRefine((config, context) => {
  const keys = new Set(config.keys.map(({ name }) => plainName(name)));
  const verdicts = new Map<string, string | undefined>();
  const refuse = (path: (string | number)[], message: string | undefined): void => {
    if (message !== undefined) context.addIssue({ code: "custom", path, message });
  };
  const check = (path: (string | number)[], entries: readonly string[] | undefined): void => {
    if (entries === undefined) return;
    const key = JSON.stringify(entries); // thousands of zones mostly have the same list
    if (!verdicts.has(key)) {
      verdicts.set(key, addressMatchProblem(entries, config.acls) ?? unknownKey(entries, keys));
    }
    refuse(path, verdicts.get(key));
  };
  const checkServers = (path: (string | number)[], entries: readonly string[] | undefined): void =>
    entries?.forEach((entry, index) => {
      const key = /\skey\s+(\S+)$/.exec(entry)?.[1];
      if (key !== undefined) refuse([...path, index], unknownKey([`key ${key}`], keys));
    });
  check(["allowQuery"], config.allowQuery);
  check(["allowTransfer"], config.allowTransfer);
  if (config.rateLimit !== "off") check(["rateLimit", "exempt"], config.rateLimit.exempt);
  for (const [name, entries] of Object.entries(config.acls)) check(["acls", name], entries);
  const checkZone = (path: (string | number)[], zone: Partial<ZoneConfig>): void => {
    check([...path, "allowQuery"], zone.allowQuery);
    check([...path, "allowUpdate"], zone.allowUpdate);
    check([...path, "allowTransfer"], zone.allowTransfer);
    check([...path, "allowNotify"], zone.allowNotify);
    check([...path, "forwardUpdates"], zone.forwardUpdates);
    checkServers([...path, "primaries"], zone.primaries);
    checkServers([...path, "alsoNotify"], zone.alsoNotify);
    zone.grant?.forEach(({ key }, index) => {
      if (key !== "*") refuse([...path, "grant", index, "key"], unknownKey([`key ${key}`], keys));
    });
  };
  for (const [index, zone] of config.zones.entries()) checkZone(["zones", index], zone);
  config.catalogs.forEach(({ members, ...catalog }, index) => {
    checkZone(["catalogs", index], catalog as Partial<ZoneConfig>);
    if (members !== undefined) checkZone(["catalogs", index, "members"], members as Partial<ZoneConfig>);
  });
  config.controls.forEach((control, index) => {
    check(["controls", index, "allow"], control.allow);
    control.keys.forEach((key, at) => {
      refuse(["controls", index, "keys", at], unknownKey([`key ${key}`], keys));
    });
  });
});

function plainName(name: string): string {
  return name.toLowerCase().replace(/(?<=.)\.$/, "");
}

/** What is wrong with the keys that a list names. */
function unknownKey(entries: readonly string[], keys: ReadonlySet<string>): string | undefined {
  for (const entry of entries) {
    const name = /^!?\s*key\s+(\S+)$/.exec(entry)?.[1];
    if (name === undefined || keys.has(plainName(name))) continue;
    return `there is no key "${name}"; add it under dns.keys`;
  }
  return undefined;
}

export type DnsConfig = z.output<typeof DnsConfig>;

/** `field` is where in an entry of the list the word stands. */
function refuseTwice(words: readonly string[], context: z.RefinementCtx, field?: string): void {
  const seen = new Map<string, number>();
  words.forEach((word, index) => {
    const first = seen.get(word);
    if (first === undefined) {
      seen.set(word, index);
      return;
    }
    const message = `${word} is there twice, first as entry ${first + 1}; remove one of them`;
    context.addIssue({ code: "custom", path: field === undefined ? [index] : [index, field], message });
  });
}

function listenProblem(entry: string): string | undefined {
  try {
    parseListenEntry(entry, limits.dnsPort);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { what, remedy } = error.problems[0]!;
    return remedy === undefined ? what : `${what}; ${remedy}`;
  }
}
