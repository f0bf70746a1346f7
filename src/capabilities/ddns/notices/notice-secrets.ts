/** Passwords and tokens of those who are told, read when they are used: they may be changed at any time. */
import type { ConfigProblem } from "#contracts/configuration.ts";
import type { MailConfig, NoticeConfig, NtfyConfig } from "../config.ts";
import { readSecrets } from "../providers/secret-fields.ts";
import { smtpServerOf } from "./mail-server.ts";

export interface NoticeSecret {
  /** Undefined: it needs none, or it cannot be read. */
  readonly value: string | undefined;
  /** Why it cannot be read. */
  readonly why: string | undefined;
}

export function passwordOf(mail: MailConfig, siteFolder: string): NoticeSecret {
  return secretOf("password", mail, siteFolder);
}

export function tokenOf(ntfy: NtfyConfig, siteFolder: string): NoticeSecret {
  return secretOf("token", ntfy, siteFolder);
}

function secretOf(name: "password" | "token", config: MailConfig | NtfyConfig, folder: string): NoticeSecret {
  const { settings, problems } = readSecrets(config, folder, "");
  return {
    value: settings[name] as string | undefined,
    why: problems.find(({ severity }) => severity === "error")?.what,
  };
}

/** What is wrong with `ddns.notices`, without asking anybody. */
export function noticeProblems(
  config: readonly NoticeConfig[],
  siteFolder: string,
): readonly ConfigProblem[] {
  return config.flatMap(({ mail, ntfy }, index) => [
    ...(mail === undefined ? [] : mailProblems(mail, siteFolder, `ddns.notices[${index}].mail`)),
    ...(ntfy === undefined ? [] : ntfyProblems(ntfy, siteFolder, `ddns.notices[${index}].ntfy`)),
  ]);
}

function ntfyProblems(ntfy: NtfyConfig, siteFolder: string, path: string): readonly ConfigProblem[] {
  const isTwice = ntfy.token !== undefined && ntfy.tokenFile !== undefined;
  return [
    ...readSecrets(ntfy, siteFolder, path).problems,
    ...(isTwice ? [error(path, "has both `token` and `tokenFile`", "keep one")] : []),
  ];
}

function mailProblems(mail: MailConfig, siteFolder: string, path: string): readonly ConfigProblem[] {
  const problems = [...readSecrets(mail, siteFolder, path).problems];
  const { user, password, passwordFile, security } = mail;
  const hasPassword = password !== undefined || passwordFile !== undefined;
  if (password !== undefined && passwordFile !== undefined)
    problems.push(error(path, "has both `password` and `passwordFile`", "keep one"));
  if (user !== undefined && !hasPassword)
    problems.push(error(path, "has a `user` without a password", "set `password` or `passwordFile`"));
  if (user === undefined && hasPassword)
    problems.push(error(path, "has a password without a `user`", "set `user`"));
  const { host, port } = smtpServerOf(mail);
  if (port < 1 || port > 65_535)
    problems.push(error(`${path}.server`, `${port} is no port`, "write one from 1 to 65535"));
  if (security === "none" && hasPassword && !isThisMachine(host))
    problems.push({
      severity: "warning",
      path: `${path}.security`,
      what: "the password goes to the mail server without TLS",
      remedy: "write starttls or tls, if the server has it",
    });
  return problems;
}

function isThisMachine(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}

function error(path: string, what: string, remedy: string): ConfigProblem {
  return { severity: "error", path, what, remedy };
}
