/** How a notice gets to each kind of receiver. */
import { runHookCommand } from "#platform/hooks/hook-command.ts";
import type { HookEvent, QueuedEvent } from "#platform/hooks/hook-event.ts";
import { type HookDelivery, type HookSurroundings, timeLimit } from "#platform/hooks/hooks.ts";
import { hookLimits } from "#platform/hooks/limits.ts";
import { type HookFailure, tryPatiently } from "#platform/hooks/patience.ts";
import { postEvent } from "#platform/hooks/webhook.ts";
import type { HttpClient } from "#platform/http-client/http-client.ts";
import { secondsOf } from "#platform/site/config-fields.ts";
import type { MailConfig, NoticeConfig, NtfyConfig } from "../config.ts";
import { noticeLimits } from "./limits.ts";
import { smtpServerOf } from "./mail-server.ts";
import { noticeFacts, type TimedNotice } from "./notice-event.ts";
import { passwordOf, tokenOf } from "./notice-secrets.ts";
import { type NoticeText, noticeText } from "./notice-text.ts";
import { postToNtfy } from "./ntfy.ts";

/** Events that are told together. */
export interface Digest extends QueuedEvent {
  readonly notices: readonly TimedNotice[];
}

export interface DeliveryParts extends HookSurroundings {
  readonly folder: string;
  readonly http: HttpClient;
  /** What titles begin with. */
  readonly site: string;
  readonly retryWaitsMs?: readonly number[];
  readonly authorities?: readonly string[];
}

const noun = "notice";

/** To a server or a program: each event by itself. */
export function deliveryToPrograms(
  { url, command = [], timeout }: NoticeConfig,
  { folder, http, end, pace, retryWaitsMs = hookLimits.retryWaitsMs }: DeliveryParts,
): HookDelivery<HookEvent> {
  const timeoutMs = secondsOf(timeout) * 1000;
  if (url === undefined) {
    const program = { words: command, folder, expected: noticeFacts };
    return {
      title: `by ${command[0]!}`,
      noun,
      deliver: (event) => pace.start(() => runHookCommand(program, event, timeLimit(end, timeoutMs))),
    };
  }
  return {
    title: `to ${new URL(url).origin}`, // the path and the rest often are the key to it
    noun,
    deliver: (event) =>
      tryPatiently({ waitsMs: retryWaitsMs, end }, () => postEvent({ url, http, timeoutMs }, event, end)),
  };
}

/** To people: what they want of what happened, as one text. */
export function deliveryToPeople(notice: NoticeConfig, parts: DeliveryParts): HookDelivery<Digest> {
  const { site, end, retryWaitsMs = noticeLimits.messageWaitsMs } = parts;
  const { title, send } = waysToPeople(notice, parts);
  return {
    title,
    noun,
    deliver: ({ notices }) => {
      const text = noticeText(
        notices.filter(({ kind }) => notice.events.includes(kind)),
        site,
      );
      return tryPatiently({ waitsMs: retryWaitsMs, end }, () => send(text));
    },
  };
}

interface WayToPeople {
  readonly title: string;
  readonly send: (text: NoticeText) => Promise<HookFailure | undefined>;
}

function waysToPeople({ mail, ntfy, timeout }: NoticeConfig, parts: DeliveryParts): WayToPeople {
  const timeoutMs = secondsOf(timeout) * 1000;
  return mail === undefined ? byNtfy(ntfy!, timeoutMs, parts) : byMail(mail, timeoutMs, parts);
}

function byNtfy(ntfy: NtfyConfig, timeoutMs: number, { folder, http, end }: DeliveryParts): WayToPeople {
  const { url } = ntfy;
  return {
    title: `to ${new URL(url).origin}`, // who knows the topic reads it
    send: async (text) => {
      const { value: token, why } = tokenOf(ntfy, folder);
      if (why !== undefined) return { why, isFinal: true };
      return postToNtfy({ url, http, timeoutMs, token }, text, end);
    },
  };
}

function byMail(
  config: MailConfig,
  timeoutMs: number,
  { folder, end, authorities = [] }: DeliveryParts,
): WayToPeople {
  return {
    title: `by ${smtpServerOf(config).host}`,
    send: async (text) => {
      const { value: password, why } = passwordOf(config, folder);
      if (why !== undefined) return { why, isFinal: true };
      const mail = await loadMail();
      if (mail instanceof Error)
        return { why: `it cannot be sent from here: ${mail.message}`, isFinal: true };
      return mail.sendMail({ config, password, timeoutMs, authorities }, text, end);
    },
  };
}

/** A package that was taken away while the program runs must not end it. */
async function loadMail(): Promise<typeof import("./mail.ts") | Error> {
  try {
    return await import("./mail.ts");
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
