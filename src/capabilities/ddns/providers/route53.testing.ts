/** For tests: the hosted zones of Amazon Route 53 in memory. */
import {
  type ApiWorld,
  pageOf,
  parts,
  type Reply,
  type SeenRequest,
  type StandIn,
} from "./api-stand-in.testing.ts";
import { elementsOf, elementText } from "./api-xml.ts";
import { awsHeaders } from "./aws-signature.ts";
import { route53 } from "./route53.ts";

const namespace = "https://route53.amazonaws.com/doc/2013-04-01/";
const settings = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "aws5up3rs3cret" };

/** As refusals of the service look. */
export function route53Error(status: number, code: string, message: string): Reply {
  const inside = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
  return {
    status,
    text: `<ErrorResponse xmlns="${namespace}">${inside}<RequestId>1</RequestId></ErrorResponse>`,
  };
}

/** As refusals of a batch look. */
export function badBatch(message: string): Reply {
  const inside = `<Messages><Message>${message}</Message></Messages><RequestId>1</RequestId>`;
  return { status: 400, text: `<InvalidChangeBatch xmlns="${namespace}">${inside}</InvalidChangeBatch>` };
}

function ok(root: string, inside: string): Reply {
  return {
    status: 200,
    text: `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${namespace}">${inside}</${root}>`,
  };
}

function isSigned({ method, url, text, headers }: SeenRequest): boolean {
  const moment = headers["x-amz-date"]!.replace(/(....)(..)(..)T(..)(..)(..)Z/, "$1-$2-$3T$4:$5:$6Z");
  const wanted = awsHeaders(
    { method, url, body: text, nowMs: Date.parse(moment), region: "us-east-1", service: "route53" },
    settings,
  );
  return headers["authorization"] === wanted["authorization"];
}

/** The order of names: by their labels from the last on. */
function sortKey(name: string): string {
  return name.replace(/\.$/, "").split(".").reverse().join("\0");
}

function setsOf(
  records: ApiWorld["zones"][number]["records"],
): (readonly [name: string, type: string, text: string])[] {
  const groups = Map.groupBy(records, ({ name, type }) => `${name} ${type}`);
  return [...groups.values()]
    .map((group) => {
      const { name, type, ttl, comment } = group[0]!;
      const values = group.map(({ content }) => `<ResourceRecord><Value>${content}</Value></ResourceRecord>`);
      const inside =
        comment === "alias"
          ? "<AliasTarget><DNSName>other.example.net.</DNSName></AliasTarget>"
          : `<TTL>${ttl}</TTL><ResourceRecords>${values.join("")}</ResourceRecords>`;
      const policy = comment === "policy" ? "<SetIdentifier>blue</SetIdentifier><Weight>1</Weight>" : "";
      const shown = name.replace("*", "\\052");
      return [
        name,
        type,
        `<ResourceRecordSet><Name>${shown}.</Name><Type>${type}</Type>${policy}${inside}</ResourceRecordSet>`,
      ] as const;
    })
    .sort(([one], [other]) => (sortKey(one) < sortKey(other) ? -1 : 1));
}

function change(text: string, zone: ApiWorld["zones"][number], world: ApiWorld): Reply {
  const changes = elementsOf(text, "Change").map((one) => ({
    action: elementText(one, "Action"),
    name: elementText(one, "Name")!.replace(/\.$/, ""),
    type: elementText(one, "Type")!,
    ttl: Number(elementText(one, "TTL")),
    values: elementsOf(one, "ResourceRecord").map((value) => elementText(value, "Value")!),
  }));
  if (changes.some(({ name, action }) => name.startsWith("bad.") || action !== "UPSERT"))
    return badBatch("Invalid Resource Record");
  for (const { name, type, ttl, values } of changes) {
    zone.records = zone.records.filter((one) => one.name !== name || one.type !== type);
    for (const content of values) world.add(zone, { name, type, content, ttl });
  }
  return ok(
    "ChangeResourceRecordSetsResponse",
    "<ChangeInfo><Id>/change/C1</Id><Status>PENDING</Status></ChangeInfo>",
  );
}

export const route53StandIn: StandIn = {
  definition: route53,
  settings,
  credentials: {},
  unauthorized: route53Error(
    403,
    "InvalidClientTokenId",
    "The security token included in the request is invalid.",
  ),
  refusal: (message) => badBatch(message),
  requestsMax: 3,
  ttlDefault: 300,
  writes: ({ method }) => method === "POST",
  answer(request, world) {
    const { method, path, query, text } = request;
    if (!isSigned(request)) return this.unauthorized;
    if (path === "/2013-04-01/hostedzone") {
      const page = pageOf(world.zones, Number(query["marker"] ?? 1), Number(query["maxitems"]));
      const zones = page.items.map(
        ({ id, name }) =>
          `<HostedZone><Id>/hostedzone/Z${id}</Id><Name>${name}.</Name><Config><PrivateZone>false</PrivateZone></Config></HostedZone>`,
      );
      const next = page.isLast ? "" : `<NextMarker>${page.page + 1}</NextMarker>`;
      return ok(
        "ListHostedZonesResponse",
        `<HostedZones>${zones.join("")}</HostedZones><IsTruncated>${!page.isLast}</IsTruncated>${next}`,
      );
    }
    const found =
      parts("/2013-04-01/hostedzone/:zone/rrset", path) ?? parts("/2013-04-01/hostedzone/:zone", path);
    const zone = world.zones.find(({ id }) => `Z${id}` === found?.["zone"]);
    if (zone === undefined) return route53Error(404, "NoSuchHostedZone", "No hosted zone found with ID: Z1");
    if (!path.endsWith("/rrset"))
      return ok(
        "GetHostedZoneResponse",
        `<HostedZone><Id>/hostedzone/Z${zone.id}</Id><Name>${zone.name}.</Name></HostedZone>`,
      );
    if (method === "POST") return change(text!, zone, world);
    const from = query["name"] === undefined ? "" : `${sortKey(query["name"])} ${query["type"] ?? ""}`;
    const sets = setsOf(zone.records).filter(([name, type]) => `${sortKey(name)} ${type}` >= from);
    const most = Math.min(300, Number(query["maxitems"]));
    const next = sets[most];
    const rest =
      next === undefined
        ? "<IsTruncated>false</IsTruncated>"
        : `<IsTruncated>true</IsTruncated><NextRecordName>${next[0]}.</NextRecordName><NextRecordType>${next[1]}</NextRecordType>`;
    const page = sets.slice(0, most).map(([, , one]) => one);
    return ok(
      "ListResourceRecordSetsResponse",
      `<ResourceRecordSets>${page.join("")}</ResourceRecordSets>${rest}`,
    );
  },
};
