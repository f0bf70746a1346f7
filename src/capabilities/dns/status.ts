/** What the name server says of itself in `homeport status`. */
import type { CapabilityStatus } from "#contracts/capability.ts";
import type { ConfigProblem } from "#contracts/configuration.ts";
import type { Name } from "#protocols/dns/name.ts";
import { nameToText } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { isDynamic } from "./control-target.ts";
import { readCounters } from "./counters/read-counters.ts";
import type { LiveZoneSettings } from "./journal/live-zone.ts";
import { notifyAnswer, secondaryAnswer, standingProblems } from "./standing/zone-standing.ts";
import type { NameServerView } from "./view.ts";
import type { ZoneImage } from "./zones/image.ts";
import { type SiteZone, zoneText } from "./zones/zone-set.ts";

const problemsShownMax = 100;

export interface ZoneStatus {
  readonly name: string;
  readonly kind: LiveZoneSettings["kind"];
  readonly state: SiteZone["state"];
  readonly serial: number | null;
  readonly records: number;
  readonly names: number;
  readonly file: string | null;
  readonly loadedAt: string;
  /** It takes updates, or has taken some. */
  readonly dynamic: boolean;
  readonly frozen: boolean;
  /** Whom it is copied from; none of a primary zone. */
  readonly primaries: readonly string[];
  /** Of a copy. */
  readonly secondary: ReturnType<typeof secondaryAnswer> | null;
  /** Servers that are told of changes. */
  readonly notified: readonly ReturnType<typeof notifyAnswer>[];
  readonly problems: readonly ConfigProblem[];
}

export function describeStatus(server: NameServerView): CapabilityStatus {
  const zones = [...server.zones.zones.values()];
  const serving = zones.filter(({ image }) => image !== undefined);
  const records = serving.reduce((sum, { image }) => sum + image!.recordCount, 0);
  const listening = [...server.server.listening, ...server.tls.listening];
  const problems = [
    ...server.warnings,
    ...server.served.problems,
    ...(server.poolProblem === undefined ? [] : [server.poolProblem]),
    ...workerProblems(server),
    ...notActedOn(server),
    ...zones.flatMap((zone) => problemsOf(zone, server)),
  ];
  return {
    summary: [
      `${served(serving.length, zones.length)} with ${count(records, "record")}`,
      ...copies(server, zones),
      ...frozen(zones),
      ...server.served.catalogFacts.map(({ name, kind, members }) => {
        const what = kind === "followed" ? "brings" : "lists";
        return `catalog ${zoneText(name)} ${what} ${count(members, "zone")}`;
      }),
    ].join("; "),
    listening,
    problems: problems.slice(0, problemsShownMax),
    hints: hints(serving, listening),
    details: {
      counters: readCounters(server.counterMemories),
      workers: server.pool?.workers ?? [],
      sockets: server.server.counters,
      catalogs: server.served.catalogFacts.map((facts) => ({ ...facts, name: zoneText(facts.name) })),
      transfers: {
        running: server.services.transfersOut.runningCount,
        copying: server.services.secondaries.load,
      },
    },
  };
}

export function describeZone(zone: SiteZone, server: NameServerView): ZoneStatus {
  const { image, name } = zone;
  const { secondaries, notifier } = server.services;
  const status = secondaries.status(name);
  return {
    name: zoneText(name),
    kind: zone.settings.kind,
    state: zone.state,
    serial: image === undefined ? null : image.serial(),
    records: image?.recordCount ?? 0,
    names: image?.nodeCount ?? 0,
    file: zone.config.file ?? null,
    loadedAt: new Date(zone.loadedAtMs).toISOString(),
    dynamic: isDynamic(zone),
    frozen: zone.live.frozen,
    primaries: zone.config.primaries ?? [],
    secondary: status === undefined ? null : secondaryAnswer(status),
    notified: notifier.status(name).map((one) => notifyAnswer(one, Date.now())),
    problems: problemsOf(zone, server),
  };
}

/** What is wrong with a zone, and with those that it is copied from and that copy it. */
function problemsOf(zone: SiteZone, { config, services }: NameServerView): readonly ConfigProblem[] {
  const index = config.zones.indexOf(zone.config);
  const path = index === -1 ? undefined : `dns.zones[${index}]`; // a catalog's, or a member's
  const { secondaries, notifier } = services;
  const standing = standingProblems(zone, { secondaries, notifier, nowMs: Date.now }, path);
  // Of a copy without content, why it has none says it all.
  const isSaid = zone.image === undefined && secondaries.status(zone.name)?.error !== undefined;
  return [...(isSaid ? zone.problems : zoneProblems(zone, path)), ...standing];
}

