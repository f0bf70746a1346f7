/** `homeport query`, from the words to the exit code. */
import { randomInt } from "node:crypto";
import { lookup } from "node:dns/promises";
import { open } from "node:fs/promises";
import { type CommandCall, ExitCode } from "#contracts/command.ts";
import { askTcp, askUdp, NoAnswer } from "#platform/dns-query/ask.ts";
import { formatEndpoint } from "#platform/listen/endpoint.ts";
import { Rcode } from "#protocols/dns/registry.ts";
import { answerJson, answerText, shortText } from "./answer-text.ts";
import { type Exchanged, type ExchangePorts, exchange } from "./exchange.ts";
import { limits } from "./limits.ts";
import { parseRequest, type QueryRequest, UsageError } from "./request.ts";
import { chooseServer, type ServerPorts } from "./server-choice.ts";

export type QueryPorts = ExchangePorts & Omit<ServerPorts, "api">;

export const machinePorts: QueryPorts = {
  askUdp,
  askTcp,
  randomId: () => randomInt(0x10000), // RFC 5452 §9.2: not to be guessed
  nowMs: () => performance.now(),
  readResolvConf,
  lookUp,
};

export async function runQuery(call: CommandCall, ports: QueryPorts = machinePorts): Promise<ExitCode> {
  const { terminal } = call;
  try {
    return await answerCall(parseRequest(call), call, ports);
  } catch (error) {
    if (!(error instanceof UsageError) && !(error instanceof NoAnswer)) throw error;
    const isUsage = error instanceof UsageError;
    const code = isUsage ? "HP_USAGE" : "HP_NO_ANSWER";
    if (call.json) terminal.print(JSON.stringify({ error: { code, message: error.message } }, undefined, 2));
    else terminal.printError(`homeport: ${error.message}`);
    return isUsage ? ExitCode.usage : ExitCode.failed;
  }
}

async function answerCall(request: QueryRequest, call: CommandCall, ports: QueryPorts): Promise<ExitCode> {
  const { terminal } = call;
  const { server, note } = await chooseServer(request.server, request.port, { ...ports, api: call.api });
  if (note !== undefined) terminal.printError(note);
  const exchanged = await exchange(request.query, { ...request.plan, server }, ports).catch(
    (error: unknown) => {
      throw error instanceof NoAnswer ? new NoAnswer(`${formatEndpoint(server)} ${error.message}`) : error;
    },
  );
  if (call.json) {
    terminal.print(JSON.stringify(answerJson(exchanged, server), undefined, 2));
  } else {
    for (const sentence of exchanged.notes) terminal.printError(sentence);
    if (exchanged.message.isTruncated)
      terminal.printError("the answer was cut to fit; all of it comes by --tcp");
    const text = request.isShort ? shortText(exchanged) : answerText(exchanged, server);
    if (text !== "") terminal.print(text);
  }
  return exitCodeOf(exchanged);
}

function exitCodeOf({ message: { rcode } }: Exchanged): ExitCode {
  if (rcode === Rcode.NXDOMAIN) return ExitCode.notFound;
  return rcode === Rcode.NOERROR ? ExitCode.ok : ExitCode.failed;
}

async function readResolvConf(): Promise<string | undefined> {
  try {
    await using file = await open("/etc/resolv.conf");
    const { buffer, bytesRead } = await file.read(Buffer.alloc(limits.resolvConfOctetsMax));
    return buffer.toString("latin1", 0, bytesRead);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

async function lookUp(host: string): Promise<string> {
  try {
    return (await lookup(host)).address;
  } catch {
    throw new NoAnswer(`"${host}" has no address that this machine can find; write @ADDRESS`);
  }
}
