/** What the capability needs of the machine and the Internet; tests pass stand-ins. */
import { randomBytes } from "node:crypto";
import type { AddressFamily } from "#contracts/public-address.ts";
import type { Clock } from "#platform/clock/clock.ts";
import type { Ask } from "#platform/dns-query/ask.ts";
import type { HttpClient } from "#platform/http-client/http-client.ts";
import type { AddressConfig, MethodConfig } from "./config.ts";
import type { AddressType } from "./providers/provider.ts";
import type { Confirmation } from "./publish/confirm.ts";
import type { Witness } from "./watch/witness.ts";

/** Disposed, it breaks off what it asks. */
export interface DdnsMachine extends AsyncDisposable {
  readonly clock: Clock;
  readonly http: HttpClient;
  readonly askUdp: Ask;
  readonly askTcp: Ask;
  /** Those of a family's methods, in the order of the site file. */
  witnessesOf(
    family: AddressFamily,
    methods: readonly MethodConfig[],
    config: AddressConfig,
  ): readonly Witness[];
  /** The IPv6 prefix of machines behind the site, such as `2001:db8:1::/64`; undefined: none is known. */
  sitePrefix(config: AddressConfig, siteAddress: string | undefined): string | undefined;
  /** Calls when an address, a route or a link of this machine has changed. */
  watchAddresses(onChange: () => void): Promise<AsyncDisposable>;
  /** Asks the authoritative servers. */
  confirm(
    record: { readonly name: string; readonly type: AddressType; readonly address: string },
    signal: AbortSignal,
  ): Promise<Confirmation>;
  /** At least 0, below 1. */
  random(): number;
}

/** 16 bits that nobody can guess. */
export function randomId(): number {
  return randomBytes(2).readUInt16BE();
}
