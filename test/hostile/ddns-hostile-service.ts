/** A server on a loopback address that misbehaves, one way for each path. */
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import type { TestContext } from "node:test";
import { gzipSync } from "node:zlib";

/** What it does with a connection once it has heard the end of a request's headers. */
export type Misbehaviour = (socket: Socket, heard: string) => void;

export interface HostileService {
  readonly url: string;
  readonly port: number;
  /** Requests that it has heard. */
  readonly heard: string[];
  /** Octets that it got rid of. */
  readonly sent: () => number;
}

export async function startHostile(t: TestContext, behave: Misbehaviour): Promise<HostileService> {
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  let ended = 0;
  const server = createServer((socket) => {
    let text = "";
    sockets.add(socket);
    socket.on("error", () => undefined); // the client may break off
    socket.on("close", () => {
      ended += socket.bytesWritten;
      sockets.delete(socket);
    });
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString("latin1");
      if (!text.includes("\r\n\r\n")) return;
      heard.push(text);
      behave(socket, text);
      text = "";
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as { port: number };
  const sent = (): number => [...sockets].reduce((sum, { bytesWritten }) => sum + bytesWritten, ended);
  return { url: `http://127.0.0.1:${port}/`, port, heard, sent };
}

function answer(text: string, ...headers: readonly string[]): string {
  return ["HTTP/1.1 200 OK", `content-length: ${Buffer.byteLength(text)}`, ...headers, "", text].join("\r\n");
}

/** As fast as the client takes it. */
function pour(socket: Socket, piece: Buffer | string, octets: number): void {
  let left = octets;
  const on = (): void => {
    while (left > 0 && !socket.destroyed) {
      left -= piece.length;
      if (!socket.write(piece)) return;
    }
  };
  socket.on("drain", on);
  on();
}

function drip(socket: Socket, text: string): void {
  let at = 0;
  const timer = setInterval(() => {
    if (socket.destroyed || at >= text.length) clearInterval(timer);
    else socket.write(text[at++]!);
  }, 20);
  socket.on("close", () => clearInterval(timer));
}

const endless = 200 * 1_048_576;
const kilobytes = Buffer.alloc(65_536, "8.8.4.4 good ");
const bomb = gzipSync(Buffer.alloc(20 * 1_048_576, "good 8.8.4.4\n"));
const coded = (name: string) => (socket: Socket) => {
  socket.write(`HTTP/1.1 200 OK\r\ncontent-encoding: ${name}\r\ncontent-length: ${bomb.length}\r\n\r\n`);
  socket.write(bomb);
};

/** None of these says what the address is, or that an update was taken. */
export const misbehaviours: Readonly<Record<string, Misbehaviour>> = {
  "a body without end": (socket) => {
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    pour(socket, kilobytes, endless);
  },
  "a body without end in chunks": (socket) => {
    socket.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
    pour(socket, `10000\r\n${kilobytes.toString("latin1").slice(0, 65_536)}\r\n`, endless);
  },
  "a header without end": (socket) => {
    socket.write("HTTP/1.1 200 OK\r\nx: ");
    pour(socket, kilobytes, endless);
  },
  "headers without end": (socket) => {
    socket.write("HTTP/1.1 200 OK\r\n");
    pour(socket, "good: 8.8.4.4\r\n".repeat(4_000), endless);
  },
  "interim answers without end": (socket) =>
    pour(socket, "HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n".repeat(1_000), endless),
  "one octet now and then": (socket) => drip(socket, answer("good 8.8.4.4".padEnd(4_000, "."))),
  "no answer at all": () => undefined,
  "a length that is never reached": (socket) =>
    socket.write("HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\ngood 8.8.4.4"),
  "an end in the middle": (socket) =>
    socket.end("HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\ngood 8.8.4.4"),
  "a reset": (socket) => socket.resetAndDestroy(),
  "no HTTP": (socket) => socket.end("220 mail.example ESMTP\r\n"),
  "packed by gzip though nobody asked": coded("gzip"),
  "packed by brotli though nobody asked": coded("br"),
  "packed twice": coded("gzip, deflate"),
  "sent to itself": (socket) => socket.end("HTTP/1.1 302 Found\r\nlocation: /\r\ncontent-length: 0\r\n\r\n"),
  "sent to this machine": (socket) =>
    socket.end("HTTP/1.1 307 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n"),
  "sent to a file": (socket) =>
    socket.end("HTTP/1.1 301 Found\r\nlocation: file:///etc/passwd\r\ncontent-length: 0\r\n\r\n"),
  "a login page": (socket) =>
    socket.end(
      answer(
        "<!doctype html><script>document.write('good')</script><title>Log in</title>Your address: 8.8.4.4, 9.9.9.9",
        "content-type: text/html",
      ),
    ),
  "a page of a megabyte of tags": (socket) =>
    socket.end(answer("<div>".repeat(800), "content-type: text/html")),
  "control characters": (socket) => socket.end(answer("\u001b[2J\u202e\0\u0007".repeat(100))),
  "another protocol": (socket) =>
    socket.write("HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: x\r\n\r\ngood 8.8.4.4"),
  "a status that is none": (socket) =>
    socket.end("HTTP/1.1 999 Good\r\ncontent-length: 12\r\n\r\ngood 8.8.4.4"),
  "two lengths": (socket) =>
    socket.end("HTTP/1.1 200 OK\r\ncontent-length: 12\r\ncontent-length: 4\r\n\r\ngood 8.8.4.4"),
  "blanks alone": (socket) => socket.end(answer(" ".repeat(4_000))),
  "words without end": (socket) => socket.end(answer("a, ".repeat(1_300))),
  "what it was asked": (socket, heard) => socket.end(answer(heard)),
};
