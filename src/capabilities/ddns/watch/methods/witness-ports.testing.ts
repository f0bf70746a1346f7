/** For tests: ports of a machine that has what is given, and nothing else. */
import type { Server } from "#platform/dns-query/ask.ts";
import { WireError } from "#protocols/dns/wire.ts";
import type { Witness } from "../witness.ts";
import { CouldNotTell, type WitnessFacts } from "./bounded-witness.ts";
import type { OpenUdp, WitnessPorts } from "./witness-ports.ts";

/** What is not given is not to be used. */
export function portsWith(given: Partial<WitnessPorts>): WitnessPorts {
  const refuse = (name: string) => (): never => {
    throw new CouldNotTell(`uses ${name}, and should not`);
  };
  return {
    http: refuse("http"),
    askUdp: refuse("askUdp"),
    askTls: refuse("askTls"),
    askHttps: refuse("askHttps"),
    openUdp: refuse("openUdp"),
    searchUdp: refuse("searchUdp"),
    resolve: refuse("resolve"),
    runProgram: refuse("runProgram"),
    interfaces: () => ({}),
    readText: refuse("readText"),
    randomOctets: (count) => new Uint8Array(count).fill(0xa5),
    ...given,
  };
}

export const facts: WitnessFacts = { title: "one", operator: "one", isTrusted: false, pauseMsMin: 0 };

/** What a witness says of a family. */
export async function wordsOf(witness: Witness, family: "ipv4" | "ipv6" = "ipv4"): Promise<string> {
  const sighting = await witness.look(family, new AbortController().signal);
  if (sighting.kind === "address") return sighting.address;
  return `${sighting.why}${sighting.isUnwilling === true ? " (unwilling)" : ""}`;
}

export interface FakeUdp {
  readonly openUdp: OpenUdp;
  /** What was sent, and where to. */
  readonly sent: { readonly octets: Uint8Array; readonly to: Server }[];
  /** Conversations that have not been ended. */
  readonly open: Set<unknown>;
}

/** `answer`: the datagrams that come back to one. */
export function fakeUdp(
  local: Server,
  answer: (octets: Uint8Array) => readonly Uint8Array[] = () => [],
): FakeUdp {
  const sent: FakeUdp["sent"] = [];
  const open = new Set<unknown>();
  const openUdp: OpenUdp = async (to) => {
    const conversation = {
      local,
      send: (octets: Uint8Array) => void sent.push({ octets, to }),
      async exchange<Answer>(request: Uint8Array, read: (octets: Uint8Array) => Answer, signal: AbortSignal) {
        sent.push({ octets: request, to });
        for (const octets of answer(request)) {
          try {
            return read(octets);
          } catch (error) {
            if (!(error instanceof WireError)) throw error;
          }
        }
        const { promise, reject } = Promise.withResolvers<Answer>();
        signal.addEventListener("abort", () => reject(new CouldNotTell("is not waited for any longer")));
        return promise;
      },
      [Symbol.dispose]: () => void open.delete(conversation),
    };
    open.add(conversation);
    return conversation;
  };
  return { openUdp, sent, open };
}

/** /proc/net/route of a machine whose routers are these, the preferred one last. */
export function routeFile(...routers: readonly string[]): (path: string) => string {
  const head = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n";
  const hexOf = (address: string): string =>
    Uint8Array.from(address.split(".").map(Number)).reverse().toHex().toUpperCase();
  const lines = routers.map(
    (router, index) =>
      `eth${index}\t00000000\t${hexOf(router)}\t0003\t0\t0\t${900 - index}\t00000000\t0\t0\t0\n`,
  );
  const own = "eth0\t0000A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n";
  return (path) => {
    if (path !== "/proc/net/route") throw new Error(`${path} is not there`);
    return head + own + lines.join("");
  };
}
