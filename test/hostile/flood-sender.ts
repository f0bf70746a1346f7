/**
 * Sends random and mutated packets to a port of 127.0.0.1 as fast as the kernel takes them, until its input
 * ends, and prints how many: `flood-sender.ts PORT SEED`. From several sources, so that each worker gets its
 * share.
 */
import { type Descriptor, openDescriptor } from "#platform/datagram/descriptor.ts";
import { loadLibc } from "#platform/datagram/libc.ts";
import { header, messageFlag, socketAddress, vector } from "#platform/datagram/linux.ts";
import { writeSocketAddress } from "#platform/datagram/socket-address.ts";
import { quietLog } from "./quiet-log.ts";
import { seedQueries } from "./seed-queries.ts";

const sources = 8;
const batch = 64;
const octetsMax = 700;
/** Batches before the event loop sees whether the input has ended. */
const batchesPerTurn = 200;

const [port = 0, seed = 1] = process.argv.slice(2).map(Number);
const libc = loadLibc().libc!;
const random = xorshift(seed);
const seeds = seedQueries();

const room = new Uint8Array(new ArrayBuffer(batch * octetsMax));
const vectors = new DataView(new ArrayBuffer(batch * vector.octets));
const headers = new DataView(new ArrayBuffer(batch * header.octets));
const name = new DataView(new ArrayBuffer(socketAddress.slotOctets));
const nameOctets = writeSocketAddress(name, {
  family: 4,
  octets: Uint8Array.of(127, 0, 0, 1),
  port,
  scope: 0,
});
for (let at = 0; at < batch; at++) {
  const base = libc.addressOf(room.buffer) + BigInt(at * octetsMax);
  vectors.setBigUint64(at * vector.octets, base, true);
  const start = at * header.octets;
  headers.setBigUint64(start + header.name, libc.addressOf(name.buffer), true);
  headers.setUint32(start + header.nameLength, nameOctets, true);
  const vectorAddress = libc.addressOf(vectors.buffer) + BigInt(at * vector.octets);
  headers.setBigUint64(start + header.vectors, vectorAddress, true);
  headers.setBigUint64(start + header.vectorCount, 1n, true);
}

/** Small, and the same for the same seed. */
function xorshift(start: number): (below: number) => number {
  let state = start >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Writes a packet, and returns its octets. */
function write(at: number): number {
  const packet = room.subarray(at, at + octetsMax);
  const way = random(8);
  if (way === 0) return noise(packet, 0, random(octetsMax));
  const query = seeds[random(seeds.length)]!;
  packet.set(query);
  for (let changes = random(6); changes > 0; changes--) packet[random(query.length)] = random(256);
  if (way === 1) return random(query.length);
  if (way === 2) return noise(packet, query.length, random(200));
  return query.length;
}

function noise(packet: Uint8Array, from: number, octets: number): number {
  for (let at = from; at < from + octets; at++) packet[at] = random(256);
  return from + octets;
}

function sendBatch({ fd }: Descriptor): number {
  for (let at = 0; at < batch; at++) {
    vectors.setBigUint64(at * vector.octets + vector.length, BigInt(write(at * octetsMax)), true);
  }
  return Math.max(0, libc.sendmmsg(fd, libc.addressOf(headers.buffer), batch, messageFlag.doNotWait));
}

const options = { libc, address: "127.0.0.1", port: 0, log: quietLog };
const descriptors = Array.from({ length: sources }, () => openDescriptor(options));
let ended = false;
process.stdin.on("end", () => {
  ended = true;
});
process.stdin.resume();
let sent = 0;
while (!ended) {
  for (let count = 0; count < batchesPerTurn; count++) sent += sendBatch(descriptors[count % sources]!);
  await new Promise((resolve) => setImmediate(resolve));
}
console.log(sent);
process.exit(0); // with the descriptors
