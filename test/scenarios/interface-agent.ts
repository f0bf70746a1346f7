/**
 * Speaks on the interfaces of the network namespace that it is run in. For each line that it reads, a JSON
 * object, it does one thing and prints what came of it as a line of JSON.
 */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { ConfigError } from "#contracts/configuration.ts";
import { openArpProber } from "#platform/datagram/arp-prober.ts";
import { openIcmpProber } from "#platform/datagram/icmp-prober.ts";
import { type InterfaceSocket, openInterfaceSocket } from "#platform/datagram/interface-socket.ts";
import { type NetworkInterface, readInterface, watchInterfaces } from "#platform/datagram/interfaces.ts";
import { loadLibc } from "#platform/datagram/libc.ts";
import { searchUdpAnswers } from "#platform/datagram/server-search.ts";
import { collectLog } from "#platform/log/collected-log.ts";
import { ipv4ToText, parseIpv4 } from "#protocols/dns/fields/addresses.ts";

/** Addresses are in text, hardware addresses in hex. */
export type AgentCommand =
  /** Opens an interface socket, and watches the interface. */
  | { readonly do: "open"; readonly on: string; readonly port: number; readonly answers?: number }
  | { readonly do: "close"; readonly on: string }
  | {
      readonly do: "send";
      readonly on: string;
      readonly to: string;
      readonly port: number;
      readonly text: string;
      readonly hardware?: string;
      /** How often, before they are given to the kernel. */
      readonly times?: number;
    }
  /** What has been heard and told till now, and what was counted. */
  | { readonly do: "heard" }
  /** Opens one of Node's own sockets, on all addresses. */
  | { readonly do: "bind"; readonly port: number }
  | { readonly do: "say"; readonly to: string; readonly port: number; readonly texts: readonly string[] }
  | { readonly do: "arp" | "icmp"; readonly on: string; readonly address: string; readonly waitMs: number }
  | { readonly do: "search"; readonly on: string; readonly waitMs: number; readonly answersMax?: number };

export interface Heard {
  readonly by: string;
  readonly text: string;
  readonly octets: number;
  readonly from: string;
  readonly to?: string;
}

export interface AgentState {
  readonly heard: readonly Heard[];
  /** Interfaces that were told to be gone, and what the watch saw of them. */
  readonly told: readonly string[];
  readonly counters: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly cpuSeconds: number;
}

const { libc, missing } = loadLibc();
if (libc === undefined) throw new Error(missing);
const heard: Heard[] = [];
const told: string[] = [];
const open = new Map<string, InterfaceSocket>();
const own = new Map<number, Socket>();

function interfaceNow(name: string): NetworkInterface {
  const found = readInterface(name);
  if (found === undefined) throw new Error(`no interface ${name}`);
  return found;
}

function watch(name: string): void {
  watchInterfaces({
    names: [name],
    onChange: ({ before, now }) =>
      void told.push(
        before === undefined ? `${name} came` : now === undefined ? `${name} went` : `${name} changed`,
      ),
  });
}

const watched = new Set<string>();

function openSocket({ on, port, answers = 0 }: AgentCommand & { do: "open" }): unknown {
  const found = interfaceNow(on);
  if (!watched.has(on)) watch(on);
  watched.add(on);
  const socket = openInterfaceSocket({
    libc: libc!,
    interface: found,
    port,
    log: collectLog().log,
    onDatagram(octets, length, { address, port: fromPort, to }) {
      const text = Buffer.from(octets.subarray(0, Math.min(length, 32))).toString();
      const from = `${ipv4ToText(address)}:${fromPort}`;
      heard.push({ by: on, text, octets: length, from, to: ipv4ToText(to) });
      const destination = { address, port: fromPort, from: found.addresses[0]!.address };
      for (let count = 0; count < answers; count++) socket.send(destination, octets, length);
    },
    onGone: () => void told.push(`${on} is gone`),
  });
  open.set(on, socket);
  return found.index;
}

function send({ on, to, port, text, hardware, times = 1 }: AgentCommand & { do: "send" }): unknown {
  const socket = open.get(on)!;
  const octets = new TextEncoder().encode(text);
  const destination = { address: parseIpv4(to), port, from: socket.interface.addresses[0]!.address };
  for (let count = 0; count < times; count++) {
    if (hardware === undefined) socket.send(destination, octets, octets.length);
    else {
      const hardwareAddress = Uint8Array.fromHex(hardware);
      socket.sendToHardware({ ...destination, hardwareAddress }, octets, octets.length);
    }
  }
  socket.flush();
  return null;
}

async function bind(port: number): Promise<unknown> {
  const socket = createSocket("udp4");
  socket.bind(port);
  await once(socket, "listening");
  socket.setBroadcast(true);
  socket.on("message", (octets, { address, port: fromPort }) => {
    const from = `${address}:${fromPort}`;
    heard.push({ by: `:${port}`, text: octets.subarray(0, 32).toString(), octets: octets.length, from });
  });
  own.set(port, socket);
  return null;
}

/** From the socket that was bound last. */
async function say(to: string, port: number, texts: readonly string[]): Promise<unknown> {
  const socket = [...own.values()].at(-1)!;
  await Promise.all(
    texts.map(
      (text) =>
        new Promise<void>((resolve, reject) =>
          socket.send(text, port, to, (error) => (error === null ? resolve() : reject(error))),
        ),
    ),
  );
  return null;
}

async function search({ on, waitMs, answersMax }: AgentCommand & { do: "search" }): Promise<unknown> {
  const answers = await searchUdpAnswers({
    libc: libc!,
    interface: interfaceNow(on),
    payload: new TextEncoder().encode("who serves?"),
    fromPort: 68,
    toPort: 67,
    waitMs,
    ...(answersMax !== undefined && { answersMax }),
  });
  return answers.map(({ from, hardwareAddress, octets }) => ({
    from: ipv4ToText(from),
    hardware: hardwareAddress.toHex(),
    text: new TextDecoder().decode(octets),
  }));
}

async function perform(command: AgentCommand): Promise<unknown> {
  switch (command.do) {
    case "open":
      return openSocket(command);
    case "close":
      await open.get(command.on)?.[Symbol.asyncDispose]();
      return open.delete(command.on);
    case "send":
      return send(command);
    case "heard": {
      const counters = Object.fromEntries([...open].map(([name, socket]) => [name, socket.counters]));
      const { user, system } = process.cpuUsage();
      return { heard, told, counters, cpuSeconds: (user + system) / 1e6 };
    }
    case "bind":
      return bind(command.port);
    case "say":
      return say(command.to, command.port, command.texts);
    case "arp": {
      await using prober = openArpProber({ libc: libc!, interface: interfaceNow(command.on) });
      const found = await prober.probe(parseIpv4(command.address), command.waitMs);
      return found?.toHex() ?? null;
    }
    case "icmp": {
      await using prober = openIcmpProber({ libc: libc!, interface: interfaceNow(command.on) });
      return (await prober.probe(parseIpv4(command.address), command.waitMs)) ?? null;
    }
    case "search":
      return search(command);
  }
}

for await (const line of createInterface(process.stdin)) {
  const result = await perform(JSON.parse(line) as AgentCommand).then(
    (value) => ({ value }),
    (error: unknown) => ({
      error: error instanceof ConfigError ? `${error.code} ${error.message}` : String(error),
    }),
  );
  console.log(JSON.stringify(result));
}
process.exit();
