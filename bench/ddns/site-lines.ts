/** Site files of what is measured. */
import { hostLabel } from "../zone-files.ts";
import { benchNetwork } from "./bench-addresses.ts";

export interface SiteWish {
  readonly zone: { readonly name: string; readonly file: string; readonly port: number };
  /** None: the site has no section `ddns`. */
  readonly records?: {
    readonly count: number;
    /** How the address is found, as the site file has it. */
    readonly method: string;
    /** Default: `5m`. */
    readonly every?: string;
    /** Where they go; default: zones of this server. */
    readonly server?: UpdateTarget;
  };
  /** The update server takes as many updates as come. */
  readonly updatesAt?: number;
}

/** A name server that takes dynamic updates. */
export interface UpdateTarget {
  readonly port: number;
  readonly zone: string;
  readonly key: string;
  readonly algorithm: string;
  /** In base64. */
  readonly secret: string;
}

/** Of `records`, one by one: `host0000000.ddns.example` and on. */
export function recordName(index: number, zone: string): string {
  return `${hostLabel(index)}.${zone}`;
}

/** A method that prints what a file says. */
export function commandMethod(file: string): string {
  return `{ method: command, command: ["cat", ${JSON.stringify(file)}] }`;
}

export function* siteLines({ zone, records, updatesAt }: SiteWish): Generator<string> {
  yield "site: bench";
  yield "dns:";
  yield `  listen: ["127.0.0.1:${zone.port}"]`;
  yield "  workers: 1";
  yield "  rateLimit: off";
  yield "  zones:";
  yield `    - { name: ${zone.name}, file: ${JSON.stringify(zone.file)}, notify: no }`;
  if (records === undefined && updatesAt === undefined) return;
  yield "ddns:";
  yield "  address:";
  yield `    ipv4: [${records?.method ?? ""}]`;
  yield "    ipv6: []";
  yield `    alsoPublic: ["${benchNetwork}"]`;
  if (updatesAt !== undefined) {
    yield "  server:";
    yield `    listen: ["127.0.0.1:${updatesAt}"]`;
    yield "    requests: { perSecond: 100000, burst: 100000 }";
  }
  if (records !== undefined) yield* recordLines(records, zone.name);
}

function* recordLines(
  { count, every = "5m", server }: NonNullable<SiteWish["records"]>,
  ownZone: string,
): Generator<string> {
  yield `  every: ${every}`;
  yield "  verify: off # these names are nowhere in the Internet";
  if (server !== undefined) {
    const { port, zone, key, algorithm, secret } = server;
    yield "  providers:";
    yield "    - name: server";
    yield "      type: rfc2136";
    yield `      server: "127.0.0.1 port ${port}"`;
    yield `      zone: ${zone}`;
    yield `      key: { name: ${key}, algorithm: ${algorithm}, secret: "${secret}" }`;
  }
  const provider = server === undefined ? "zones" : "server";
  yield "  records:";
  for (let i = 0; i < count; i++) {
    yield `    - { name: ${recordName(i, server?.zone ?? ownZone)}, provider: ${provider} }`;
  }
}
