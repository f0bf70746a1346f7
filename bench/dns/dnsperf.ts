/** Runs dnsperf and reads what it says. */
import { readFileSync, rmSync } from "node:fs";
import type { ProcessGroup } from "../process-group.ts";
import type { Workplace } from "../workplace.ts";

/** Clients, and questions that wait for an answer at a time: enough to keep any server busy. */
const clients = 20;
const outstanding = 200;
/** After this, an answer counts as lost. */
const timeoutSeconds = 1;

export interface Load {
  readonly port: number;
  /** File with a question a line. */
  readonly questions: string;
  readonly seconds: number;
  /** As `taskset -c` reads them. */
  readonly cores: string;
  readonly transport: "udp" | "tcp";
  /** EDNS with the DO bit. */
  readonly dnssecOk: boolean;
  /** Default: as many as the server answers. */
  readonly queriesPerSecond?: number;
  /** Have each latency written down, which costs dnsperf about a tenth of its speed. */
  readonly eachLatency?: boolean;
}

export interface Statistics {
  readonly sent: number;
  readonly answered: number;
  readonly lost: number;
  readonly seconds: number;
  /** Mean size of a response. */
  readonly responseOctets: number;
  /** How many answers had which response code. */
  readonly rcodes: ReadonlyMap<string, number>;
}

export interface LoadResult extends Statistics {
  /** Seconds, ascending; empty without `eachLatency`. */
  readonly latencies: Float64Array;
}

/** A dnsperf under way. */
export interface RunningLoad {
  readonly group: ProcessGroup;
  /** Throws when dnsperf fails. */
  result(): Promise<LoadResult>;
}

export function startLoad(place: Workplace, load: Load): RunningLoad {
  const output = place.openOutput("load");
  const { file, descriptor } = output;
  const group = place.start(["dnsperf", ...loadArguments(load)], { cores: load.cores, stdout: descriptor });
  output.close();
  const result = async (): Promise<LoadResult> => {
    const code = await group.end();
    await place.end(group);
    const text = readFileSync(file, "latin1");
    rmSync(file);
    if (code !== 0 || !/^Statistics:/m.test(text)) {
      throw new Error(`dnsperf ended with ${code}: ${group.errors.trim() || text.slice(-500)}`);
    }
    return { ...parseStatistics(text), latencies: load.eachLatency ? parseLatencies(text) : noLatencies };
  };
  return { group, result };
}

export async function runLoad(place: Workplace, load: Load): Promise<LoadResult> {
  return await startLoad(place, load).result();
}

const noLatencies = new Float64Array(0);

function loadArguments(load: Load): string[] {
  const { port, questions, seconds, transport, dnssecOk, queriesPerSecond, eachLatency } = load;
  const server = ["-s", "127.0.0.1", "-p", String(port), "-m", transport, "-d", questions];
  const amount = ["-T", "1", "-c", String(clients), "-q", String(outstanding), "-t", String(timeoutSeconds)];
  const words = [...server, ...amount, "-l", String(seconds)];
  if (dnssecOk) words.push("-D");
  if (queriesPerSecond !== undefined) words.push("-Q", String(Math.max(1, Math.round(queriesPerSecond))));
  if (eachLatency) words.push("-v");
  return words;
}

/** What dnsperf says at its end. Throws when a number is missing. */
export function parseStatistics(text: string): Statistics {
  const end = text.slice(Math.max(0, text.search(/^Statistics:/m)));
  const number = (name: string, pattern: RegExp): number => {
    const found = pattern.exec(end)?.[1];
    if (found === undefined) throw new Error(`dnsperf says no "${name}":\n${end.slice(0, 1000)}`);
    return Number(found);
  };
  const codes = /Response codes:\s*(.*)/.exec(end)?.[1] ?? "";
  return {
    sent: number("Queries sent", /Queries sent:\s*(\d+)/),
    answered: number("Queries completed", /Queries completed:\s*(\d+)/),
    lost: number("Queries lost", /Queries lost:\s*(\d+)/),
    seconds: number("Run time", /Run time \(s\):\s*([\d.]+)/),
    responseOctets: number("Average packet size", /Average packet size:.*response (\d+)/),
    rcodes: new Map([...codes.matchAll(/(\w+) (\d+) \(/g)].map(([, code, count]) => [code!, Number(count)])),
  };
}

/** From lines such as `> NOERROR www.example.net A 0.000279`: seconds, ascending. `> T …` was lost. */
export function parseLatencies(text: string): Float64Array {
  const latencies: number[] = [];
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf("\n", at);
    if (end === -1) break;
    if (text.startsWith("> ", at) && !text.startsWith("> T ", at) && !text.startsWith("> I ", at)) {
      latencies.push(Number(text.slice(text.lastIndexOf(" ", end) + 1, end)));
    }
    at = end + 1;
  }
  return Float64Array.from(latencies).sort();
}
