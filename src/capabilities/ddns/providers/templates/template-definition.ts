/** From an entry of the table to a kind of provider. */

import type { z } from "zod";
import type { ConfigProblem } from "#contracts/configuration.ts";
import type { AddressType, ProviderDefinition, ProviderSettings } from "../provider.ts";
import type { Template } from "./template.ts";
import { templateProvider } from "./template-provider.ts";

/** A service that is data. */
export interface TemplateEntry extends Omit<Template, "url"> {
  readonly type: string;
  readonly settings: z.ZodRawShape;
  /** Default: both. */
  readonly types?: readonly AddressType[];
  /** Scheme and host; undefined: the site file says it. */
  readonly server?: string;
  /** Path and query, with placeholders. */
  readonly path: string;
  readonly refreshDays?: number;
  readonly pauseSecondsMin?: number;
  readonly requestsPerHourMax?: number;
  /** Default: its names are those of DNS. */
  readonly isConfirmable?: false;
}

/** What services do not say of themselves. ddclient and ddns-updater ask once in 5 minutes by default. */
const requestsPerHourDefault = 60;
const pauseSecondsDefault = 60;
/** Names that one call asks for one after another: a wrong password is then sent once, not ten times. */
const namesPerCallMin = 10;

export function definitionOfTemplate(entry: TemplateEntry): ProviderDefinition {
  const { type, title, settings, types = ["A", "AAAA"], refreshDays } = entry;
  return {
    type,
    title,
    settings,
    types,
    recordsPerCallMax: Math.max(entry.namesPerRequest, namesPerCallMin) * types.length,
    ...(entry.losesAbsent && { sendsTypesTogether: true }),
    hasTtl: false,
    hasProxy: false,
    refreshDays,
    pauseSecondsMin: entry.pauseSecondsMin ?? pauseSecondsDefault,
    requestsPerHourMax: entry.requestsPerHourMax ?? requestsPerHourDefault,
    isConfirmable: entry.isConfirmable ?? true,
    check: checkServer,
    open: (own) => templateProvider(templateOf(entry, own), own),
  };
}

function templateOf(entry: TemplateEntry, settings: ProviderSettings): Template {
  const { server: known, path, serverForIpv6, ...template } = entry;
  const own = settings["server"];
  if (typeof own !== "string")
    return { ...template, url: `${known}${path}`, ...(serverForIpv6 !== undefined && { serverForIpv6 }) };
  return { ...template, url: placedAt(own, path) };
}

/** A server of the site file may have a path of its own: it stands for that of the service. */
function placedAt(server: string, path: string): string {
  const { origin, pathname } = new URL(server);
  if (pathname === "/") return `${origin}${path}`;
  const at = path.indexOf("?");
  return `${origin}${pathname}${at === -1 ? "" : path.slice(at)}`;
}

function checkServer({ server }: ProviderSettings): readonly ConfigProblem[] {
  if (typeof server !== "string") return [];
  const { username, password, search, hash } = new URL(server);
  if (username === "" && password === "" && search === "" && hash === "") return [];
  return [
    {
      severity: "error",
      path: "server",
      what: "the URL has more than a server and a path",
      remedy: "write scheme, host, port and path alone; user name and password have fields of their own",
    },
  ];
}
