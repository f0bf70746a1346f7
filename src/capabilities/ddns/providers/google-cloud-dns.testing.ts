/** For tests: the managed zones of Google Cloud DNS in memory, and the server of its tokens. */
import { createVerify, generateKeyPairSync } from "node:crypto";
import { pageOf, parts, type Reply, type SeenRequest, type StandIn } from "./api-stand-in.testing.ts";
import { googleCloudDns } from "./google-cloud-dns.ts";

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const tokenUri = "https://api.test/base/token";
const token = "ya29.5up3rs3cret";

export const googleKey = {
  type: "service_account",
  project_id: "a-project",
  private_key_id: "k1",
  private_key: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
  client_email: "dns@a-project.iam.gserviceaccount.com",
  token_uri: tokenUri,
};

/** As every refusal of the API looks. */
export function googleError(code: number, reason: string, message: string): Reply {
  return {
    status: code,
    json: { error: { code, message, errors: [{ message, domain: "global", reason }] } },
  };
}

/** As every refusal of a token looks. */
export function tokenError(error: string, error_description: string): Reply {
  return { status: 400, json: { error, error_description } };
}

function isGood(assertion: string, nowSeconds: number): boolean {
  const [header, claims, signature] = assertion.split(".");
  const read = (part: string | undefined) => JSON.parse(Buffer.from(part!, "base64url").toString());
  const { iss, aud, iat, exp, scope } = read(claims);
  return (
    createVerify("RSA-SHA256").update(`${header}.${claims}`).verify(publicKey, signature!, "base64url") &&
    read(header).alg === "RS256" &&
    iss === googleKey.client_email &&
    aud === tokenUri &&
    scope.endsWith("/ndev.clouddns.readwrite") &&
    (iat - nowSeconds) % 1_800 === 0 &&
    exp - iat === 3_600
  );
}

/** RFC 7523 §2.1. */
function giveToken({ method, text }: SeenRequest): Reply {
  const form = new URLSearchParams(text);
  const isWhole = form.get("grant_type") === "urn:ietf:params:oauth:grant-type:jwt-bearer";
  if (method !== "POST" || !isWhole || !isGood(form.get("assertion")!, 1_800_000_000))
    return tokenError("invalid_grant", "Invalid JWT Signature.");
  // Longer than the real one's hour, so that it is asked for once in a case
  return { status: 200, json: { access_token: token, expires_in: 86_400, token_type: "Bearer" } };
}

interface RecordSet {
  readonly name: string;
  readonly type: string;
  readonly ttl: number;
  readonly rrdatas?: readonly string[];
}

export const googleStandIn: StandIn = {
  definition: googleCloudDns,
  settings: { privateKey: JSON.stringify(googleKey) },
  credentials: {},
  unauthorized: tokenError("invalid_grant", "Invalid JWT Signature."),
  refusal: (message) => googleError(400, "invalid", message),
  requestsMax: 4,
  ttlDefault: 300,
  writes: ({ path }) => path.endsWith("/changes"),
  answer(request, world) {
    const { method, path, query, headers, json } = request;
    if (path === "/token") return giveToken(request);
    if (headers["authorization"] !== `Bearer ${token}`)
      return googleError(401, "authError", "Invalid Credentials");
    const at = Number(query["pageToken"] ?? 1);
    if (path === "/projects/a-project/managedZones") {
      const page = pageOf(world.zones, at, 100);
      const managedZones = page.items.map(({ id, name }) => ({
        name: `z${id}`,
        dnsName: `${name}.`,
        visibility: "public",
      }));
      const next = page.isLast ? {} : { nextPageToken: `${at + 1}` };
      return { status: 200, json: { kind: "dns#managedZonesListResponse", managedZones, ...next } };
    }
    const found = parts("/projects/a-project/managedZones/:zone/:what", path);
    const zone = world.zones.find(({ id }) => `z${id}` === found?.["zone"]);
    if (zone === undefined)
      return googleError(404, "notFound", "The 'parameters.managedZone' resource does not exist.");
    const groups = Map.groupBy(zone.records, ({ name, type }) => `${name}. ${type}`);
    const sets = [...groups.values()].map((group): RecordSet => {
      const { name, type, ttl, comment } = group[0]!;
      const set = { name: `${name}.`, type, ttl };
      return comment === "policy" ? set : { ...set, rrdatas: group.map(({ content }) => content) };
    });
    if (method === "GET" && found?.["what"] === "rrsets") {
      const page = pageOf(
        sets.filter(({ name }) => name === (query["name"] ?? name)),
        at,
        1_000,
      );
      const next = page.isLast ? {} : { nextPageToken: `${at + 1}` };
      return {
        status: 200,
        json: { kind: "dns#resourceRecordSetsListResponse", rrsets: page.items, ...next },
      };
    }
    const { additions, deletions } = json as {
      additions: readonly RecordSet[];
      deletions: readonly RecordSet[];
    };
    if (additions.some(({ name }) => name.startsWith("bad.")))
      return googleError(400, "invalid", "Invalid name");
    for (const deletion of deletions)
      if (!sets.some((set) => JSON.stringify(set) === JSON.stringify(deletion)))
        return googleError(412, "conditionNotMet", "Precondition not met for 'entity.change.deletions[0]'");
    const isSame = (one: RecordSet) => (other: RecordSet) =>
      one.name === other.name && one.type === other.type;
    if (additions.some((one) => sets.some(isSame(one)) && !deletions.some(isSame(one))))
      return googleError(409, "alreadyExists", "The resource already exists");
    zone.records = zone.records.filter(
      ({ name, type }) => !deletions.some(isSame({ name: `${name}.`, type, ttl: 0 })),
    );
    for (const { name, type, ttl, rrdatas } of additions)
      for (const content of rrdatas!) world.add(zone, { name: name.slice(0, -1), type, content, ttl });
    return { status: 200, json: { kind: "dns#change", id: "1", status: "pending", additions, deletions } };
  },
};
