/** Updates as clients of the dyndns2 protocol send them, and the answers of the server. */

/** Of the host with this number; the server was told so. */
export function secretOf(index: number): string {
  return `of-the-bench-${index}`;
}

export interface HostUpdate {
  readonly name: string;
  readonly secret: string;
  readonly address: string;
}

/** The user is the name, as ddclient and inadyn have it at a server with a secret for each host. */
export function updateRequest({ name, secret, address }: HostUpdate): string {
  const login = Buffer.from(`${name}:${secret}`).toString("base64");
  return (
    `GET /nic/update?hostname=${name}&myip=${address} HTTP/1.1\r\nHost: bench\r\n` +
    `User-Agent: homeport-bench\r\nAuthorization: Basic ${login}\r\n\r\n`
  );
}

/** Bodies of the answers on one connection, each with its length said before. */
export class AnswerReader {
  private text = "";

  /** @param part of what has come, in latin1 */
  take(part: string): string[] {
    this.text += part;
    const bodies: string[] = [];
    for (;;) {
      const end = this.text.indexOf("\r\n\r\n");
      if (end === -1) return bodies;
      const length = /\r\ncontent-length: (\d+)/i.exec(this.text.slice(0, end))?.[1];
      if (length === undefined) throw new Error(`an answer without its length:\n${this.text.slice(0, end)}`);
      const next = end + 4 + Number(length);
      if (this.text.length < next) return bodies;
      bodies.push(this.text.slice(end + 4, next));
      this.text = this.text.slice(next);
    }
  }
}

/** The first word of an answer of one line: `good`, `nochg`, `badauth`. */
export function codeOf(body: string): string {
  return /^\S+/.exec(body)?.[0] ?? "";
}
