/** Files that have addresses of the past: whose they are is what they look like. */
import { basename } from "node:path";
import type { ConfigProblem } from "#contracts/configuration.ts";
import { parseDdclientCache } from "#protocols/ddclientconf/cache.ts";
import { shown } from "#protocols/namedconf/problem.ts";
import { readUpdates } from "../ddns-updater/updates.ts";
import { importLimits } from "../limits.ts";
import { type HistoryFile, readHistoryFile } from "./history-file.ts";
import { familyOf, type PastAddress, pastAddresses } from "./past-address.ts";

export interface ReadHistory extends HistoryFile {
  /** The first ones. */
  readonly broken: readonly ConfigProblem[];
  readonly brokenLines: number;
}

/** Undefined: it is none of those files. */
export function readHistory(path: string, text: string): ReadHistory | undefined {
  const file = basename(path);
  if (text.trimStart().startsWith("{")) return readJson(file, text);
  if (/^##\s*ddclient/.test(text)) return readCache(file, text);
  return readList(file, text);
}

function readJson(file: string, text: string): ReadHistory | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const own = readHistoryFile(value);
  if (own !== undefined) return { ...own, broken: [], brokenLines: 0 };
  const updates = readUpdates(file, value);
  if (updates === undefined) return undefined;
  const { told, problems } = updates;
  return { from: "ddns-updater", addresses: pastAddresses(told), ...bounded(problems) };
}

function readCache(file: string, text: string): ReadHistory {
  const { hosts, problems } = parseDdclientCache(file, text);
  return { from: "ddclient", addresses: lastAddresses(hosts), ...bounded(problems) };
}

/** The addresses that a cache has: those with a time by it, the others before them. */
export function lastAddresses(hosts: ReturnType<typeof parseDdclientCache>["hosts"]): readonly PastAddress[] {
  const told = hosts.flatMap(({ addresses, atSeconds }) =>
    addresses.flatMap((address) => (atSeconds === undefined ? [] : [{ address, atMs: atSeconds * 1000 }])),
  );
  const timed = pastAddresses(told);
  const known = new Set(timed.map(({ address }) => address));
  const others = hosts.flatMap(({ addresses }) => addresses).filter((address) => !known.has(address));
  return [...new Set(others)]
    .flatMap((address): PastAddress[] => {
      const family = familyOf(address);
      return family === undefined ? [] : [{ family, address }];
    })
    .concat(timed);
}

/** previous_ips of editdns.sh, a cache file of inadyn: an address a line. */
function readList(file: string, text: string): ReadHistory | undefined {
  const addresses: PastAddress[] = [];
  const problems: ConfigProblem[] = [];
  for (const [index, whole] of text.split("\n").entries()) {
    const address = whole.replace(/#.*/, "").trim();
    if (address === "") continue;
    const family = familyOf(address);
    if (family !== undefined) addresses.push({ family, address });
    else
      problems.push({
        severity: "error",
        file,
        line: index + 1,
        what: `"${shown(address)}" is no address`,
        remedy: "write one address a line, the oldest first",
      });
  }
  if (addresses.length === 0) return undefined;
  return { from: file === "previous_ips" ? "editdns" : "import", addresses, ...bounded(problems) };
}

function bounded(problems: readonly ConfigProblem[]): Pick<ReadHistory, "broken" | "brokenLines"> {
  return { broken: problems.slice(0, importLimits.brokenLinesShownMax), brokenLines: problems.length };
}
