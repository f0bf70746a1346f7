/**
 * A thread that answers DNS over UDP and does nothing else. It never returns to its event loop: messages of
 * control are taken between datagrams, when the generation says that there are some. So whoever asks after a
 * change was made gets an answer that knows of it.
 */
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { BatchedSocket, messageRoom } from "#platform/datagram/batched-socket.ts";
import { copyPeer, type DatagramPeer } from "#platform/datagram/datagram.ts";
import { isToldFault } from "#platform/datagram/fault-log.ts";
import { type Libc, loadLibc } from "#platform/datagram/libc.ts";
import { serveDatagrams } from "#platform/datagram/serve-datagrams.ts";
import { SharedDatagramCounters } from "#platform/datagram/shared-counters.ts";
import { localAddresses } from "#platform/listen/local-addresses.ts";
import { Opcode } from "#protocols/dns/registry.ts";
import { DropReason } from "../counters/layout.ts";
import { WorkerCounters } from "../counters/worker-counters.ts";
import { Engine, handOver } from "../engine/engine.ts";
import type { EngineSettings } from "../engine/engine-settings.ts";
import { QueryLog } from "../engine/query-log.ts";
import { Transport } from "../engine/transport.ts";
import { limits } from "../limits.ts";
import { OldMemory } from "../zones/old-memory.ts";
import { ZoneTableReceiver } from "../zones/zone-table-messages.ts";
import {
  type Defect,
  type HandedOver,
  type MessageFromWorker,
  type MessageToWorker,
  PoolWord,
  type WorkerSocket,
  type WorkerStart,
  WorkerWord,
} from "./worker-protocol.ts";

/**
 * The octet of a header that holds the opcode, its bits there, and whether it is a response. RFC 1035 §4.1.1.
 */
const opcodeAt = 2;
const opcodeBits = 0x78;
const opcodeShift = 3;
const responseBit = 0x80;

/** Until control sends others. */
const closedSettings: EngineSettings = {
  minimalResponses: "yes",
  minimalAny: true,
  udpPayloadOctets: limits.udpPayloadOctetsDefault,
  nsid: undefined,
  cookieSecret: undefined,
  rateLimit: undefined,
  chaos: {},
  queryLog: false,
  tcpKeepaliveTenths: 0,
};

class DnsWorker {
  private readonly pool: Int32Array;
  private readonly words: Int32Array;
  private readonly libc = requireLibc();
  private readonly room = messageRoom();
  private readonly received = new ZoneTableReceiver();
  private readonly engine: Engine;
  private readonly oldMemory = new OldMemory();
  /** Where the next call of `sockets` finds them; the batch under way goes on with those it has. */
  private sockets: readonly BatchedSocket[] = [];
  private ids: ReadonlyMap<BatchedSocket, number> = new Map();
  private generation = 0;
  private limitsToldMs = 0;
  /** Since the last look up from the sockets. */
  private hasReceived = false;
  /** Of the batch under way: its answers go out first, then control gets all of these at once. */
  private handedOver: HandedOver[] = [];

  constructor(start: WorkerStart) {
    this.pool = new Int32Array(start.pool);
    this.words = new Int32Array(start.words);
    const counters = new WorkerCounters(start.counters);
    this.engine = new Engine(this.received.table, closedSettings, Date.now, counters);
    this.engine.queryLog = new QueryLog((facts, sentence) =>
      tell({ kind: "log", level: "info", facts, sentence }),
    );
    this.engine.onRetired = () => this.takeMessages();
  }

  run(): void {
    const { counters } = this.engine;
    this.takeMessages();
    tell({ kind: "ready" });
    serveDatagrams({
      libc: this.libc,
      sockets: () => this.sockets,
      waitMs: limits.workerWaitMs,
      onReceived: () => {
        this.hasReceived = true;
        this.takeMessages();
      },
      onDatagram: this.answer,
      onBatch: (messages, tookMs) => counters.batch(messages, tookMs * 1000),
      between: () => this.goesOn(),
    });
    this.answerWhatArrived();
  }

  /** Between two batches no socket is in use, so that control may close those that were taken away. */
  private goesOn(): boolean {
    const { words } = this;
    this.tellHandedOver();
    this.takeMessages();
    this.oldMemory.giveBack(!this.hasReceived);
    this.hasReceived = false;
    this.tellLimits();
    words[WorkerWord.beats]!++;
    if (words[WorkerWord.seen] !== this.generation) {
      Atomics.store(words, WorkerWord.seen, this.generation);
      Atomics.notify(words, WorkerWord.seen);
    }
    return Atomics.load(words, WorkerWord.stop) === 0;
  }

