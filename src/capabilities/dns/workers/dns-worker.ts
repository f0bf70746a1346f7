/**
 * A thread that answers DNS over UDP and does nothing else. It never returns to its event loop: messages of
 * control are taken between datagrams, when the generation says that there are some. So whoever asks after a
 * change was made gets an answer that knows of it.
 */
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { BatchedSocket, messageRoom } from "#platform/datagram/batched-socket.ts";
import { copyPeer, type DatagramPeer } from "#platform/datagram/datagram.ts";
import { type Libc, loadLibc } from "#platform/datagram/libc.ts";
import { serveDatagrams } from "#platform/datagram/serve-datagrams.ts";
import { SharedDatagramCounters } from "#platform/datagram/shared-counters.ts";
import { Engine, type EngineSettings, Transport } from "../engine/engine.ts";
import { limits } from "../limits.ts";
import { ZoneTable } from "../zones/zone-table.ts";
import {
  type MessageFromWorker,
  type MessageToWorker,
  PoolWord,
  type WorkerSocket,
  type WorkerStart,
  WorkerWord,
} from "./worker-protocol.ts";
import { zoneTableOf } from "./zones-for-workers.ts";

/** The octet of a header that holds the opcode, its bits there, and whether it is a response. RFC 1035 §4.1.1. */
const opcodeAt = 2;
const opcodeBits = 0x78;
const responseBit = 0x80;

/** Until control sends others. */
const closedSettings: EngineSettings = {
  minimalResponses: "yes",
  minimalAny: true,
  udpPayloadOctets: limits.udpPayloadOctetsDefault,
  nsid: undefined,
  cookieSecret: undefined,
  chaos: {},
  tcpKeepaliveTenths: 0,
};

class DnsWorker {
  private readonly pool: Int32Array;
  private readonly words: Int32Array;
  private readonly waitMs: number;
  private readonly libc = requireLibc();
  private readonly room = messageRoom();
  private readonly engine = new Engine(new ZoneTable([]), closedSettings, Date.now);
  /** Where the next call of `sockets` finds them; the batch under way goes on with those it has. */
  private sockets: readonly BatchedSocket[] = [];
  private serving: BatchedSocket | undefined;
  private generation = 0;

  constructor(start: WorkerStart) {
    this.pool = new Int32Array(start.pool);
    this.words = new Int32Array(start.words);
    this.waitMs = start.waitMs;
  }

  run(): void {
    this.takeMessages();
    tell({ kind: "ready" });
    serveDatagrams({
      libc: this.libc,
      sockets: () => this.sockets,
      waitMs: this.waitMs,
      onReceived: (socket) => {
        this.serving = socket;
        this.takeMessages();
      },
      onDatagram: (query, length, peer, reply) => this.answer(query, length, peer, reply),
      between: () => this.goesOn(),
    });
    this.answerWhatArrived();
  }

  /** Between two batches no socket is in use, so that control may close those that were taken away. */
  private goesOn(): boolean {
    const { words } = this;
    this.takeMessages();
    words[WorkerWord.beats]!++;
    if (words[WorkerWord.seen] !== this.generation) {
      Atomics.store(words, WorkerWord.seen, this.generation);
      Atomics.notify(words, WorkerWord.seen);
    }
    return Atomics.load(this.pool, PoolWord.stop) === 0;
  }

  /** What had arrived when control said to stop. */
  private answerWhatArrived(): void {
    for (const socket of this.sockets) {
      this.serving = socket;
      for (let batch = 0; batch < limits.batchesAtEndMax && socket.receive(false) > 0; batch++) {
        socket.answerAll((query, length, peer, reply) => this.answer(query, length, peer, reply));
        socket.flush();
      }
    }
  }

  private answer(query: Uint8Array, length: number, peer: DatagramPeer, reply: Uint8Array): number {
    if (length > opcodeAt && (query[opcodeAt]! & opcodeBits) !== 0) {
      if ((query[opcodeAt]! & responseBit) === 0) this.handOver(query, length, peer);
      return 0;
    }
    return this.engine.answer(query, length, peer.octets, Transport.udp, reply);
  }

  /** Updates and notifications change zones, and only control does that. */
  private handOver(query: Uint8Array, length: number, peer: DatagramPeer): void {
    const { words } = this;
    if (Atomics.load(words, WorkerWord.handedOver) >= limits.handedOverMax) {
      words[WorkerWord.handOversRefused]!++;
      return;
    }
    Atomics.add(words, WorkerWord.handedOver, 1);
    const { fd } = this.serving!.descriptor;
    tell({ kind: "handed-over", fd, peer: copyPeer(peer), query: query.slice(0, length) });
  }

  private takeMessages(): void {
    const generation = Atomics.load(this.pool, PoolWord.generation);
    if (generation === this.generation) return;
    for (;;) {
      const received = receiveMessageOnPort(parentPort!);
      if (received === undefined) break;
      this.take(received.message as MessageToWorker);
    }
    this.generation = generation;
  }

  private take(message: MessageToWorker): void {
    switch (message.kind) {
      case "state":
        this.engine.zones = zoneTableOf(message.zones);
        this.engine.configure(message.settings);
        break;
      case "sockets":
        this.sockets = message.sockets.map((socket) => this.socketOf(socket));
        break;
      case "fail":
        throw new Error("told to fail");
    }
  }

  private socketOf({ descriptor, counters }: WorkerSocket): BatchedSocket {
    const known = this.sockets.find((socket) => socket.descriptor.fd === descriptor.fd);
    if (known !== undefined) return known;
    return new BatchedSocket({
      libc: this.libc,
      descriptor,
      room: this.room,
      counters: new SharedDatagramCounters(counters),
      onFault: (error, count) => {
        if (isPowerOfTwo(count)) tellFault(error, count);
      },
    });
  }
}

function requireLibc(): Libc {
  const { libc, missing } = loadLibc();
  if (libc === undefined) throw new Error(`no FFI in a worker: ${missing}`);
  return libc;
}

/** The 1st, 2nd, 4th, 8th …: a query that trips us can be sent at line rate. */
function isPowerOfTwo(count: number): boolean {
  return (count & (count - 1)) === 0;
}

function tellFault(error: unknown, count: number): void {
  const facts = { error: error instanceof Error ? error.stack : String(error), count };
  tell({ kind: "log", level: "error", facts, sentence: "answering a query failed" });
}

function tell(message: MessageFromWorker): void {
  parentPort!.postMessage(message);
}

new DnsWorker(workerData as WorkerStart).run();
