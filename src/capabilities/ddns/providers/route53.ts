/** Amazon Route 53, API of 2013-04-01: record sets in XML, many in a request. */
import { z } from "zod";
import { limits } from "./api-limits.ts";
import { apiDefinition, serverField, serverOf } from "./api-provider.ts";
import { elementsOf, elementText, xmlText } from "./api-xml.ts";
import { type AwsCredentials, awsHeaders } from "./aws-signature.ts";
import type { ApiDialect, ApiError } from "./http-outcome.ts";
import type { PublishResult } from "./provider.ts";
import { secret } from "./secret-fields.ts";
import type { Ask, Change, FoundRecord, Zone } from "./zone-api.ts";
import { allPages } from "./zone-requests.ts";

const standard = "https://route53.amazonaws.com";
const title = "Route 53";
const version = "/2013-04-01";
const namespace = "https://route53.amazonaws.com/doc/2013-04-01/";
/** A set must have one. */
const ttlDefault = 300;
/** 1,000 are let through, and each UPSERT counts twice; their values have 32,000 characters together. */
const changesMax = 300;

const wrongKey = "refuses the access key; look at `accessKeyId` and `secretAccessKey`";
const denied = "does not let this key do that; let it list hosted zones, list record sets and change them";
const meanings: ApiDialect["meanings"] = {
  InvalidClientTokenId: { means: "account", sentence: wrongKey },
  SignatureDoesNotMatch: { means: "account", sentence: wrongKey },
  MissingAuthenticationToken: { means: "account", sentence: wrongKey },
  IncompleteSignature: { means: "account", sentence: wrongKey },
  OptInRequired: { means: "account" },
  ExpiredToken: { means: "account", sentence: "says that the session token has expired; make a new one" },
  AccessDenied: { means: "zone", sentence: denied },
  AccessDeniedException: { means: "zone", sentence: denied },
  NoSuchHostedZone: { means: "missing" },
  ClockSkew: { means: "later", sentence: "finds that this machine's clock is wrong" },
  RequestExpired: { means: "later", sentence: "finds that this machine's clock is wrong" },
  Throttling: { means: "later" },
  ThrottlingException: { means: "later" },
  PriorRequestNotComplete: { means: "later" },
  ServiceUnavailable: { means: "later" },
};

const roots = [
  "ListHostedZonesResponse",
  "GetHostedZoneResponse",
  "ListResourceRecordSetsResponse",
  "ChangeResourceRecordSetsResponse",
  "ErrorResponse",
  "InvalidChangeBatch",
] as const;
type Root = (typeof roots)[number];

interface Answer {
  readonly root: Root;
  readonly xml: string;
}

function parse(text: string): Answer | undefined {
  for (const root of roots) {
    const [xml] = elementsOf(text, root);
    if (xml !== undefined) return { root, xml };
  }
  return undefined;
}

function answerOf(root: Root): z.ZodType<Answer> {
  return z.object({ root: z.literal(root), xml: z.string() });
}

function errorIn(json: unknown): ApiError | undefined {
  const { root, xml } = json as Answer;
  if (root === "InvalidChangeBatch")
    return { code: root, message: elementsOf(xml, "Message").join("; ") || undefined };
  if (root !== "ErrorResponse") return undefined;
  const message = elementText(xml, "Message");
  const isOfClock = /^Signature (expired|not yet current)/.test(message ?? "");
  return { code: isOfClock ? "ClockSkew" : elementText(xml, "Code"), message };
}

