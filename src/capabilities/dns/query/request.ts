/** The words and options of `homeport query` as a query. Words may stand in any order, as dig takes them. */
import { domainToASCII } from "node:url";
import type { CommandCall } from "#contracts/command.ts";
import { nsid } from "#protocols/dns/edns.ts";
import { type Message, type Question, queryMessage } from "#protocols/dns/message.ts";
import { type Name, NameError, parseName } from "#protocols/dns/name.ts";
import { classFromMnemonic, RRClass, RRType, typeFromMnemonic } from "#protocols/dns/registry.ts";
import { reverseName } from "#protocols/dns/reverse-name.ts";
import type { ExchangePlan } from "./exchange.ts";
import { limits } from "./limits.ts";

export interface QueryRequest {
  readonly query: Message;
  /** As written behind the @; undefined: the server that this machine would ask. */
  readonly server: string | undefined;
  readonly port: number;
  readonly plan: Omit<ExchangePlan, "server">;
  readonly isShort: boolean;
}

/** The command line is wrong; the message says what to write. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export function parseRequest({
  arguments: given,
  options,
}: Pick<CommandCall, "arguments" | "options">): QueryRequest {
  const words = [given["words"] ?? []].flat();
  const servers = words.filter((word) => word.startsWith("@"));
  if (servers.length > 1)
    throw new UsageError(`${servers.join(" ")}: one server at a time; leave out all but one`);
  if (options["tcp"] === true && options["udp"] === true)
    throw new UsageError("--tcp and --udp exclude each other");
  const question = parseQuestion(
    words.filter((word) => !word.startsWith("@")),
    options,
  );
  return {
    query: queryMessage({
      id: 0,
      question,
      recursionDesired: options["no-recurse"] !== true,
      ...ednsOf(options),
    }),
    server: servers[0]?.slice(1),
    port: numberOption(options, "port", { from: 1, to: 65_535, otherwise: 53 }),
    plan: {
      transport: options["tcp"] === true ? "tcp" : options["udp"] === true ? "udp" : "udp-then-tcp",
      timeoutMs: 1000 * secondsOption(options),
      tries: numberOption(options, "tries", { from: 1, to: limits.triesMax, otherwise: limits.triesDefault }),
    },
    isShort: options["short"] === true,
  };
}

function parseQuestion(words: readonly string[], options: CommandCall["options"]): Question {
  const rest = [...words];
  const reverse = options["reverse"];
  let name: Name | undefined;
  if (typeof reverse === "string") {
    name = reverseName(reverse);
    if (name === undefined)
      throw new UsageError(`"${reverse}" is not an address; write -x 192.0.2.1 or -x 2001:db8::1`);
  }
  // The name comes first when there is a choice: "homeport query mx a" asks for the address of mx
  const mayTake = (): boolean => name !== undefined || rest.length > 1;
  const type = takeLast(rest, mayTake, typeFromMnemonic);
  const byWord = takeLast(rest, mayTake, classFromMnemonic);
  if (name === undefined) {
    const word = rest.shift();
    if (word === undefined) throw new UsageError("a name is missing; write homeport query www.example.com");
    name = parseNameWord(word);
  }
  if (rest.length > 0) {
    throw new UsageError(
      `"${rest[0]}" is neither a record type nor a class; write a type such as MX, or TYPE65`,
    );
  }
  if (type === RRType.AXFR || type === RRType.IXFR) {
    throw new UsageError("a zone transfer is many messages; write homeport zone show ZONE, or dig ZONE AXFR");
  }
  const otherwise = options["reverse"] === undefined ? RRType.A : RRType.PTR;
  return { name, type: type ?? otherwise, class: byWord ?? classOption(options) };
}

function takeLast(
  words: string[],
  mayTake: () => boolean,
  read: (word: string) => number | undefined,
): number | undefined {
  const at = words.findLastIndex((word) => read(word) !== undefined);
  return at === -1 || !mayTake() ? undefined : read(words.splice(at, 1)[0]!);
}

function parseNameWord(word: string): Name {
  const ascii = /^[\0-\x7f]*$/.test(word) ? word : domainToASCII(word);
  try {
    return parseName(ascii);
  } catch (error) {
    if (error instanceof NameError)
      throw new UsageError(`${error.message}; write a name such as www.example.com`);
    throw error;
  }
}

function ednsOf(options: CommandCall["options"]): Pick<Message, "edns"> {
  if (options["no-edns"] === true) {
    const needed = ["dnssec", "nsid", "buffer-size"].find((name) => options[name] !== undefined);
    if (needed !== undefined) throw new UsageError(`--${needed} needs EDNS; leave out --no-edns`);
    return {};
  }
  const udpSize = numberOption(options, "buffer-size", {
    from: limits.bufferSizeMin,
    to: limits.bufferSizeMax,
    otherwise: limits.bufferSizeDefault,
  });
  const asked = options["nsid"] === true ? [nsid()] : [];
  return { edns: { udpSize, version: 0, dnssecOk: options["dnssec"] === true, options: asked } };
}

function classOption(options: CommandCall["options"]): number {
  const text = options["class"];
  if (typeof text !== "string") return RRClass.IN;
  const rrClass = classFromMnemonic(text);
  if (rrClass === undefined) throw new UsageError(`"${text}" is not a class; write IN, CH, HS or CLASS123`);
  return rrClass;
}

function secondsOption(options: CommandCall["options"]): number {
  const text = options["timeout"];
  if (typeof text !== "string") return limits.timeoutSecondsDefault;
  const seconds = /^\d{1,3}(?:\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (seconds > 0 && seconds <= limits.timeoutSecondsMax) return seconds;
  throw new UsageError(
    `--timeout ${text}: write seconds above 0, at most ${limits.timeoutSecondsMax}, such as 2 or 0.5`,
  );
}

function numberOption(
  options: CommandCall["options"],
  name: string,
  { from, to, otherwise }: { from: number; to: number; otherwise: number },
): number {
  const text = options[name];
  if (typeof text !== "string") return otherwise;
  const number = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (number < from || number > to)
    throw new UsageError(`--${name} ${text}: write a number from ${from} to ${to}`);
  return number;
}
