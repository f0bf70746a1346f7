/** What publishes addresses under names somewhere: a service with an API, a name server, our own zones. */
import type { z } from "zod";
import type { ConfigProblem } from "#contracts/configuration.ts";
import type { Log } from "#contracts/log.ts";
import type { NameRegistry } from "#contracts/name-registry.ts";
import type { Ask } from "#platform/dns-query/ask.ts";
import type { HttpClient } from "#platform/http-client/http-client.ts";

export type AddressType = "A" | "AAAA";

/** One record that is to be so at the provider. */
export interface WantedRecord {
  /** Lower case, without the final dot: `home.example.net`, `*.home.example.net`. */
  readonly name: string;
  readonly type: AddressType;
  /** In its canonical form. */
  readonly address: string;
  /** Seconds; undefined: what the provider thinks best, or the record has already. */
  readonly ttl: number | undefined;
  /** Behind the provider's proxy; undefined: as it is. */
  readonly proxied: boolean | undefined;
  /** The domain at the provider that the name is in, when the site file says it; without the final dot. */
  readonly zone: string | undefined;
}

export type PublishResult =
  /** The provider has it now. */
  | { readonly outcome: "changed" }
  /** It had it before. */
  | { readonly outcome: "same" }
  /** Not before a person has looked at it: of this record, or of all that the account has. */
  | {
      readonly outcome: "refused";
      readonly scope: "record" | "account";
      /** Of the provider, or `http-403` and its like. */
      readonly code: string;
      /** For people: what is wrong and, where known, what to do. Without secrets. */
      readonly sentence: string;
    }
  /** Later it may work. */
  | {
      readonly outcome: "failed";
      readonly code: string;
      readonly sentence: string;
      /** What the provider says itself: Retry-After, 911. */
      readonly retryAfterMs?: number;
    }
  /** It was sent, and nobody knows what became of it. */
  | { readonly outcome: "unconfirmed"; readonly sentence: string };

/** An account at a provider. */
export interface Provider {
  /**
   * One result for each record, in their order. Gets `recordsPerCallMax` records at most, of one name with
   * both types next to each other. Sends only what differs where it can tell. Never rejects but when the
   * signal has ended.
   */
  publish(records: readonly WantedRecord[], call: ProviderCall): Promise<readonly PublishResult[]>;
  /**
   * Takes away what it has published under other names and types than these. Only for what is ours alone:
   * at services nothing is ever removed. Rejects with StoreError.
   */
  keepOnly?(records: readonly Pick<WantedRecord, "name" | "type">[]): Promise<void>;
}

export interface ProviderCall {
  /** Counts the requests against the account's budget. Rejects with HttpFault and BudgetSpent. */
  readonly http: HttpClient;
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
}

/** What the machine offers to a provider that needs more than HTTP. */
export interface ProviderPorts {
  readonly siteFolder: string;
  readonly log: Log;
  readonly registry: () => NameRegistry | undefined;
  readonly askUdp: Ask;
  readonly askTcp: Ask;
  readonly nowMs: () => number;
  /** 16 bits that nobody can guess. */
  readonly randomId: () => number;
}

/** A kind of provider: what the site file says of it, and what is known of it. */
export interface ProviderDefinition {
  /** `type` in the site file. */
  readonly type: string;
  /** For people: `Cloudflare`. */
  readonly title: string;
  /** Its fields in the site file beside `name` and `type`; secrets by `secret()` of secret-fields.ts. */
  readonly settings: z.ZodRawShape;
  readonly types: readonly AddressType[];
  /** Records of one call of `publish`. */
  readonly recordsPerCallMax: number;
  /** An update of one type of a name loses the other there: whatever changes, both are handed over. */
  readonly sendsTypesTogether?: true;
  /** It takes a TTL. */
  readonly hasTtl: boolean;
  readonly hasProxy: boolean;
  /** A name that nobody updates for this long is lost there; undefined: it stays. */
  readonly refreshDays: number | undefined;
  /** Between two updates of one record; what the provider asks for, else 0. */
  readonly pauseSecondsMin: number;
  /** Requests of one account in an hour; below what the provider bans for. */
  readonly requestsPerHourMax: number;
  /** Which records can be asked for at name servers of the Internet afterwards: false for proxied ones. */
  readonly isConfirmable: boolean;
  /** What is wrong with the settings that the schema cannot tell, before `open`. */
  check?(settings: ProviderSettings, ports: Pick<ProviderPorts, "siteFolder">): readonly ConfigProblem[];
  /** `settings` with secrets read from their files: `token` is there, whether `tokenFile` was or not. */
  open(settings: ProviderSettings, ports: ProviderPorts): Provider;
}

export type ProviderSettings = Readonly<Record<string, unknown>>;

/** The account has asked as often as it may; thrown by `ProviderCall.http`. */
export class BudgetSpent extends Error {
  override readonly name = "BudgetSpent";
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super("has been asked as often as it may be");
    this.retryAfterMs = retryAfterMs;
  }
}
