/** Tells somebody's server of an event: POST with the event as JSON. */
import type { HookEvent } from "./hook-event.ts";

/** Why it did not work, and whether the next try may. */
export interface HookFailure {
  readonly why: string;
  readonly isFinal: boolean;
}

/** Undefined: the server has taken it. `signal`: of the time that it may take, or of the end. */
export async function postEvent(
  url: string,
  event: HookEvent,
  signal: AbortSignal,
): Promise<HookFailure | undefined> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": "homeport" },
      body: JSON.stringify(event.facts),
      // What is known of machines goes where the operator said, and not where that server would have it.
      redirect: "manual",
      signal,
    });
    await response.body?.cancel();
  } catch (error) {
    return { why: reasonOf(error), isFinal: false };
  }
  if (response.ok) return undefined;
  const { status } = response;
  if (status >= 300 && status < 400)
    return { why: `it answers ${status} and points elsewhere; write that url instead`, isFinal: true };
  // Too early, too many, or its own trouble: later it may take it.
  const isFinal = status < 500 && status !== 408 && status !== 425 && status !== 429;
  return { why: `it answers ${status}`, isFinal };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return "it does not answer in time";
  const cause = error.cause as (Error & { readonly code?: string }) | undefined;
  return cause?.code ?? cause?.message ?? error.message;
}