/** Such as `3 copied, 2 of them in sync`. */
function copies({ services }: NameServerView, zones: readonly SiteZone[]): string[] {
  const copied = zones.filter(({ settings }) => settings.kind === "secondary");
  if (copied.length === 0) return [];
  const inSync = copied.filter(({ name, image }) => {
    const status = services.secondaries.status(name);
    return image !== undefined && status !== undefined && status.error === undefined;
  }).length;
  const which = inSync === copied.length ? "all in sync" : `${inSync} of them in sync`;
  return [`${copied.length} copied, ${which}`];
}

function frozen(zones: readonly SiteZone[]): string[] {
  const number = zones.filter(({ live }) => live.frozen).length;
  return number === 0 ? [] : [`${number} frozen`];
}

/**
 * What is wrong with a zone, first what that means for those who ask. `path`: where it stands in site.yaml.
 */
export function zoneProblems(zone: SiteZone, path?: string): readonly ConfigProblem[] {
  const meaning = meaningOf(zone);
  if (meaning === undefined) return zone.problems;
  return [{ ...meaning, ...(path === undefined ? {} : { path }) }, ...zone.problems];
}

function meaningOf({ name, state, image, config }: SiteZone): ConfigProblem | undefined {
  const zone = zoneText(name);
  const primaries = config.primaries?.join(", ");
  switch (state) {
    case "serving":
      return undefined;
    case "not-fetched":
      return {
        severity: "warning",
        what: `${zone} was not copied from ${primaries} yet; its names are answered SERVFAIL`,
        remedy: "`homeport zone list` says why; `homeport zone refresh` tries again",
      };
    case "expired":
      return {
        severity: "error",
        what: `${zone} has expired: no primary has confirmed it for too long; its names are answered SERVFAIL`,
        remedy: `see to it that ${primaries} can be reached, then run \`homeport zone refresh ${zone}\``,
      };
    case "serving-previous":
      return {
        severity: "error",
        what: `${zone} goes on with what its file said before (serial ${image!.serial()}): the file has errors now`,
        remedy: "correct it and run `homeport reload`",
      };
    case "failed":
      if (config.file === undefined)
        return {
          severity: "error",
          what: `${zone} could not be made; its names are answered SERVFAIL`,
          remedy: "see the log, make room in the data folder and run `homeport reload`",
        };
      return {
        severity: "error",
        what: `${zone} is not served; its names are answered SERVFAIL`,
        remedy: "correct its file and run `homeport reload`",
      };
  }
}

/** What site.yaml says and this version does not do. */
export function notActedOn({
  config,
}: {
  readonly config: NameServerView["config"];
}): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const say = (path: string, what: string): void => void problems.push({ severity: "warning", path, what });
  if (config.forward.length > 0) {
    say("dns.forward", "kept, but this version does not forward: names outside the site's zones are REFUSED");
  }
  return problems;
}

function workerProblems({ pool }: Pick<NameServerView, "pool">): readonly ConfigProblem[] {
  return (pool?.troubled ?? []).map(({ worker, deaths, lastDeath, state }) => ({
    severity: "error",
    what: `DNS worker ${worker} has died ${count(deaths, "time")}, the last time since: ${lastDeath}${
      state === "answering" ? "; it answers again" : ""
    }`,
    remedy: "this is a fault of the program: report it with the lines of the log",
  }));
}

function hints(serving: readonly SiteZone[], listening: readonly string[]): readonly string[] {
  const at = listening.find((endpoint) => !endpoint.startsWith("[")) ?? listening[0];
  const example = exampleName(serving);
  if (at === undefined || example === undefined) return [];
  const colon = at.lastIndexOf(":");
  const address = at.slice(0, colon).replace(/^\[|\]$/g, "");
  return [`dig @${address} -p ${at.slice(colon + 1)} ${example}`];
}

/** A name that is worth asking for: `www` when a zone has it, else one with an address, else an origin. */
function exampleName(serving: readonly SiteZone[]): string | undefined {
  for (const { image, name } of serving) {
    if (image!.find(`\x03www${name}` as Name) !== 0) return `www.${zoneText(name)}`;
  }
  for (const { image } of serving.slice(0, 20)) {
    const node = firstWithAddress(image!);
    if (node !== undefined) return nameToText(node).slice(0, -1);
  }
  const first = serving[0];
  return first === undefined ? undefined : `${zoneText(first.name)} SOA`;
}

function firstWithAddress(image: ZoneImage): Name | undefined {
  let left = 1000;
  for (const node of image.nodes()) {
    if (node !== image.apex && image.rrset(node, RRType.A) !== 0) return image.nodeName(node);
    if (left-- === 0) return undefined;
  }
  return undefined;
}

function served(serving: number, all: number): string {
  return serving === all ? count(all, "zone") : `${serving} of ${count(all, "zone")}`;
}

/** `1,234 zones`. Not by toLocaleString, which loads its tables of all languages into every start. */
export function count(number: number, noun: string): string {
  const digits = String(number).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${digits} ${noun}${number === 1 ? "" : "s"}`;
}
