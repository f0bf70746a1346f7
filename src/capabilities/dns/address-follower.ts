/** Notices that addresses of this machine have come or gone, and has everybody act on it. */
import { type Clock, systemClock } from "#platform/clock/clock.ts";
import { watchAddresses } from "#platform/listen/local-addresses.ts";
import { limits } from "./limits.ts";

export interface AddressFollowerOptions {
  /** The addresses are others: of `localhost` and `localnets`. */
  readonly onChange: () => void;
  /**
   * Opens and closes sockets. Asked whether or not there was a change: what could not be opened is tried
   * again, and an address that went and came between two looks may have lost its socket.
   */
  readonly follow: () => Promise<void>;
  readonly clock?: Clock;
}

export function followAddresses({
  onChange,
  follow,
  clock = systemClock,
}: AddressFollowerOptions): Disposable {
  const watch = watchAddresses({ clock, onChange });
  let following = false;
  const looks = clock.every(limits.addressFollowMs, () => {
    if (following) return;
    following = true;
    void follow().finally(() => {
      following = false;
    });
  });
  return {
    [Symbol.dispose]() {
      watch[Symbol.dispose]();
      looks[Symbol.dispose]();
    },
  };
}