  /**
   * Which networks are limited, and no longer are: now and then, since it is looked for in all that is
   * counted.
   */
  private tellLimits(): void {
    const { limiter } = this.engine;
    if (limiter === undefined || !limiter.isLimiting) return;
    const nowMs = Date.now();
    if (Math.abs(nowMs - this.limitsToldMs) < limits.rateLimitTellMs) return;
    this.limitsToldMs = nowMs;
    for (const event of limiter.events(nowMs)) tell({ kind: "rate-limit", event });
  }

  /** What had arrived when control said to stop. Each socket in turn, as long as there is time. */
  private answerWhatArrived(): void {
    const endMs = performance.now() + Atomics.load(this.words, WorkerWord.stop);
    let busy = this.sockets;
    while (busy.length > 0 && performance.now() < endMs) {
      busy = busy.filter((socket) => {
        const messages = socket.receive(false);
        socket.answerAll(this.answer);
        socket.flush();
        this.tellHandedOver();
        return messages > 0;
      });
    }
  }

  private readonly answer = (
    query: Uint8Array,
    length: number,
    peer: DatagramPeer,
    reply: Uint8Array,
    socket: BatchedSocket,
  ): number => {
    if (length > opcodeAt && isControls(query[opcodeAt]!)) {
      this.handOver(query, length, peer, socket);
      return 0;
    }
    const octets = this.engine.answer(query, length, peer.octets, Transport.udp, reply);
    if (octets !== handOver) return octets;
    this.handOver(query, length, peer, socket);
    return 0;
  };

  /**
   * Updates and notifications change zones, and only control does that; it has the keys, and makes transfers.
   */
  private handOver(query: Uint8Array, length: number, peer: DatagramPeer, socket: BatchedSocket): void {
    const { words } = this;
    if (Atomics.load(words, WorkerWord.handedOver) >= limits.handedOverMax) {
      words[WorkerWord.handOversRefused]!++;
      this.engine.counters.drop(DropReason.overCapacity);
      return;
    }
    Atomics.add(words, WorkerWord.handedOver, 1);
    this.engine.counters.drop(DropReason.handedOver);
    const id = this.ids.get(socket)!;
    this.handedOver.push({ socket: id, peer: copyPeer(peer), query: query.slice(0, length) });
  }

  private tellHandedOver(): void {
    if (this.handedOver.length === 0) return;
    tell({ kind: "handed-over", queries: this.handedOver });
    this.handedOver = [];
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
      case "settings":
        this.engine.configure(message.settings);
        break;
      case "zones":
        this.received.take(message.message);
        this.engine.zones = this.received.table; // also lets go of what was made of images that are no more
        this.oldMemory.letGo();
        break;
      case "sockets":
        this.serve(message.sockets);
        break;
      case "addresses":
        this.engine.refreshAddresses(localAddresses());
        break;
      case "fail":
        this.fail(message.how);
    }
  }

  private serve(sockets: readonly WorkerSocket[]): void {
    const known = new Map(Array.from(this.ids, ([socket, id]) => [id, socket]));
    const ids = new Map<BatchedSocket, number>();
    for (const socket of sockets) ids.set(known.get(socket.id) ?? this.socketOf(socket), socket.id);
    this.ids = ids;
    this.sockets = [...ids.keys()];
  }

  private socketOf({ descriptor, counters }: WorkerSocket): BatchedSocket {
    return new BatchedSocket({
      libc: this.libc,
      descriptor,
      room: this.room,
      counters: new SharedDatagramCounters(counters),
      onFault: (error, count) => {
        if (isToldFault(count)) tellFault(error, count);
      },
    });
  }

  private fail(how: Defect): void {
    tell({ kind: "log", level: "warn", facts: { how }, sentence: "a test has this worker fail" });
    switch (how) {
      case "throw":
        throw new Error("told to fail");
      case "loop for ever":
        for (;;);
      case "throw in a query":
        this.engine.answer = () => {
          delete (this.engine as Partial<Engine>).answer; // leaves the class's own
          throw new Error("told to fail once");
        };
    }
  }
}

/** A NOTIFY or UPDATE, and not the response to one. */
function isControls(octet: number): boolean {
  const opcode = (octet & (opcodeBits | responseBit)) >>> opcodeShift;
  return opcode === Opcode.NOTIFY || opcode === Opcode.UPDATE;
}

function requireLibc(): Libc {
  const { libc, missing } = loadLibc();
  if (libc === undefined) throw new Error(`no FFI in a worker: ${missing}`);
  return libc;
}

function tellFault(error: unknown, count: number): void {
  const facts = { error: error instanceof Error ? error.stack : String(error), count };
  tell({ kind: "log", level: "error", facts, sentence: "answering a query failed" });
}

function tell(message: MessageFromWorker): void {
  parentPort!.postMessage(message);
}

new DnsWorker(workerData as WorkerStart).run();
