/** The `dns` section of site.yaml. */
import { z } from "zod";
import { NameError, parseName } from "#protocols/dns/name.ts";
import { addressEntryProblem } from "./address-match.ts";
import { limits } from "./limits.ts";

const zoneName = z.string().refine(
  (text) => {
    try {
      parseName(text.endsWith(".") ? text : `${text}.`);
      return true;
    } catch (error) {
      if (error instanceof NameError) return false;
      throw error;
    }
  },
  { error: "is no domain name; write one such as example.net" },
);

const addressMatch = z
  .array(
    z.string().superRefine((entry, context) => {
      const problem = addressEntryProblem(entry);
      if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
    }),
  )
  .describe(
    "any, none, localhost, localnets, an address, a prefix, `acl NAME` or `key NAME`; `!` in front for not",
  );

const checkNames = z.enum(["fail", "warn", "ignore"]);

const upstreams = z.array(z.string()).min(1).describe("Addresses of the servers to ask");

export const ZoneConfig = z
  .strictObject({
    name: zoneName.describe("Origin of the zone, such as example.net"),
    file: z
      .string()
      .min(1)
      .optional()
      .describe("Zone file; a relative path starts at the folder of site.yaml"),
    primaries: z.array(z.string()).min(1).optional().describe("Servers that this zone is copied from"),
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

export const DnsConfig = z.strictObject({
  listen: z
    .array(z.string().min(1))
    .default(["127.0.0.1:5300", "[::1]:5300"])
    .describe(
      "Addresses and ports to answer on, UDP and TCP; 0.0.0.0 and [::] are all of the machine's own addresses",
    ),
  zones: z
    .array(ZoneConfig)
    .superRefine((zones, context) => {
      const seen = new Map<string, number>();
      zones.forEach(({ name }, index) => {
        const key = name.toLowerCase().replace(/(?<=.)\.$/, "");
        const first = seen.get(key);
        if (first === undefined) {
          seen.set(key, index);
          return;
        }
        const message = `${name} is there twice, first as dns.zones[${first}]; remove one of them`;
        context.addIssue({ code: "custom", path: [index, "name"], message });
      });
    })
    .default([])
    .describe("The zones that this server answers for"),
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
    .max(4096)
    .default(limits.udpPayloadOctetsMax)
    .describe("Largest answer over UDP"),
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
export type DnsConfig = z.output<typeof DnsConfig>;
