/** What an API of zones and records has to offer, so that `api-provider.ts` can keep records in it. */
import type { z } from "zod";
import type { HttpRequest } from "#platform/http-client/http-client.ts";
import type { ApiAnswer, ApiDialect } from "./http-outcome.ts";
import type { PublishResult, WantedRecord } from "./provider.ts";

/** An account at an API that speaks JSON. */
export interface ZoneApi {
  /** Of all paths: `https://api.example/v4`, without a slash at the end. */
  readonly server: string;
  readonly dialect: ApiDialect;
  /** That say who asks. */
  readonly headers: (request: SentRequest) => Readonly<Record<string, string>>;
  /** Of records that are created without one; undefined: the API has its own. */
  readonly ttlDefault: number | undefined;
  /** The TTL that it would make of one of the site file: it has a least one, and some have a few only. */
  ttlFor(ttl: number, where: { readonly zone: Zone; readonly isProxied: boolean }): number;
  /** Records that one `write` takes. */
  readonly changesPerWriteMax: number;
  /**
   * The account's zones, with those of `names` among them that there are: these are the names that a zone
   * of a wanted record may have.
   */
  zones(ask: Ask, names: readonly string[]): Promise<readonly Zone[]>;
  /** The zone that the site file names; default: found among `zones`. Undefined: there is none. */
  zone?(ask: Ask, name: string): Promise<Zone | undefined>;
  /** At least all records of the zone with one of these names. */
  records(ask: Ask, zone: Zone, names: readonly string[]): Promise<readonly FoundRecord[]>;
  /** Undefined: all are as they are wanted now. Else one result for each. */
  write(ask: Ask, zone: Zone, changes: readonly Change[]): Promise<readonly PublishResult[] | undefined>;
}

/** Of the account of the call. Throws ProviderTrouble, which nobody but `api-provider.ts` needs to catch. */
export type Ask = <Read>(schema: z.ZodType<Read>, request: AskRequest) => Promise<ApiAnswer<Read>>;

export interface AskRequest {
  /** Default: GET. */
  readonly method?: HttpRequest["method"];
  /** After `server`; begins with a slash, its parts are encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /** A body that is not JSON. */
  readonly body?: { readonly type: string; readonly text: string };
  readonly headers?: Readonly<Record<string, string>>;
  /** In place of the API's, where another one gives tokens; it is not told who asks. */
  readonly server?: string;
  /** Changes something there; default: all but GET do. */
  readonly writes?: boolean;
}

/** As it goes out. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly body: string | undefined;
  readonly nowMs: number;
}

export interface Zone {
  /** Lower case, without the final dot. */
  readonly name: string;
  readonly id: string;
  /** Of its records. */
  readonly ttlMin?: number;
}

export interface FoundRecord {
  /** By which `write` finds it. */
  readonly id: string;
  /** Whole, lower case, without the final dot. */
  readonly name: string;
  readonly type: string;
  readonly content: string;
  readonly ttl?: number | undefined;
  readonly isProxied?: boolean | undefined;
  /** That a person wrote beside it, where the API would lose it. */
  readonly comment?: string | undefined;
}

export interface Change {
  readonly wanted: WantedRecord;
  /** Undefined: it is to be created. */
  readonly before: FoundRecord | undefined;
  /** Undefined: as it is, or as the API likes. */
  readonly ttl: number | undefined;
  readonly isProxied: boolean | undefined;
}
