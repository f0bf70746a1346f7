/**
 * Asks a DHCP server as a relay would, one DISCOVER after the other, and prints what it offers as JSON:
 * `node dhcp-import-asker.ts '{"server": …, "relay": …, "ask": …, "questions": […]}'`
 */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { MessageType, OptionCode } from "#protocols/dhcp4/codes.ts";
import { type Dhcp4Message, readDhcp4, writeDhcp4 } from "#protocols/dhcp4/message.ts";
import { formatOption } from "#protocols/dhcp4/option-value.ts";
import { ipv4ToText, parseIpv4 } from "#protocols/dns/fields/addresses.ts";

export interface AskerQuestion {
  readonly name: string;
  readonly mac: string;
  /** By code, in hexadecimal. */
  readonly options?: Readonly<Record<string, string>>;
  /** How often at most; fewer than usual where no answer is expected. */
  readonly tries?: number;
}

export interface AskerOrder {
  readonly server: string;
  /** This machine's address. */
  readonly relay: string;
  /** Codes that are asked for. */
  readonly ask: readonly number[];
  readonly questions: readonly AskerQuestion[];
}

export interface AskerAnswer {
  readonly address: string;
  /** Empty where there is none. */
  readonly nextServer: string;
  readonly serverName: string;
  readonly file: string;
  /** Those asked for, as text, by code. */
  readonly options: Readonly<Record<string, string>>;
}

/** A server that has just started looks for others first. */
const triesUsual = 8;
const waitMs = 1_000;

/** By the question's name; null: nobody answers. */
async function ask({ server, relay, ask: codes, questions }: AskerOrder) {
  const socket = createSocket("udp4");
  socket.bind(67, relay);
  await once(socket, "listening");
  const answers: Record<string, AskerAnswer | null> = {};
  for (const [index, question] of questions.entries()) {
    answers[question.name] = null;
    for (
      let attempt = 0;
      attempt < (question.tries ?? triesUsual) && answers[question.name] === null;
      attempt++
    ) {
      const transactionId = 0x1000 + index;
      const reply = answerTo(transactionId);
      socket.send(discover(question, transactionId, relay, codes), 67, server);
      const message = await reply;
      if (message !== undefined) answers[question.name] = answerOf(message, codes);
    }
    if (index === 0 && answers[question.name] === null) break; // nobody is there
  }
  socket.close();
  return answers;

  function answerTo(transactionId: number): Promise<Dhcp4Message | undefined> {
    return new Promise((resolve) => {
      const end = (message: Dhcp4Message | undefined): void => {
        socket.off("message", take);
        clearTimeout(late);
        resolve(message);
      };
      const take = (octets: Buffer): void => {
        const message = readDhcp4(octets);
        const type = message.options.get(OptionCode.messageType)?.[0];
        if (message.transactionId === transactionId && type === MessageType.OFFER) end(message);
      };
      const late = setTimeout(() => end(undefined), waitMs);
      socket.on("message", take);
    });
  }
}

function discover(
  { mac, options = {} }: AskerQuestion,
  transactionId: number,
  relay: string,
  codes: readonly number[],
): Uint8Array {
  const into = new Uint8Array(1500);
  const nothing = new Uint8Array();
  const { octets } = writeDhcp4(
    {
      operation: 1,
      hardwareType: 1,
      hops: 1,
      transactionId,
      seconds: 10,
      flags: 0,
      clientAddress: 0,
      yourAddress: 0,
      serverAddress: 0,
      relayAddress: parseIpv4(relay),
      hardwareAddress: Uint8Array.fromHex(mac.replaceAll(":", "")),
      serverName: nothing,
      file: nothing,
      options: [
        { code: OptionCode.messageType, data: Uint8Array.of(MessageType.DISCOVER) },
        { code: OptionCode.parameterRequestList, data: Uint8Array.from(codes) },
        ...Object.entries(options).map(([code, hex]) => ({
          code: Number(code),
          data: Uint8Array.fromHex(hex),
        })),
      ],
      octetsMax: 1472,
    },
    into,
  );
  return into.slice(0, octets);
}

function answerOf(message: Dhcp4Message, codes: readonly number[]): AskerAnswer {
  const asked = codes.flatMap((code) => {
    const octets = message.options.get(code);
    return octets === undefined ? [] : [[code, formatOption(code, octets)] as const];
  });
  return {
    address: ipv4ToText(message.yourAddress),
    nextServer: message.serverAddress === 0 ? "" : ipv4ToText(message.serverAddress),
    serverName: Buffer.from(message.serverName).toString("latin1"),
    file: Buffer.from(message.file).toString("latin1"),
    options: Object.fromEntries(asked),
  };
}

if (process.argv[2] !== undefined && process.argv[1] === import.meta.filename)
  console.log(JSON.stringify(await ask(JSON.parse(process.argv[2]) as AskerOrder)));