function zoneIn(xml: string): Zone {
  const id = (elementText(xml, "Id") ?? "").replace(/^\/hostedzone\//, "");
  return { id, name: plainName(elementText(xml, "Name") ?? "") };
}

/** Names have a final dot, and octal numbers in place of what is no letter, digit or hyphen. */
function plainName(text: string): string {
  return text
    .toLowerCase()
    .replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
    .replace(/\.$/, "");
}

async function zones(ask: Ask, zoneId: string | undefined): Promise<readonly Zone[]> {
  if (zoneId !== undefined) {
    const path = `${version}/hostedzone/${encodeURIComponent(zoneId)}`;
    const { read } = await ask(answerOf("GetHostedZoneResponse"), { path });
    return [zoneIn(read.xml)];
  }
  return allPages(title, "", async (marker: string) => {
    const query = { maxitems: "100", ...(marker !== "" && { marker }) };
    const { read } = await ask(answerOf("ListHostedZonesResponse"), { path: `${version}/hostedzone`, query });
    const items = elementsOf(read.xml, "HostedZone")
      // Seen in a private network only
      .filter((one) => elementText(one, "PrivateZone") !== "true")
      .map(zoneIn);
    return { items, next: elementText(read.xml, "NextMarker") };
  });
}

function recordsIn(set: string): readonly FoundRecord[] {
  const name = plainName(elementText(set, "Name") ?? "");
  const type = elementText(set, "Type") ?? "";
  const isAlias = elementsOf(set, "AliasTarget").length > 0;
  const id = isAlias ? "alias" : elementText(set, "SetIdentifier") !== undefined ? "policy" : "";
  const ttlText = elementText(set, "TTL");
  const ttl = ttlText === undefined ? undefined : Number(ttlText);
  const values = isAlias
    ? [""]
    : elementsOf(set, "ResourceRecord").map((one) => elementText(one, "Value") ?? "");
  return values.map((content) => ({ id, name, type, content, ttl }));
}

interface Place {
  readonly name?: string;
  readonly type?: string;
  readonly identifier?: string;
}

async function records(ask: Ask, zone: Zone, names: readonly string[]): Promise<readonly FoundRecord[]> {
  const path = `${version}/hostedzone/${encodeURIComponent(zone.id)}/rrset`;
  const page = async (at: Place, maxitems: string) => {
    const query = { ...at, maxitems };
    const { read } = await ask(answerOf("ListResourceRecordSetsResponse"), { path, query });
    const items = elementsOf(read.xml, "ResourceRecordSet").flatMap(recordsIn);
    const isCut = elementText(read.xml, "IsTruncated") === "true";
    return { items, next: isCut ? placeAfter(read.xml) : undefined };
  };
  if (names.length > limits.namesAskedForMax)
    return allPages<FoundRecord, Place>(title, {}, (at) => page(at, "300"));
  const found: FoundRecord[] = [];
  // They come in order from this name on
  for (const name of names) {
    const { items } = await page({ name }, "20");
    found.push(...items.filter((one) => one.name === name));
  }
  return found;
}

function placeAfter(xml: string): Place {
  const identifier = elementText(xml, "NextRecordIdentifier");
  return {
    name: elementText(xml, "NextRecordName") ?? "",
    type: elementText(xml, "NextRecordType") ?? "",
    ...(identifier !== undefined && { identifier }),
  };
}

async function write(ask: Ask, zone: Zone, changes: readonly Change[]): Promise<readonly PublishResult[]> {
  const special = changes.map(({ before }) => before && specialRefusal(before));
  const plain = changes.filter((_, index) => special[index] === undefined);
  if (plain.length > 0)
    await ask(answerOf("ChangeResourceRecordSetsResponse"), {
      method: "POST",
      path: `${version}/hostedzone/${encodeURIComponent(zone.id)}/rrset`,
      body: { type: "application/xml", text: batchOf(plain) },
    });
  return special.map((refusal) => refusal ?? { outcome: "changed" });
}

/** Of sets that an address in their place would undo. */
function specialRefusal({ id, name, type }: FoundRecord): PublishResult | undefined {
  if (id === "") return undefined;
  const what = id === "alias" ? "is an alias of another resource" : "has a routing policy";
  const sentence = `${title}: the ${type} record at ${name} ${what}; delete it, or take the name out here`;
  return { outcome: "refused", scope: "record", code: id, sentence };
}

function batchOf(changes: readonly Change[]): string {
  const parts = changes.map(({ wanted: { name, type, address }, ttl }) =>
    [
      "<Change><Action>UPSERT</Action><ResourceRecordSet>",
      `<Name>${xmlText(name)}.</Name><Type>${type}</Type><TTL>${ttl ?? ttlDefault}</TTL>`,
      `<ResourceRecords><ResourceRecord><Value>${address}</Value></ResourceRecord></ResourceRecords>`,
      "</ResourceRecordSet></Change>",
    ].join(""),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<ChangeResourceRecordSetsRequest xmlns="${namespace}"><ChangeBatch><Changes>${parts.join("")}</Changes></ChangeBatch></ChangeResourceRecordSetsRequest>`;
}

interface Settings extends AwsCredentials {
  readonly region: string;
  readonly zoneId?: string;
}

export const route53 = apiDefinition(
  {
    type: "route53",
    title,
    settings: {
      accessKeyId: z.string().min(1).describe("Id of the access key"),
      ...secret("secretAccessKey", "Secret access key"),
      region: z
        .string()
        .min(1)
        .default("us-east-1")
        .describe("Region of the signature; another one outside of Amazon's main partition"),
      zoneId: z
        .string()
        .regex(/^[A-Z0-9]{1,32}$/)
        .optional()
        .describe("Id of the hosted zone, where the key may not list zones"),
      server: serverField(standard),
    },
    recordsPerCallMax: changesMax,
    // 5 in a second are let through, for all of the account together
    requestsPerHourMax: 1_000,
  },
  (settings) => {
    const { region, zoneId, ...credentials } = settings as unknown as Settings;
    return {
      server: serverOf(settings, standard),
      dialect: {
        title,
        secrets: [credentials.accessKeyId, credentials.secretAccessKey],
        meanings,
        parse,
        errorIn,
      },
      headers: (request) => ({
        accept: "application/xml",
        ...awsHeaders({ ...request, region: region ?? "us-east-1", service: "route53" }, credentials),
      }),
      ttlDefault,
      ttlFor: (ttl) => ttl,
      changesPerWriteMax: changesMax,
      zones: (ask) => zones(ask, zoneId),
      records,
      write,
    };
  },
);
