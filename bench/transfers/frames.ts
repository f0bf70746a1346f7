/** Messages of a TCP connection, each behind its length in 16 bits. RFC 1035 §4.2.2. */
export async function* splitFrames(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let pending: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    let at = 0;
    while (pending.length - at >= 2) {
      const end = at + 2 + pending.readUInt16BE(at);
      if (pending.length < end) break;
      yield pending.subarray(at + 2, end);
      at = end;
    }
    pending = pending.subarray(at);
  }
}
