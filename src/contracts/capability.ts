/**
 * What `main.ts` and a capability know of each other.
 *
 * Life is four verbs: the config is parsed, `start` brings the capability up (or throws and leaves nothing
 * behind),
 * `prepare` + `commit` change it while it runs, disposal takes it down.
 */
import type { z } from "zod";
import type { BootOffer } from "./boot-offer.ts";
import type { Command } from "./command.ts";
import type { ConfigProblem } from "./configuration.ts";
import type { LeaseEvents } from "./lease-events.ts";
import type { Log } from "./log.ts";
import type { MetricFamily } from "./metrics.ts";
import type { NameRegistry } from "./name-registry.ts";
import type { PublicAddress } from "./public-address.ts";
import type { Route } from "./route.ts";
import type { Store } from "./store.ts";

/** What capabilities do for one another, by the names of the contracts. */
export interface Contracts {
  readonly "name-registry": NameRegistry;
  readonly "lease-events": LeaseEvents;
  readonly "boot-offer": BootOffer;
  readonly "public-address": PublicAddress;
}
export type ContractName = keyof Contracts;

export interface Need {
  readonly contract: ContractName;
  /** It runs without, and does less then. */
  readonly optional?: true;
}

/**
 * What another capability provides now; undefined while its section is not in the site file. A reload may
 * change that, so it is asked each time. @throws TypeError: the capability that asks does not say that it
 * needs it
 */
export type FindContract = <Name extends ContractName>(name: Name) => Contracts[Name] | undefined;

export interface Capability<Schema extends z.ZodType = z.ZodType> {
  /** Also the name of its section in site.yaml. */
  readonly id: string;
  /** One line for help texts. */
  readonly summary: string;
  /** Of its section; it is asked for where there is such a section. */
  readonly config: () => Promise<Schema>;
  /** Contracts that it provides for as long as it runs. */
  readonly provides?: readonly ContractName[];
  /** Contracts that it uses. Who provides them starts earlier and is disposed later. */
  readonly needs?: readonly Need[];
  start(config: z.output<Schema>, ports: Ports): Promise<RunningCapability<z.output<Schema>>>;
  /**
   * Looks at what the config refers to (files, addresses) without starting anything. For `homeport check`.
   */
  check?(config: z.output<Schema>, site: SitePlace): Promise<readonly ConfigProblem[]>;
}

/**
 * How `main.ts` lists a capability: its commands at once, the rest only for those who need it, because a
 * command that asks the
 * running program something must not load a name server first.
 */
export interface CapabilityDoor {
  readonly commands: readonly Command[];
  readonly open: () => Promise<Capability>;
}

export interface SitePlace {
  /** Folder of site.yaml: relative paths in it start here. */
  readonly siteFolder: string;
  /** `domain` of site.yaml: what names of the site end in. */
  readonly domain?: string | undefined;
}

/** The program that a capability is part of, as far as it may steer it. */
export interface ProgramPort {
  readonly version: string;
  /** Path of site.yaml. */
  readonly siteFile: string;
  readonly startedAtMs: number;
  /** Reads site.yaml anew, for all capabilities. Rejects with ConfigError; then nothing has changed. */
  reload(): Promise<void>;
  /** Begins to stop. */
  stop(): void;
}

/** What the machine offers to a capability. Tests pass fakes. */
export interface Ports extends SitePlace {
  /** Folder that this site owns on this machine, for what cannot go into the store. */
  readonly dataFolder: string;
  readonly store: Store;
  readonly log: Log;
  readonly nowMs: () => number;
  readonly program: ProgramPort;
  /** Absent: the capability is alone, as in a test. */
  readonly find?: FindContract;
}

export interface RunningCapability<Config = unknown> extends AsyncDisposable {
  readonly routes: readonly Route[];
  /** All that it said it provides. */
  readonly provided?: Partial<Contracts>;
  /** What it serves and what is wrong with it, for `homeport status`. */
  status(): CapabilityStatus;
  /** Its numbers now, under names that begin with `homeport_` and its id. */
  metrics?(): readonly MetricFamily[];
  /**
   * Builds the state for a new config beside the running one. Throws `ConfigError`; then nothing has changed.
   */
  prepare(config: Config, site: SitePlace): Promise<PreparedChange>;
}

export interface PreparedChange {
  /** Swaps the new state in. Must not fail. */
  commit(): void | Promise<void>;
  /** Throws the new state away. */
  discard(): void | Promise<void>;
}

export interface CapabilityStatus {
  /** One sentence, such as "4 zones, 17 records, on 127.0.0.1:5300". */
  readonly summary: string;
  readonly problems: readonly ConfigProblem[];
  /** Addresses that it listens on. */
  readonly listening: readonly string[];
  /** What to type next, shown at start. */
  readonly hints: readonly string[];
  readonly details: unknown;
}
