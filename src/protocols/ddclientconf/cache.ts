/** A ddclient.cache: what ddclient knows of each host since it last told its address. */
import { type ParsedDdclientConf, parseDdclientConf } from "./lines.ts";

export interface DdclientCacheHost {
  readonly line: number;
  readonly host: string;
  /** Addresses that were taken last, of either family. */
  readonly addresses: readonly string[];
  /** When that was; undefined: the cache does not say. */
  readonly atSeconds: number | undefined;
}

/** Reads one file. Never throws: what is wrong is in `problems`. */
export function parseDdclientCache(
  file: string,
  text: string,
): { readonly hosts: readonly DdclientCacheHost[]; readonly problems: ParsedDdclientConf["problems"] } {
  const { entries, problems } = parseDdclientConf(file, text);
  const hosts = entries.flatMap(({ settings, hosts: names, line }) => {
    const value = (name: string): string | undefined => settings.find((one) => one.name === name)?.value;
    const addresses = ["ip", "ipv4", "ipv6"]
      .map(value)
      .filter((address) => address !== undefined && address !== "");
    const mtime = Number(value("mtime") ?? 0);
    return names.map(({ name }) => ({
      line,
      host: name,
      addresses: [...new Set(addresses as string[])],
      atSeconds: Number.isSafeInteger(mtime) && mtime > 0 ? mtime : undefined,
    }));
  });
  return { hosts, problems };
}
