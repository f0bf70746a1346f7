/** Which server takes a mail. */
import { isIP } from "node:net";
import type { MailConfig } from "../config.ts";

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
}

/** Of submission with STARTTLS (RFC 6409 §3.1) or TLS (RFC 8314 §3.3), and of a server of the site itself. */
const usualPorts: Readonly<Record<MailConfig["security"], number>> = { starttls: 587, tls: 465, none: 25 };

export function smtpServerOf({ server, security }: Pick<MailConfig, "server" | "security">): SmtpServer {
  const [, host = "", port] = /^(.*?)(?::(\d+))?$/.exec(server)!;
  // An IPv6 address without brackets has colons of its own
  const isBare = isIP(server) === 6;
  return {
    host: isBare ? server : host.replace(/^\[|\]$/g, ""),
    port: isBare || port === undefined ? usualPorts[security] : Number(port),
  };
}
