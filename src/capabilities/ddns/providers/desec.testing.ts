/** For tests: deSEC's API v1 in memory. */
import {
  type ApiWorld,
  pageOf,
  parts,
  type Reply,
  type SeenRequest,
  type StandIn,
  type StoredZone,
} from "./api-stand-in.testing.ts";
import { desec } from "./desec.ts";

interface RecordSet {
  readonly subname?: string;
  readonly type: string;
  readonly ttl?: number;
  readonly records?: readonly string[];
}

const ttlMinOf = ({ name }: Pick<StoredZone, "name">): number => (name.endsWith(".dedyn.io") ? 60 : 3_600);

function list(items: readonly unknown[], { path, query }: SeenRequest): Reply {
  const cursor = query["cursor"];
  if (cursor === undefined)
    return items.length > 500
      ? { status: 400, json: { detail: "Pagination required. You can query up to 500 items at a time." } }
      : { status: 200, json: items };
  const page = pageOf(items, Number(cursor || 1), 500);
  const link = (at: string, relation: string): string =>
    `<https://desec.test/api/v1${path}?cursor=${at}>; rel="${relation}"`;
  const links = [link("", "first"), ...(page.isLast ? [] : [link(`${page.page + 1}`, "next")])];
  return { status: 200, json: page.items, headers: { link: links.join(", ") } };
}

function setsOf(zone: StoredZone): readonly Required<RecordSet>[] {
  const groups = Map.groupBy(zone.records, ({ name, type }) => `${name} ${type}`).values();
  return [...groups].map((records) => {
    const { name, type, ttl } = records[0]!;
    const subname = name === zone.name ? "" : name.slice(0, -zone.name.length - 1);
    return {
      subname,
      type,
      ttl,
      records: records.map(({ content }) => content),
      name: `${name}.`,
      touched: "2026",
    };
  });
}

function patch(zone: StoredZone, sets: readonly RecordSet[], world: ApiWorld): Reply {
  const nameOf = (subname = ""): string => (subname === "" ? zone.name : `${subname}.${zone.name}`);
  const problems = sets.map(({ subname = "", type, ttl, records }) => {
    const isThere = zone.records.some((one) => one.name === nameOf(subname) && one.type === type);
    if (subname === "bad") return { subname: ["Subname can only use (lowercase) a-z, 0-9, ., -, and _."] };
    if (ttl !== undefined && ttl < ttlMinOf(zone))
      return { ttl: [`Ensure this value is greater than or equal to ${ttlMinOf(zone)}.`] };
    return !isThere && (ttl === undefined || records === undefined)
      ? { ttl: ["This field is required."] }
      : {};
  });
  if (problems.some((problem) => Object.keys(problem).length > 0)) return { status: 400, json: problems };
  for (const { subname, type, ttl, records } of sets) {
    const name = nameOf(subname);
    const before = zone.records.find((one) => one.name === name && one.type === type);
    zone.records = zone.records.filter((one) => one.name !== name || one.type !== type);
    for (const content of records ?? []) world.add(zone, { name, type, content, ttl: ttl ?? before!.ttl });
  }
  return { status: 200, json: sets };
}

export const desecStandIn: StandIn = {
  definition: desec,
  settings: { token: "desec-token-5up3rs3cret" },
  credentials: { authorization: "Token desec-token-5up3rs3cret" },
  unauthorized: { status: 401, json: { detail: "Invalid token." } },
  refusal: (message) => ({ status: 400, json: [{ non_field_errors: [message] }] }),
  requestsMax: 4,
  ttlDefault: 3_600,
  writes: ({ method }) => method !== "GET",
  answer(request, world) {
    const { method, path, query, json } = request;
    const shown = (zone: StoredZone) => ({
      name: zone.name,
      minimum_ttl: ttlMinOf(zone),
      created: "2026-01-01",
    });
    if (method === "GET" && path === "/domains/") return list(world.zones.map(shown), request);
    const found = parts("/domains/:zone/", path) ?? parts("/domains/:zone/rrsets/", path);
    const zone = world.zones.find(({ name }) => name === found?.["zone"]);
    if (zone === undefined) return { status: 404, json: { detail: "Not found." } };
    if (!path.endsWith("/rrsets/")) return { status: 200, json: shown(zone) };
    if (method === "PATCH") return patch(zone, json as readonly RecordSet[], world);
    const sets = setsOf(zone).filter(
      ({ subname }) => query["subname"] === undefined || subname === query["subname"],
    );
    return list(sets, request);
  },
};
