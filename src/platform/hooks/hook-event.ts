/** What a hook is told: one flat object, as JSON and as variables of the environment. */

/** What a queue goes by. */
export interface QueuedEvent {
  /** Of which kind it is. */
  readonly event: string;
  /** Events of one subject reach a hook one after the other. */
  readonly subject: string;
}

export interface HookEvent extends QueuedEvent {
  readonly facts: HookFacts;
}

export type HookFacts = Readonly<Record<string, string | number | null>>;

/**
 * `HOMEPORT_HARDWARE_ADDRESS` and its like. Some values are what strangers say: no control character of
 * theirs gets here, but all else does, so that whoever puts it into a command must quote it.
 * @param always facts that have a variable whatever the event, so that a script may rely on each being set
 */
export function hookVariables({ facts }: HookEvent, always: readonly string[]): Record<string, string> {
  const blank = Object.fromEntries(always.map((name) => [name, ""]));
  return Object.fromEntries(
    Object.entries({ ...blank, ...facts }).map(([name, value]) => [
      `HOMEPORT_${name.replaceAll(/[A-Z]/g, "_$&").toUpperCase()}`,
      String(value ?? "").replaceAll(/[\p{Cc}\p{Cs}]/gu, "?"),
    ]),
  );
}
