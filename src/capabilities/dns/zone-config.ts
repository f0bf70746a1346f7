/** One zone of `dns.zones`, and what catalog zones give to their members. */
import { z } from "zod";
import { ConfigError } from "#contracts/configuration.ts";
import { text } from "#platform/site/config-fields.ts";
import { NameError, parseName } from "#protocols/dns/name.ts";
import { typeFromMnemonic } from "#protocols/dns/registry.ts";
import { addressMatch } from "./config-fields.ts";
import { limits } from "./limits.ts";
import { parseServer } from "./server-address.ts";

export const zoneName = text((value) => {
  try {
    parseName(value.endsWith(".") ? value : `${value}.`);
    return undefined;
  } catch (error) {
    if (error instanceof NameError) return `${error.message}; write a domain name such as example.net`;
    throw error;
  }
});

export const checkNames = z.enum(["fail", "warn", "ignore"]);

/** `192.0.2.1`, `[2001:db8::1]:5353`, `tls://9.9.9.9#dns.example`, `192.0.2.1 key NAME`. */
export const server = text((entry) => {
  try {
    parseServer(entry);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { what, remedy } = error.problems[0]!;
    return `${what}; ${remedy}`;
  }
});

const recordType = text((value) =>
  typeFromMnemonic(value) === undefined
    ? `"${value}" is no record type; write one such as A or TYPE65280`
    : undefined,
);

/** One rule of who may change which names. BIND's update-policy; the first that fits decides. */
export const UpdateRule = z
  .strictObject({
    key: zoneName.describe("Name of the key that signs the update; * is any"),
    names: z
      .enum(["name", "subdomain", "wildcard", "self", "selfsub", "selfwild", "zonesub"])
      .describe(
        "Which names: `name` itself, `name` and below (subdomain), those that `name` with its * stands for " +
          "(wildcard), the name of the key (self), with below (selfsub), only below (selfwild), the whole zone (zonesub)",
      ),
    name: zoneName.optional().describe("For name, subdomain and wildcard"),
    types: z
      .array(recordType)
      .min(1)
      .optional()
      .describe("Record types; default: all but NS, SOA and those of DNSSEC. ANY is all of them"),
    deny: z.boolean().default(false).describe("What fits is refused"),
  })
  .superRefine((rule, context) => {
    const needsName = rule.names === "name" || rule.names === "subdomain" || rule.names === "wildcard";
    if (needsName === (rule.name !== undefined)) return;
    const message = needsName
      ? `names: ${rule.names} needs a \`name\``
      : `names: ${rule.names} takes no \`name\`; remove it`;
    context.addIssue({ code: "custom", message });
  });
export type UpdateRule = z.output<typeof UpdateRule>;

/** What members of a catalog zone have in common with zones of the site. */
export const zoneSettings = {
  primaries: z.array(server).min(1).optional().describe("Servers that this zone is copied from"),
  allowQuery: addressMatch.optional().describe("Who may ask for names of this zone; default: dns.allowQuery"),
  allowTransfer: addressMatch.optional().describe("Who may copy this zone; default: dns.allowTransfer"),
  allowNotify: addressMatch
    .optional()
    .describe("Who, besides the primaries, may say that this copy is out of date"),
  forwardUpdates: addressMatch
    .optional()
    .describe("Whose updates of this copy are passed on to its primary; default: nobody's"),
  notify: z
    .enum(["yes", "no", "explicit"])
    .default("yes")
    .describe("Whom to tell of changes: the zone's name servers and alsoNotify, nobody, or alsoNotify only"),
  alsoNotify: z.array(server).default([]).describe("Servers to tell of changes besides the zone's own"),
};

export const ZoneConfig = z
  .strictObject({
    name: zoneName.describe("Origin of the zone, such as example.net"),
    file: z
      .string()
      .min(1)
      .optional()
      .describe("Zone file; a relative path starts at the folder of site.yaml"),
    ...zoneSettings,
    allowUpdate: addressMatch
      .optional()
      .describe("Who may change this zone by dynamic update: addresses and keys. Default: nobody"),
    grant: z
      .array(UpdateRule)
      .min(1)
      .optional()
      .describe("Who may change which names of it by dynamic update, in place of allowUpdate"),
    serial: z
      .enum(["increment", "date", "unixtime"])
      .default("increment")
      .describe("What the serial number becomes with a change: one more, 2026112401, or the time"),
    recordsPerTypeMax: z
      .int()
      .min(0)
      .default(limits.recordsPerTypeMaxDefault)
      .describe("Records of one type that a name may get by updates and transfers; 0 for no limit"),
    typesPerNameMax: z
      .int()
      .min(0)
      .default(limits.typesPerNameMaxDefault)
      .describe("Record types that a name may get by updates and transfers; 0 for no limit"),
    checkNames: checkNames
      .optional()
      .describe("What host names with odd characters are; default: dns.checkNames"),
  })
  .superRefine((zone, context) => {
    const refuse = (message: string, path?: string): void =>
      context.addIssue({ code: "custom", message, ...(path === undefined ? {} : { path: [path] }) });
    if ((zone.file === undefined) === (zone.primaries === undefined)) {
      refuse("needs either `file` (a zone of this server) or `primaries` (a copy of another server's zone)");
    }
    if (zone.allowUpdate !== undefined && zone.grant !== undefined) {
      refuse("allowUpdate and grant say the same in two ways; remove one of them", "grant");
    }
    if (zone.primaries !== undefined && (zone.allowUpdate ?? zone.grant) !== undefined) {
      refuse("a copy is changed at its primary; write forwardUpdates to pass updates on", "primaries");
    }
    if (zone.file !== undefined && zone.forwardUpdates !== undefined) {
      refuse("this server is the primary; write allowUpdate or grant", "forwardUpdates");
    }
  });
export type ZoneConfig = z.output<typeof ZoneConfig>;

export const CatalogConfig = z
  .strictObject({
    name: zoneName.describe("Name of the catalog zone, RFC 9432"),
    primaries: zoneSettings.primaries.describe(
      "Servers that the catalog is copied from: its members become zones of this server",
    ),
    members: z
      .strictObject({ ...zoneSettings, primaries: z.array(server).min(1).optional() })
      .optional()
      .describe("Settings of the zones that a catalog brings; primaries default to those of the catalog"),
    zones: z
      .array(z.string())
      .min(1)
      .optional()
      .describe("Zones of this server that the catalog lists, for secondaries to copy; * is all of them"),
    allowTransfer: zoneSettings.allowTransfer,
    allowNotify: zoneSettings.allowNotify,
    notify: zoneSettings.notify,
    alsoNotify: zoneSettings.alsoNotify,
  })
  .superRefine((catalog, context) => {
    if ((catalog.primaries === undefined) !== (catalog.zones === undefined)) return;
    const message = "needs either `primaries` (a catalog to follow) or `zones` (a catalog to offer)";
    context.addIssue({ code: "custom", message });
  });
export type CatalogConfig = z.output<typeof CatalogConfig>;
