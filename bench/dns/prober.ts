/**
 * A small client of its own process: asks at a steady rate, has the server reload after a second, and goes on
 * until the new content has been answered for a second. Writes one line of JSON, a `ProbeReport`.
 *
 * `node prober.ts '{"port":…,"zone":…,"names":…,"serial":…,"pid":…}'`
 */
import { createSocket } from "node:dgram";
import { setPriority } from "node:os";
import { soaQuery } from "../name-servers.ts";
import { hostLabel } from "../zone-files.ts";
import { longestGap } from "./gaps.ts";

export interface ProbeOrder {
  readonly port: number;
  readonly zone: string;
  /** Names of the zone, as `hostsZone` makes them. */
  readonly names: number;
  /** Of the content that is expected after the reload. */
  readonly serial: number;
  /** Who gets the SIGHUP. */
  readonly pid: number;
}

export interface ProbeReport {
  readonly sent: number;
  readonly lost: number;
  /** Answers with another response code than NOERROR. */
  readonly failed: number;
  /** Longest time without an answer before the reload, and from the reload to the end. */
  readonly calmGapMs: number;
  readonly reloadGapMs: number;
  /** Longest time in which this client did not get to do anything, of both. */
  readonly clientStallMs: number;
  /** From the reload to the first answer with the new serial; undefined when none came. */
  readonly visibleMs?: number;
}

const perSecond = 2_000;
/** One in so many questions is for the SOA. */
const serialEvery = 20;
const calmMs = 1_000;
/** So long the new content may take to come. */
const patienceMs = 60_000;
const lastAnswersMs = 1_000;

function probe({ port, zone, names, serial, pid }: ProbeOrder): void {
  const socket = createSocket("udp4");
  const host = soaQuery(`${hostLabel(0)}.${zone}`, 0);
  host.writeUInt16BE(1, host.length - 4); // type A
  const soa = soaQuery(zone, 0);
  const waiting = new Uint8Array(65_536);
  const answers: number[] = [];
  const ticks: number[] = [];
  const startedMs = performance.now();
  let [sent, lost, failed] = [0, 0, 0];
  let reloadedMs: number | undefined;
  let visibleAtMs: number | undefined;
  let endedMs: number | undefined;

  const ask = (): void => {
    const id = sent & 0xffff;
    if (waiting[id] === 1) lost++; // for 32 s
    waiting[id] = 1;
    const query = id % serialEvery === 0 ? soa : host;
    query.writeUInt16BE(id, 0);
    if (query === host) host.write(hostLabel((sent * 7_919) % names), 13, "latin1");
    socket.send(Buffer.from(query), port, "127.0.0.1");
    sent++;
  };

  socket.on("message", (message) => {
    const now = performance.now();
    const id = message.readUInt16BE(0);
    if (waiting[id] === 0) return;
    waiting[id] = 0;
    answers.push(now);
    if ((message[3]! & 15) !== 0) failed++;
    else if (id % serialEvery === 0 && reloadedMs !== undefined && visibleAtMs === undefined) {
      if (serialOf(message) === serial) visibleAtMs = now;
    }
  });

  const timer = setInterval(() => {
    const now = performance.now();
    ticks.push(now);
    if (endedMs === undefined) {
      const due = Math.floor(((now - startedMs) * perSecond) / 1_000);
      while (sent < due) ask();
    }
    if (reloadedMs === undefined && now - startedMs >= calmMs) {
      reloadedMs = now;
      process.kill(pid, "SIGHUP");
    }
    if (reloadedMs === undefined) return;
    const seenForMs = visibleAtMs === undefined ? 0 : now - visibleAtMs;
    if (endedMs === undefined && (seenForMs >= calmMs || now - reloadedMs >= patienceMs)) endedMs = now;
    if (endedMs === undefined || now - endedMs < lastAnswersMs) return;
    clearInterval(timer);
    socket.close();
    for (const one of waiting) lost += one;
    const report: ProbeReport = {
      sent,
      lost,
      failed,
      calmGapMs: longestGap(answers, startedMs + calmMs / 10, reloadedMs),
      reloadGapMs: longestGap(answers, reloadedMs, endedMs),
      clientStallMs: longestGap(ticks, startedMs + calmMs / 10, endedMs),
      ...(visibleAtMs === undefined ? {} : { visibleMs: visibleAtMs - reloadedMs }),
    };
    console.log(JSON.stringify(report));
  }, 1);
}

/** The serial of a SOA answer: the 20 octets at its end are serial, refresh, retry, expire, minimum. */
function serialOf(message: Buffer): number | undefined {
  const question = message.indexOf(0, 12) + 5;
  if (message.readUInt16BE(6) !== 1 || message.length < question + 12) return undefined;
  const length = message.readUInt16BE(question + 10);
  return message.readUInt32BE(question + 12 + length - 20);
}

try {
  setPriority(-15); // dnsperf has the same core, and must not make this client late
} catch {
  // not allowed: the report says how late it was
}
probe(JSON.parse(process.argv[2]!) as ProbeOrder);
