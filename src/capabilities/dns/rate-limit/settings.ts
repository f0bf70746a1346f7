/** What the config says of rate limits, made ready for the limiter. */
import type { LocalAddress } from "#platform/listen/local-addresses.ts";
import { type AddressLists, parseAddressMatch } from "../address-match.ts";
import type { RateLimitConfig } from "./config.ts";
import type { RateLimitSettings } from "./response-rate-limiter.ts";

/** Undefined when there is no limit at all. `own`: for lists that say localhost or localnets. */
export function rateLimitSettings(
  config: RateLimitConfig,
  lists: AddressLists,
  own?: readonly LocalAddress[],
): RateLimitSettings | undefined {
  return config === "off" ? undefined : { ...config, exempt: parseAddressMatch(config.exempt, lists, own) };
}
