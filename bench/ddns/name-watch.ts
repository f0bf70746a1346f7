/**
 * Asks a name server for many names, each until it has the address that it is to get; says in JSON when the
 * last one had it.
 *
 *     name-watch.ts '{"port":5300,"names":["host0000000.ddns.example"],"address":"198.18.0.1",…}'
 */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { hrtime } from "node:process";
import { runAsLoad } from "../load-process.ts";
import { addressQuestion, readAddressAnswer } from "./address-question.ts";
import { recordName } from "./site-lines.ts";

export interface WatchOrder {
  readonly port: number;
  readonly zone: string;
  /** The first so many, as `recordName` has them. */
  readonly names: number;
  readonly address: string;
  /** Before a name that has another address is asked for again. */
  readonly pauseMs: number;
  readonly patienceMs: number;
}

export interface WatchReport {
  /** Names that were seen with the address. */
  readonly seen: number;
  /** When the last one was, on the clock that all processes share: `hrtime`, in nanoseconds. */
  readonly lastNs: string;
  readonly questions: number;
}

/** Names that are asked for at once. */
const inFlight = 64;
/** A question or its answer is lost then. */
const answerMs = 250;

class NameWatch {
  seen = 0;
  lastNs = 0n;
  questions = 0;
  private next = 0;
  private readonly order: WatchOrder;
  private readonly socket: Socket;
  private readonly timers: (NodeJS.Timeout | undefined)[] = [];
  /** By the id of its question. */
  private readonly nameOf: (number | undefined)[] = [];
  private readonly done = Promise.withResolvers<void>();

  constructor(order: WatchOrder, socket: Socket) {
    this.order = order;
    this.socket = socket;
    socket.on("message", (octets) => this.take(octets));
    socket.on("error", () => {}); // nobody listens yet
  }

  async run(): Promise<void> {
    const patience = setTimeout(() => this.done.resolve(), this.order.patienceMs);
    for (let id = 0; id < inFlight; id++) this.begin(id);
    await this.done.promise;
    clearTimeout(patience);
    for (const timer of this.timers) clearTimeout(timer);
    this.socket.close();
  }

  finish(): void {
    this.done.resolve();
  }

  private begin(id: number): void {
    if (this.next >= this.order.names) return;
    this.nameOf[id] = this.next++;
    this.ask(id);
  }

  private ask(id: number): void {
    this.questions++;
    this.socket.send(addressQuestion(recordName(this.nameOf[id]!, this.order.zone), id));
    this.timers[id] = setTimeout(() => this.ask(id), answerMs);
  }

  private take(octets: Buffer): void {
    const { id, name, address } = readAddressAnswer(octets);
    const index = this.nameOf[id];
    // An answer that comes late is to a question whose place another one has taken
    if (index === undefined || name !== recordName(index, this.order.zone)) return;
    clearTimeout(this.timers[id]);
    if (address !== this.order.address) {
      this.timers[id] = setTimeout(() => this.ask(id), this.order.pauseMs);
      return;
    }
    this.nameOf[id] = undefined;
    this.seen++;
    this.lastNs = hrtime.bigint();
    if (this.seen === this.order.names) this.done.resolve();
    else this.begin(id);
  }
}

const order = JSON.parse(process.argv[2]!) as WatchOrder;

await runAsLoad<WatchReport>(async () => {
  const socket = createSocket("udp4");
  socket.connect(order.port, "127.0.0.1");
  await once(socket, "connect");
  const watch = new NameWatch(order, socket);
  const run = async (): Promise<WatchReport> => {
    await watch.run();
    return { seen: watch.seen, lastNs: String(watch.lastNs), questions: watch.questions };
  };
  return { run, finish: () => watch.finish() };
});
