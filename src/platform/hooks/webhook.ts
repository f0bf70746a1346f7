/** Tells somebody's server of an event: POST with the event as JSON. */
import { type HttpClient, HttpFault } from "#platform/http-client/http-client.ts";
import type { HookEvent } from "./hook-event.ts";
import type { HookFailure } from "./patience.ts";

export interface Webhook {
  readonly url: string;
  readonly http: HttpClient;
  /** How long one try may take. */
  readonly timeoutMs: number;
}

/** Undefined: the server has taken it. Never rejects. `signal`: breaks it off. */
export async function postEvent(
  webhook: Webhook,
  event: HookEvent,
  signal: AbortSignal,
): Promise<HookFailure | undefined> {
  const headers = { "content-type": "application/json" };
  return postTo({ ...webhook, headers, body: JSON.stringify(event.facts) }, signal);
}

export interface Post extends Webhook {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Undefined: the server has taken it. Never rejects. */
export async function postTo(
  { http, ...request }: Post,
  signal: AbortSignal,
): Promise<HookFailure | undefined> {
  let status: number;
  try {
    ({ status } = await http({ method: "POST", ...request, signal }));
  } catch (error) {
    if (!(error instanceof HttpFault)) throw error;
    return { why: `it ${error.message}`, isFinal: false };
  }
  if (status >= 200 && status < 300) return undefined;
  // What is known here goes where the operator said, and not where that server would have it.
  if (status >= 300 && status < 400)
    return { why: `it answers ${status} and points elsewhere; write that url instead`, isFinal: true };
  // Too early, too many, or its own trouble: later it may take it.
  const isFinal = status < 500 && status !== 408 && status !== 425 && status !== 429;
  return { why: `it answers ${status}`, isFinal };
}
