/** Sends a mail by SMTP, once. Loaded, with the library, when there is one to send. */
import MailComposer from "nodemailer/lib/mail-composer";
import SmtpConnection, { type SMTPConnectionOptions } from "nodemailer/lib/smtp-connection";
import type { HookFailure } from "#platform/hooks/patience.ts";
import { contextFor } from "#platform/http-client/authorities.ts";
import { connectionFault } from "#platform/http-client/connection-fault.ts";
import type { MailConfig } from "../config.ts";
import { sayable } from "../providers/http-outcome.ts";
import { noticeLimits } from "./limits.ts";
import { smtpServerOf } from "./mail-server.ts";
import type { NoticeText } from "./notice-text.ts";

export interface MailParts {
  readonly config: MailConfig;
  readonly password: string | undefined;
  /** From looking for the server to its last word. */
  readonly timeoutMs: number;
  /** In PEM: believed besides those that everybody believes. */
  readonly authorities?: readonly string[];
}

/** Undefined: the server has taken it for all. Never rejects for what the server does. */
export async function sendMail(
  parts: MailParts,
  text: NoticeText,
  signal: AbortSignal,
): Promise<HookFailure | undefined> {
  const message = compose(parts.config, text);
  const connection = new SmtpConnection(optionsOf(parts));
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => {}); // also when nobody waits any longer
  connection.on("error", broken.reject);
  const breakOff = (why: Stopped): void => {
    broken.reject(why);
    connection.close();
  };
  const end = (): void => breakOff(new Stopped("is not waited for any longer"));
  signal.addEventListener("abort", end, { once: true });
  const late = new Stopped(`did not take the mail within ${parts.timeoutMs / 1000} s`);
  const timer = setTimeout(() => breakOff(late), parts.timeoutMs);
  try {
    if (signal.aborted) end();
    return await Promise.race([converse(connection, parts, message), broken.promise]);
  } catch (error) {
    return failureOf(error as SmtpFault, parts);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
    connection.close();
  }
}

type Message = Awaited<ReturnType<MailComposer["compile"]>>;

function compose({ from, to }: MailConfig, { title, body }: NoticeText): Message {
  return new MailComposer({
    from,
    to: [...to],
    subject: title,
    text: body,
    headers: { "Auto-Submitted": "auto-generated" }, // RFC 3834 §5: no answer that somebody is on holiday
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
}

function optionsOf({ config, timeoutMs, authorities = [] }: MailParts): SMTPConnectionOptions {
  const { host, port } = smtpServerOf(config);
  const secureContext = contextFor(authorities);
  const stepMs = timeoutMs + 1_000;
  return {
    host,
    port,
    secure: config.security === "tls",
    requireTLS: config.security === "starttls",
    ignoreTLS: config.security === "none",
    // The limit of the whole comes first
    connectionTimeout: stepMs,
    greetingTimeout: stepMs,
    dnsTimeout: stepMs,
    socketTimeout: stepMs,
    socketCloseTimeout: 0,
    maxResponseSize: noticeLimits.smtpAnswerOctetsMax,
    tls: { rejectUnauthorized: true, ...(secureContext !== undefined && { secureContext }) },
  };
}

async function converse(
  connection: SmtpConnection,
  { config, password }: MailParts,
  message: Message,
): Promise<HookFailure | undefined> {
  await new Promise<void>((resolve) => connection.connect(() => resolve()));
  const { user, from, to } = config;
  if (user !== undefined && password !== undefined)
    await new Promise<void>((resolve, reject) => {
      connection.login({ user, pass: password }, (error) => (error === null ? resolve() : reject(error)));
    });
  const octets = await message.build();
  const { rejected } = await new Promise<{ rejected: readonly string[] }>((resolve, reject) => {
    connection.send({ from, to: [...to] }, octets, (error, info) =>
      error === null ? resolve({ rejected: info.rejected ?? [] }) : reject(error),
    );
  });
  connection.quit();
  if (rejected.length === 0) return undefined;
  // The others have it: to send it again would tell them twice
  return { why: `it takes no mail for ${rejected.join(", ")}`, isFinal: true };
}

class Stopped extends Error {}

/** What the library says of an error. */
interface SmtpFault extends NodeJS.ErrnoException {
  readonly originalCode?: string | undefined;
  /** The server's answer. */
  readonly response?: string | undefined;
  readonly responseCode?: number | undefined;
  readonly permanent?: boolean | undefined;
  /** What it was an answer to. */
  readonly command?: string | undefined;
}

function failureOf(error: SmtpFault, { config, password }: MailParts): HookFailure {
  if (error instanceof Stopped) return { why: `it ${error.message}`, isFinal: false };
  const { code, originalCode, response, responseCode, permanent, command = "" } = error;
  if (responseCode !== undefined) {
    const said = sayable(response ?? "", secretsOf(config, password));
    if (command === "STARTTLS")
      return {
        why: `it does not begin TLS (${said}); is the port right, and \`security\``,
        isFinal: permanent === true,
      };
    const step = code === "EAUTH" ? "the login" : command === "CONN" ? "the connection" : stepOf(command);
    return { why: `it answers ${step} with ${said}`, isFinal: permanent === true };
  }
  if (code === "ENOAUTH" || code === "EAUTH")
    return { why: "it offers no login that is known here; leave out `user`", isFinal: true };
  const cause = Object.assign(new Error(sayable(error.message, secretsOf(config, password))), {
    code: originalCode ?? code,
  });
  const why = connectionFault(cause);
  // A certificate is not another within minutes
  return { why: `it ${why}`, isFinal: why.startsWith("has a certificate") };
}

function stepOf(command: string): string {
  const steps: Readonly<Record<string, string>> = {
    "MAIL FROM": "the sender",
    "RCPT TO": "the addresses",
    DATA: "the mail",
  };
  return steps[command] ?? "what it was told";
}

/** Also as they go over the line: some servers repeat what they were told. */
function secretsOf({ user = "" }: MailConfig, password = ""): readonly string[] {
  const base64 = (text: string): string => Buffer.from(text, "utf8").toString("base64");
  // The longest first: the others are a part of it
  return [base64(`\0${user}\0${password}`), base64(password), password].filter((one) => one !== "");
}
