/** What the keeper of names asks of those who keep zones at other servers. */
import type { PublishedGuard } from "#contracts/name-registry.ts";
import type { StoreOperation } from "#contracts/store.ts";

export interface RemoteName {
  /** With the final dot. */
  readonly name: string;
  readonly owner: string;
  /** 32 bits. */
  readonly address: number;
}

export interface RemoteWish extends RemoteName {
  /** Seconds. */
  readonly ttl: number;
  readonly guard: PublishedGuard | undefined;
  /** The address at the name; false: a zone of this server has it. */
  readonly forward: boolean;
  /** The PTR record. */
  readonly reverse: boolean;
}

/** What is to be written in the transaction of the lease; `settle` is called once that is durable. */
export interface RemoteChange {
  readonly operations: readonly StoreOperation[];
  readonly settle: () => void;
}

export interface RemoteState {
  /** There is something left to be done. */
  readonly pending: boolean;
  /** Why it is not done, or what else is wrong, as a sentence. */
  readonly problem: string | undefined;
}

export interface RemotePublisher {
  /**
   * Undefined: no zone at another server has to do with it. What was wished for the name before goes; a name
   * that another owner wishes is refused.
   */
  wish(wish: RemoteWish): RemoteChange | { readonly problem: string } | undefined;
  /** Undefined: nothing of it is published at another server, or only for others. */
  withdraw(claim: {
    readonly name: string;
    readonly address: number;
    readonly mayOwn: (owner: string) => boolean;
  }): RemoteChange | undefined;
  /** All names that are, or are to be, at other servers. */
  wished(): readonly RemoteName[];
  stateOf(name: string): RemoteState | undefined;
}
