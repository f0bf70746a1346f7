/**
 * Hosts that tell an update server a new address, one after the other on each of many connections; says in
 * JSON what came of it.
 *
 *     http-update-load.ts '{"port":8245,"zone":"ddns.example","hosts":512,"clients":64,"seconds":4,…}'
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { runAsLoad } from "../load-process.ts";
import { percentile } from "../statistics.ts";
import { addressOf } from "./bench-addresses.ts";
import { recordName } from "./site-lines.ts";
import { AnswerReader, codeOf, secretOf, updateRequest } from "./update-messages.ts";

export interface HttpUpdateOrder {
  readonly port: number;
  readonly zone: string;
  /** Of which each updates its own name; a client has every so-many-th of them. */
  readonly hosts: number;
  readonly clients: number;
  readonly seconds: number;
  /** Number of the first change; each host tells one before this begins, so that its secret is known. */
  readonly first: number;
}

export interface HttpUpdateReport {
  readonly good: number;
  /** Other answers, by what they say. */
  readonly others: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Number of the last change of each host that was answered `good`, and of the last that was sent. */
  readonly acknowledged: readonly number[];
  readonly sent: readonly number[];
}

/** What hosts tell, and what they were answered. */
class HostNotes {
  readonly acknowledged: number[];
  readonly sent: number[];
  readonly others: Record<string, number> = {};
  readonly latencies: number[] = [];
  good = 0;

  constructor(hosts: number, first: number) {
    this.acknowledged = Array.from({ length: hosts }, () => first - 1);
    this.sent = [...this.acknowledged];
  }

  answer(host: number, body: string): void {
    const code = codeOf(body);
    if (code === "good") {
      this.good++;
      this.acknowledged[host] = this.sent[host]!;
    } else this.others[code] = (this.others[code] ?? 0) + 1;
  }
}

class UpdateClient {
  private readonly socket: Socket;
  private readonly order: HttpUpdateOrder;
  private readonly notes: HostNotes;
  private readonly reader = new AnswerReader();
  private readonly hosts: readonly number[];
  private turn = 0;
  private sentMs = 0;
  private answered: ((body: string) => void) | undefined;
  private readonly gone = Promise.withResolvers<void>();

  constructor(
    order: HttpUpdateOrder,
    notes: HostNotes,
    { socket, client }: { socket: Socket; client: number },
  ) {
    this.order = order;
    this.notes = notes;
    this.socket = socket;
    const { hosts, clients } = order;
    this.hosts = Array.from({ length: hosts }, (_, host) => host).filter((host) => host % clients === client);
    socket.setNoDelay(true).setEncoding("latin1");
    socket.on("data", (part: string) => {
      for (const body of this.reader.take(part)) this.answered?.(body);
    });
    socket.on("error", () => {}); // the server is gone
    socket.on("close", () => this.gone.resolve());
  }

  /** Each host once, before anything counts: the server learns that their secrets are right. */
  async introduce(): Promise<void> {
    for (const host of this.hosts) {
      const body = await this.ask(host, this.order.first);
      if (codeOf(body) !== "good") throw new Error(`host ${host} was answered: ${body}`);
      this.notes.sent[host] = this.order.first;
      this.notes.acknowledged[host] = this.order.first;
    }
  }

  /** Resolves when the time is over and nothing is under way, or the server has gone. */
  run(endMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.answered = (body) => {
      this.notes.latencies.push(performance.now() - this.sentMs);
      this.notes.answer(this.hosts[this.turn]!, body);
      this.turn = (this.turn + 1) % this.hosts.length;
      if (performance.now() < endMs) this.send();
      else resolve();
    };
    this.send();
    return Promise.race([promise, this.gone.promise]);
  }

  close(): void {
    this.socket.destroy();
  }

  private send(): void {
    const host = this.hosts[this.turn]!;
    const change = this.notes.sent[host]! + 1;
    this.notes.sent[host] = change;
    this.sentMs = performance.now();
    this.socket.write(this.requestOf(host, change));
  }

  private async ask(host: number, change: number): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    this.answered = resolve;
    this.socket.write(this.requestOf(host, change));
    void this.gone.promise.then(() => reject(new Error("the server closed the connection")));
    return await promise;
  }

  private requestOf(host: number, change: number): string {
    const name = recordName(host, this.order.zone);
    return updateRequest({ name, secret: secretOf(host), address: addressOf(change) });
  }
}

/** Each from an address of its own, as hosts elsewhere have them. */
async function connectFrom(client: number, port: number): Promise<Socket> {
  const localAddress = `127.18.${client >> 8}.${client & 255}`;
  const socket = connect({ host: "127.0.0.1", port, localAddress });
  await once(socket, "connect");
  return socket;
}

const order = JSON.parse(process.argv[2]!) as HttpUpdateOrder;
/** The server refuses more secrets than it can verify in two seconds. */
const introducedAtOnce = 32;
/** For answers that are there but not read yet when this is to end at once. */
const lastAnswersMs = 50;

await runAsLoad<HttpUpdateReport>(async () => {
  const notes = new HostNotes(order.hosts, order.first);
  const clients = await Promise.all(
    Array.from({ length: order.clients }, async (_, client) => {
      const socket = await connectFrom(client + 1, order.port);
      return new UpdateClient(order, notes, { socket, client });
    }),
  );
  for (let at = 0; at < clients.length; at += introducedAtOnce) {
    await Promise.all(clients.slice(at, at + introducedAtOnce).map((client) => client.introduce()));
  }
  const run = async (): Promise<HttpUpdateReport> => {
    const startMs = performance.now();
    await Promise.all(clients.map((client) => client.run(startMs + order.seconds * 1000)));
    const seconds = (performance.now() - startMs) / 1000;
    for (const client of clients) client.close();
    const { good, others, acknowledged, sent } = notes;
    const latencies = notes.latencies.sort((one, other) => one - other);
    const [p50Ms, p99Ms] = [percentile(latencies, 0.5), percentile(latencies, 0.99)];
    return { good, others, seconds, p50Ms, p99Ms, acknowledged, sent };
  };
  const finish = (): void =>
    void delay(lastAnswersMs).then(() => {
      for (const client of clients) client.close();
    });
  return { run, finish };
});
