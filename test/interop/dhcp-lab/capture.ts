/** The DHCP messages on a switch, as tcpdump sees and reads them. */
import { setTimeout as pass } from "node:timers/promises";
import { until } from "../lab-tools.ts";
import type { Switch } from "./lab.ts";

export interface SeenMessage {
  /** `Discover`, `Offer`, `Request`, `ACK`, `NACK`, `Decline`, `Release`, `Inform`. */
  readonly type: string;
  /** IPv4 addresses of the datagram. */
  readonly from: string;
  readonly to: string;
  readonly clientMac: string | undefined;
  /** ciaddr, yiaddr, giaddr; undefined when 0.0.0.0. */
  readonly clientAddress: string | undefined;
  readonly yourAddress: string | undefined;
  readonly relayAddress: string | undefined;
  /** By code, as tcpdump prints them. */
  readonly options: ReadonlyMap<number, string>;
  /** The whole report. */
  readonly text: string;
}

export interface Capture {
  readonly messages: () => readonly SeenMessage[];
  /** Resolves with the first message from number `from` on that will do. */
  readonly message: (
    what: string,
    which: (message: SeenMessage) => boolean,
    options?: { readonly from?: number; readonly withinMs?: number },
  ) => Promise<SeenMessage>;
}

export async function captureDhcp({ onlooker }: Switch): Promise<Capture> {
  const words = ["-l", "-n", "-v", "-i", "lan0", "udp port 67 or udp port 68"];
  const program = onlooker.start("tcpdump", words);
  await until("tcpdump listens", () => program.log().includes("listening on") || undefined, {
    told: program.log,
  });
  const messages = () => messagesIn(program.log());
  return {
    messages,
    message(what, which, { from = 0, withinMs = 15_000 } = {}) {
      const told = () => messages().map(briefly).join("\n");
      const find = () => messages().slice(from).find(which);
      const attempt = async () => {
        if (find() === undefined) return undefined;
        await pass(50); // its report may have come in part
        return find();
      };
      return until(what, attempt, { withinMs, told });
    },
  };
}

/** One line about a message, for people. */
export function briefly({ type, from, to, clientMac, clientAddress, yourAddress }: SeenMessage): string {
  return `${type} ${from} > ${to} of ${clientMac} ciaddr ${clientAddress} yiaddr ${yourAddress}`;
}

function messagesIn(text: string): readonly SeenMessage[] {
  // Each report begins with the time, at the line's begin; all its other lines are indented.
  return text
    .split(/^(?=\d\d:\d\d:\d\d\.)/m)
    .map(messageIn)
    .filter((message) => message !== undefined);
}

function messageIn(text: string): SeenMessage | undefined {
  const datagram = /^\s+([\d.]+)\.\d+ > ([\d.]+)\.\d+: BOOTP\/DHCP/m.exec(text);
  const fact = (name: string) => new RegExp(`^\\s+${name} (\\S+)$`, "m").exec(text)?.[1];
  const type = /DHCP-Message \(53\), length 1: (\S+)/.exec(text)?.[1];
  if (datagram === null || type === undefined) return undefined;
  const options = text.matchAll(/^\t {4}\S.*? \((\d+)\), length \d+:? ?(.*(?:\n\t {6}.*)*)/gm);
  return {
    type,
    from: datagram[1]!,
    to: datagram[2]!,
    clientMac: fact("Client-Ethernet-Address"),
    clientAddress: fact("Client-IP"),
    yourAddress: fact("Your-IP"),
    relayAddress: fact("Gateway-IP"),
    options: new Map(Array.from(options, ([, code, value]) => [Number(code), value!.trim()])),
    text,
  };
}
