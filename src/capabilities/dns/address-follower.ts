/** Notices that addresses of this machine have come or gone, and has everybody act on it. */
import { type Clock, systemClock } from "#platform/clock/clock.ts";
import { watchAddresses } from "#platform/listen/local-addresses.ts";
import { limits } from "./limits.ts";

export interface AddressFollowerOptions {
  /** The addresses are others. */
  readonly onChange: () => void;
  /** Opens and closes sockets; false when something is left to try again. */
  readonly follow: () => Promise<boolean>;
  readonly clock?: Clock;
}

export class AddressFollower implements Disposable {
  private readonly options: AddressFollowerOptions;
  private readonly watch: Disposable;
  private readonly retry: Disposable;
  private isBehind = true; // what was left out at the start is to be tried again
  private following = false;

  constructor(options: AddressFollowerOptions) {
    const { clock = systemClock } = options;
    this.options = options;
    this.watch = watchAddresses({
      clock,
      onChange: () => {
        options.onChange();
        this.isBehind = true;
        void this.follow();
      },
    });
    this.retry = clock.every(limits.addressRetryMs, () => void this.follow());
  }

  [Symbol.dispose](): void {
    this.watch[Symbol.dispose]();
    this.retry[Symbol.dispose]();
  }

  private async follow(): Promise<void> {
    if (!this.isBehind || this.following) return;
    this.following = true;
    this.isBehind = false; // until a change while we are at it says otherwise
    try {
      if (!(await this.options.follow())) this.isBehind = true;
    } finally {
      this.following = false;
    }
  }
}
