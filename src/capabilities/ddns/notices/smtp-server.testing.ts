/** A mail server on the loopback, for tests: it takes mails, or answers as it is told to. */
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { createSecureContext, TLSSocket } from "node:tls";

export interface SmtpScript {
  /** What EHLO offers. */
  readonly offers?: readonly string[];
  /** By command, in capitals; `greeting` and `mail` are the others. Empty: no answer at all. */
  readonly answers?: Readonly<Record<string, string>>;
  /** In PEM. */
  readonly identity?: { readonly certificate: string; readonly key: string };
}

export interface TakenMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
  readonly isSecure: boolean;
}

export interface SmtpStandIn extends AsyncDisposable {
  readonly port: number;
  readonly mails: readonly TakenMail[];
  /** All that it was told, but for the mails. */
  readonly heard: readonly string[];
}

interface Session {
  isSecure: boolean;
  from: string;
  to: string[];
  mail: string[] | undefined;
}

export async function startSmtpServer(script: SmtpScript = {}): Promise<SmtpStandIn> {
  const mails: TakenMail[] = [];
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  const serve = (socket: Socket, session: Session): void => {
    sockets.add(socket);
    let rest = "";
    const listen = (chunk: Buffer): void => {
      const lines = (rest + chunk.toString("utf8")).split("\r\n");
      rest = lines.pop()!;
      for (const line of lines) {
        const answer = answerTo(line, session, script, { mails, heard });
        if (answer !== "") socket.write(`${answer}\r\n`);
        if (!answer.startsWith("220") || script.identity === undefined || !/^STARTTLS/i.test(line)) continue;
        socket.off("data", listen);
        serve(secured(socket, script.identity), { ...newSession(), isSecure: true });
      }
    };
    socket.on("data", listen);
    socket.on("error", () => {}); // the client may break off
  };
  const server = createServer((socket) => {
    const greeting = script.answers?.["greeting"] ?? "220 mail.example ESMTP";
    if (greeting !== "") socket.write(`${greeting}\r\n`);
    serve(socket, newSession());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  return {
    port,
    mails,
    heard,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function newSession(): Session {
  return { isSecure: false, from: "", to: [], mail: undefined };
}

function secured(socket: Socket, { certificate, key }: NonNullable<SmtpScript["identity"]>): Socket {
  const secureContext = createSecureContext({ cert: certificate, key });
  return new TLSSocket(socket, { isServer: true, secureContext });
}

function answerTo(
  line: string,
  session: Session,
  { offers = [], answers = {} }: SmtpScript,
  { mails, heard }: { readonly mails: TakenMail[]; readonly heard: string[] },
): string {
  if (session.mail !== undefined) {
    if (line !== ".") {
      session.mail.push(line.replace(/^\./, ""));
      return "";
    }
    const { from, to, isSecure } = session;
    const answer = answers["mail"] ?? "250 2.0.0 queued";
    if (answer.startsWith("2")) mails.push({ from, to, text: session.mail.join("\n"), isSecure });
    session.mail = undefined;
    return answer;
  }
  heard.push(line);
  const [verb = ""] = line.toUpperCase().split(" ");
  const told = answers[verb];
  if (told !== undefined) return told;
  switch (verb) {
    case "EHLO": {
      const all = ["mail.example", ...offers, "SIZE 1000000"];
      return all.map((one, index) => `250${index === all.length - 1 ? " " : "-"}${one}`).join("\r\n");
    }
    case "STARTTLS":
      return offers.includes("STARTTLS") ? "220 ready" : "502 5.5.1 not here";
    case "AUTH":
      return "235 2.7.0 welcome";
    case "MAIL":
      session.from = addressIn(line);
      return "250 2.1.0 ok";
    case "RCPT":
      session.to.push(addressIn(line));
      return line.includes("nobody@") ? "550 5.1.1 no such user" : "250 2.1.5 ok";
    case "DATA":
      session.mail = [];
      return "354 go on";
    case "QUIT":
      return "221 bye";
    default:
      return "502 5.5.1 what";
  }
}

function addressIn(line: string): string {
  return /<(.*?)>/.exec(line)?.[1] ?? "";
}
