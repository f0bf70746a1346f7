/** The addresses that rndc may connect to, as `dns.controls` has them. */
import type { ConfigProblem } from "#contracts/configuration.ts";
import { ConfigError } from "#contracts/configuration.ts";
import { formatEndpoint, parseListenEntry } from "#platform/listen/endpoint.ts";
import { expandListen, type LocalAddress } from "#platform/listen/local-addresses.ts";
import {
  type ControlAccess,
  type ControlCounters,
  ControlListener,
  type ControlPorts,
} from "./control-listener.ts";
import { limits } from "./limits.ts";

/** One entry of `dns.controls`, its lists and keys looked up. */
export interface ControlChannelSettings extends ControlAccess {
  /** Address and port; a wildcard stands for each address of the machine. */
  readonly listen: string;
}

/** Channels that are ready to take over from the present ones. */
export interface PreparedChannels {
  commit(): Promise<void>;
  discard(): Promise<void>;
}

export interface ChannelStatus extends Readonly<ControlCounters> {
  readonly address: string;
  /** Open now. */
  readonly connections: number;
  readonly malformed: number;
}

export class ControlChannels implements AsyncDisposable {
  readonly #ports: ControlPorts;
  /** By what the config asks for, such as 127.0.0.1:953. */
  #channels = new Map<string, ControlListener>();

  constructor(ports: ControlPorts) {
    this.#ports = ports;
  }

  get status(): readonly ChannelStatus[] {
    return [...this.#channels.values()].map(({ local, counters, stream }) => ({
      address: formatEndpoint(local),
      ...counters,
      connections: stream.connections,
      malformed: stream.counters.malformed,
    }));
  }

  /** The machine has others, for which the lists say localhost and localnets. */
  refreshAddresses(own: readonly LocalAddress[]): void {
    for (const { access } of this.#channels.values()) access.allow.refresh(own);
  }

  /**
   * Opens what is wanted beyond what is open, without closing or changing anything. Throws ConfigError, and
   * then nothing is open that was not before.
   */
  async prepare(settings: readonly ControlChannelSettings[]): Promise<PreparedChannels> {
    const wanted = wantedChannels(settings);
    const opened = new Map<string, ControlListener>();
    try {
      for (const [key, one] of wanted) {
        if (this.#channels.has(key)) continue;
        const opening = ControlListener.open(one.endpoint, one.access, this.#ports);
        const listener = await opening.catch((error: unknown) => leaveOut(one, error));
        if (listener !== undefined) opened.set(key, listener);
      }
    } catch (error) {
      await disposeAll(opened.values());
      throw error;
    }
    return {
      commit: async () => {
        const left = [...this.#channels].filter(([key]) => !wanted.has(key)).map(([, one]) => one);
        const kept = [...this.#channels].filter(([key]) => wanted.has(key));
        for (const [key, channel] of kept) channel.access = wanted.get(key)!.access;
        this.#channels = new Map([...kept, ...opened]);
        await disposeAll(left);
      },
      discard: () => disposeAll(opened.values()),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const channels = [...this.#channels.values()];
    this.#channels.clear();
    await disposeAll(channels);
  }
}

interface WantedChannel {
  readonly endpoint: ReturnType<typeof expandListen>[number];
  readonly access: ControlAccess;
  /** The operator has written the address, and not a wildcard that stands for it. */
  readonly named: boolean;
  readonly path: string;
}

function wantedChannels(settings: readonly ControlChannelSettings[]): ReadonlyMap<string, WantedChannel> {
  const wanted = new Map<string, WantedChannel>();
  for (const [index, { listen, ...access }] of settings.entries()) {
    const path = `dns.controls[${index}].listen`;
    const entry = parseListenEntry(listen, limits.port, path);
    for (const endpoint of expandListen([entry])) {
      const key = formatEndpoint(endpoint);
      const first = wanted.get(key);
      if (first !== undefined) {
        throw problem(path, `${key} is there twice, first as ${first.path}`, "remove one of them");
      }
      wanted.set(key, { endpoint, access, named: !entry.wildcard, path });
    }
  }
  return wanted;
}

/** Of a wildcard, an address may have gone just now; else the error says where in site.yaml it stands. */
function leaveOut({ named, path }: WantedChannel, error: unknown): undefined {
  if (!(error instanceof ConfigError)) throw error;
  if (!named && error.code === "HP_LISTEN_NOT_LOCAL") return undefined;
  throw new ConfigError(
    error.code,
    error.problems.map((one): ConfigProblem => ({ ...one, path })),
  );
}

function problem(path: string, what: string, remedy: string): ConfigError {
  return new ConfigError("HP_DNS_CONTROLS", [{ severity: "error", path, what, remedy }]);
}

async function disposeAll(list: Iterable<AsyncDisposable>): Promise<void> {
  await Promise.all([...list].map((one) => one[Symbol.asyncDispose]()));
}
