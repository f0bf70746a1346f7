/** What rndc steers: the name server, as its commands see it. */
import type { Name } from "#protocols/dns/name.ts";

/** What `rndc status` tells. */
export interface ServerFacts {
  /** Such as `Homeport 0.1.0`. */
  readonly version: string;
  /** The machine: name, system, its release. */
  readonly runningOn: string;
  readonly bootedAtMs: number;
  readonly configuredAtMs: number;
  readonly configurationFile: string;
  readonly processors: number;
  /** Threads that answer over UDP, 0 when the main thread does. */
  readonly workers: number;
  readonly zones: number;
  readonly transfersRunning: number;
  readonly transfersWaiting: number;
  readonly soaQueriesRunning: number;
  readonly queryLog: boolean;
  readonly tcpClients: number;
  readonly tcpClientsMax: number;
  readonly tcpClientsHighest: number;
}

/** What `rndc zonestatus` tells, and what decides which commands a zone takes. */
export interface ZoneFacts {
  readonly kind: "primary" | "secondary";
  /** None for a copy that is kept in the store alone. */
  readonly files: readonly string[];
  /** Undefined: it has no content yet, or no longer. */
  readonly content: ZoneContentFacts | undefined;
  /** Takes updates. */
  readonly dynamic: boolean;
  readonly frozen: boolean;
}

export interface ZoneContentFacts {
  readonly serial: number;
  /** Names with records. */
  readonly nodes: number;
  readonly loadedAtMs: number;
  /** Of a secondary zone. */
  readonly refreshAtMs: number | undefined;
  readonly expiresAtMs: number | undefined;
  /** It came signed. */
  readonly secure: boolean;
}

/**
 * What may be done. Names are in lower case and those of zones that `zone` knows. Faults: ConfigError where a
 * setting or a zone file has mistakes, ZoneUnchangeableError where a zone cannot be changed; rndc shows both.
 */
export interface ControlTarget {
  status(): ServerFacts;
  /** Undefined: there is no such zone. */
  zone(name: Name): ZoneFacts | undefined;
  /** Its settings as one statement; `zoneStatement` writes it. */
  showZone(name: Name): string;
  /** Settings and all zones. */
  reload(): Promise<void>;
  /** Settings and new zones. */
  reconfig(): Promise<void>;
  /** The file of a primary zone. `dynamic`: it takes updates, so that it has to be frozen first. */
  reloadZone(name: Name): Promise<"reloaded" | "up-to-date" | "dynamic">;
  /** Asks the primary now whether there is a newer version. */
  refresh(name: Name): void;
  /** Copies the zone anew, whatever its serial number. */
  retransfer(name: Name): void;
  notify(name: Name): void;
  /** Writes dynamic zones to their files and takes no more updates. Without a name: all of them. */
  freeze(name: Name | undefined): Promise<"frozen" | "already-frozen">;
  /** Reads them again and takes updates. */
  thaw(name: Name | undefined): Promise<"thawed" | "not-frozen">;
  /** Writes dynamic zones to their files. `clean`: and forgets the changes that led there. */
  sync(name: Name | undefined, options: { readonly clean: boolean }): Promise<void>;
  /** Forgets what is cached: all, a name, or a name and all below it. */
  flush(): void;
  flushName(name: Name): void;
  flushTree(name: Name): void;
  /** Undefined: the other way round. */
  queryLog(on: boolean | undefined): void;
  /** Writes statistics. What it returns, such as where they are, is shown. */
  stats(): Promise<string | undefined>;
  /** Names of the keys that are in use. */
  keys(): readonly Name[];
  /** Looks which addresses the machine has now. */
  scan(): Promise<void>;
  /** Ends the program; the answer has left. `save`: dynamic zones are written to their files first. */
  stop(options: { readonly save: boolean }): void;
  readonly processId: number;
}
