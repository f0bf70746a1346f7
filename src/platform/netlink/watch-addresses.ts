/** Calls when an address, a link or a way out of this machine has changed: from the kernel, or by looking. */
import type { Log } from "#contracts/log.ts";
import { type Clock, systemClock } from "#platform/clock/clock.ts";
import { type Libc, loadLibc } from "#platform/datagram/libc.ts";
import { localAddresses } from "#platform/listen/local-addresses.ts";
import type { AddressEvent } from "./address-event.ts";
import { AddressNews } from "./address-news.ts";
import { pollAddresses } from "./poll-addresses.ts";
import { openRouteSocket } from "./route-socket.ts";

export interface AddressWatchOptions {
  /** In the event loop, soon after the change. What it throws ends the program. */
  readonly onChange: (event: AddressEvent) => void;
  readonly log: Log;
  /** Undefined: there is none, and addresses are looked at each second; default: the machine's. */
  readonly libc?: Libc | undefined;
  /** Of the looking. */
  readonly clock?: Clock;
}

export interface AddressWatch extends AsyncDisposable {
  /** The kernel tells of changes; else they are found within a second, and only those of addresses. */
  readonly isTold: boolean;
}

/** What there is at the beginning is no change. */
export function watchAddresses(options: AddressWatchOptions): AddressWatch {
  const { onChange, log, clock = systemClock } = options;
  const libc = "libc" in options ? options.libc : loadLibc().libc;
  const look = (): Disposable => pollAddresses({ clock, onChange });
  if (libc === undefined) return new Watch(look(), false);
  let news = newsOfNow();
  const lookFrom = (error: NodeJS.ErrnoException): Disposable => {
    log.warn({ code: error.code }, "the kernel does not tell of its addresses; looking at them each second");
    return look();
  };
  try {
    const socket = openRouteSocket({
      libc,
      onMessage(message) {
        const event = news.take(message);
        if (event !== undefined) onChange(event);
      },
      onLoss() {
        news = newsOfNow();
        onChange({ kind: "unknown" });
      },
      onFailure(error) {
        watch.replace(lookFrom(error), false);
        onChange({ kind: "unknown" });
      },
    });
    const watch = new Watch(socket, true);
    news = newsOfNow(); // after it listens, so that nothing gets lost between the two
    return watch;
  } catch (error) {
    return new Watch(lookFrom(error as NodeJS.ErrnoException), false);
  }
}

function newsOfNow(): AddressNews {
  return new AddressNews(localAddresses().map(({ address }) => address.replace(/%.*/, "")));
}

class Watch implements AddressWatch {
  #inner: Disposable;
  #isTold: boolean;

  constructor(inner: Disposable, isTold: boolean) {
    this.#inner = inner;
    this.#isTold = isTold;
  }

  get isTold(): boolean {
    return this.#isTold;
  }

  replace(inner: Disposable, isTold: boolean): void {
    this.#inner[Symbol.dispose]();
    this.#inner = inner;
    this.#isTold = isTold;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#inner[Symbol.dispose]();
  }
}
