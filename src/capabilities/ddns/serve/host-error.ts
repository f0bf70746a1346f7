/** Why a host of the update server could not be added or changed, for the one who wanted that. */
export class HostError extends Error {
  override readonly name = "HostError";
  readonly code: HostErrorCode;

  constructor(code: HostErrorCode, sentence: string) {
    super(sentence);
    this.code = code;
  }
}

/** Stable. */
export type HostErrorCode =
  | "HP_DDNS_HOST_UNKNOWN"
  /** The name, the user or the interface identifier is none. */
  | "HP_DDNS_HOST_INVALID"
  /** Somebody else has the name. */
  | "HP_DDNS_HOST_TAKEN"
  | "HP_DDNS_HOST_TOO_MANY"
  /** A newer version of the program has written it. */
  | "HP_DDNS_HOST_NEWER";
