/** Tells a topic of ntfy: POST with the text, and what a telephone shows of it in headers. */
import type { HookFailure } from "#platform/hooks/patience.ts";
import { postTo, type Webhook } from "#platform/hooks/webhook.ts";
import { noticeLimits } from "./limits.ts";
import type { NoticeText } from "./notice-text.ts";

export interface NtfyTopic extends Webhook {
  readonly token: string | undefined;
}

/** Undefined: the server has taken it. Never rejects. */
export async function postToNtfy(
  { token, ...webhook }: NtfyTopic,
  { title, body, isTrouble, isUrgent }: NoticeText,
  signal: AbortSignal,
): Promise<HookFailure | undefined> {
  const headers = {
    "content-type": "text/plain; charset=utf-8",
    Title: headerText(title),
    Priority: isUrgent ? "high" : "default",
    Tags: isTrouble ? "warning" : "white_check_mark",
    ...(token !== undefined && { Authorization: `Bearer ${token}` }),
  };
  const failure = await postTo({ ...webhook, headers, body: shortened(body) }, signal);
  if (failure === undefined || !/^it answers 40[13]$/.test(failure.why)) return failure;
  const remedy = token === undefined ? "set `token` to one that may write" : "is `token` one that may write";
  return { ...failure, why: `${failure.why} to this topic; ${remedy}` };
}

/** Headers are ASCII; ntfy reads RFC 2047 §4.1 in them. */
function headerText(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  return `=?UTF-8?B?${Buffer.from(text, "utf8").toString("base64")}?=`;
}

function shortened(body: string): string {
  const octets = Buffer.from(body, "utf8");
  if (octets.length <= noticeLimits.ntfyOctetsMax) return body;
  const end = "\n…\n";
  // Half a character at the end becomes U+FFFD, which goes
  const text = octets.subarray(0, noticeLimits.ntfyOctetsMax - end.length - 2).toString("utf8");
  return text.replace(/\ufffd+$/, "") + end;
}
