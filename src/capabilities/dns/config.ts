/** The `dns` section of site.yaml. */
import { z } from "zod";
import { ConfigError } from "#contracts/configuration.ts";
import { parseListenEntry } from "#platform/listen/endpoint.ts";
import { NameError, parseName } from "#protocols/dns/name.ts";
import { addressMatchProblem } from "./address-match.ts";
import { addressMatch, text } from "./config-fields.ts";
import { limits } from "./limits.ts";
import { RateLimitConfig } from "./rate-limit/config.ts";

const zoneName = text((value) => {
  try {
    parseName(value.endsWith(".") ? value : `${value}.`);
    return undefined;
  } catch (error) {
    if (error instanceof NameError) return `${error.message}; write a domain name such as example.net`;
    throw error;
  }
});

const checkNames = z.enum(["fail", "warn", "ignore"]);

const upstreams = z.array(text(serverProblem)).min(1).describe("Addresses of the servers to ask");

export const ZoneConfig = z
  .strictObject({
    name: zoneName.describe("Origin of the zone, such as example.net"),
    file: z
      .string()
      .min(1)
      .optional()
      .describe("Zone file; a relative path starts at the folder of site.yaml"),
    primaries: z
      .array(text(serverProblem))
      .min(1)
      .optional()
      .describe("Servers that this zone is copied from"),
    allowQuery: addressMatch
      .optional()
      .describe("Who may ask for names of this zone; default: dns.allowQuery"),
    allowUpdate: addressMatch
      .optional()
      .describe("Who may change this zone by dynamic update. Kept, not acted on yet"),
    allowTransfer: addressMatch.optional().describe("Who may copy this zone. Kept, not acted on yet"),
    checkNames: checkNames
      .optional()
      .describe("What host names with odd characters are; default: dns.checkNames"),
  })
  .superRefine((zone, context) => {
    if ((zone.file === undefined) === (zone.primaries === undefined)) {
      const message =
        "needs either `file` (a zone of this server) or `primaries` (a copy of another server's zone)";
      context.addIssue({ code: "custom", message });
    }
  });
export type ZoneConfig = z.output<typeof ZoneConfig>;

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
        zones.map(({ name }) => name.toLowerCase().replace(/(?<=.)\.$/, "")),
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
  allowQuery: addressMatch.default(["any"]).describe("Who may ask"),
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
    .array(
      z.strictObject({
        name: zoneName.describe("Name of the key"),
        algorithm: z
          .enum(["hmac-md5", "hmac-sha1", "hmac-sha224", "hmac-sha256", "hmac-sha384", "hmac-sha512"])
          .describe("HMAC of the key"),
        secretFile: z.string().min(1).describe("File with the secret, as BIND writes it"),
      }),
    )
    .default([])
    .describe("Shared secrets. Kept, not acted on yet"),
});

/** The lists by name are looked at here, where all of them are known. */
export const DnsConfig = DnsSection.superRefine((config, context) => {
  const verdicts = new Map<string, string | undefined>();
  const check = (path: (string | number)[], entries: readonly string[] | undefined): void => {
    if (entries === undefined) return;
    const key = JSON.stringify(entries); // thousands of zones mostly have the same list
    if (!verdicts.has(key)) verdicts.set(key, addressMatchProblem(entries, config.acls));
    const message = verdicts.get(key);
    if (message !== undefined) context.addIssue({ code: "custom", path, message });
  };
  check(["allowQuery"], config.allowQuery);
  if (config.rateLimit !== "off") check(["rateLimit", "exempt"], config.rateLimit.exempt);
  for (const [name, entries] of Object.entries(config.acls)) check(["acls", name], entries);
  config.zones.forEach(({ allowQuery, allowUpdate, allowTransfer }, index) => {
    check(["zones", index, "allowQuery"], allowQuery);
    check(["zones", index, "allowUpdate"], allowUpdate);
    check(["zones", index, "allowTransfer"], allowTransfer);
  });
});
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

/** `192.0.2.1`, `[2001:db8::1]:5353`, `tls://9.9.9.9`, `192.0.2.1 key NAME`. */
function serverProblem(entry: string): string | undefined {
  const [address = "", ...more] = entry.trim().split(/\s+/);
  const bare = address.replace(/^(tls|https):\/\//, "").replace(/\/.*$/, "");
  const problem = listenProblem(bare);
  if (problem !== undefined || bare === "any") {
    return `"${entry}" is no address of a server; write one such as 192.0.2.1, [2001:db8::1]:5353 or tls://192.0.2.1`;
  }
  if (more.length === 0 || (more.length === 2 && more[0] === "key")) return undefined;
  return `"${entry}" has more than an address; write "${address}" or "${address} key NAME"`;
}
