/** Why an answer to a signed request is not taken. */

/** The other side refuses what we signed. */
type PeerRefusal =
  /** It has no such key, or not with this algorithm. RFC 8945 §5.2.1. */
  | "BADKEY"
  /** Its secret is another one, or the request was changed on its way. RFC 8945 §5.2.2. */
  | "BADSIG"
  /** Its clock differs. RFC 8945 §5.2.3. */
  | "BADTIME"
  /** It wants a longer MAC. RFC 8945 §5.2.4. */
  | "BADTRUNC"
  /** An error that TSIG does not have. */
  | "unknown-error";

/** We refuse what the other side sent. */
type OwnRefusal =
  /** It must be signed and is not. RFC 8945 §5.3.1, §5.4.1. */
  | "not-signed"
  /** By a key that we did not use. */
  | "other-key"
  /** The MAC is not the right one. */
  | "wrong-mac"
  /** It was signed at a time that is too far from ours. */
  | "wrong-time"
  /** More messages in a row without a signature than RFC 8945 §5.3.1 allows. */
  | "too-many-unsigned";

export class TsigError extends Error {
  override readonly name = "TsigError";
  readonly why: PeerRefusal | OwnRefusal;
  /** Of the answer's header. */
  readonly rcode: number;
  /** The other side's clock, since 1970, where it said so with BADTIME. */
  readonly peerSeconds: number | undefined;

  constructor(why: PeerRefusal | OwnRefusal, rcode: number, peerSeconds?: number) {
    super(sentences[why]);
    this.why = why;
    this.rcode = rcode;
    this.peerSeconds = peerSeconds;
  }
}

const sentences: Readonly<Record<PeerRefusal | OwnRefusal, string>> = {
  BADKEY: "the server does not know the key, or has it with another algorithm (BADKEY)",
  BADSIG: "the server's secret of the key is another one (BADSIG)",
  BADTIME: "the server's clock and ours differ too much (BADTIME)",
  BADTRUNC: "the server wants longer signatures (BADTRUNC)",
  "unknown-error": "the server refuses the signature with an error that is not known",
  "not-signed": "the server's answer is not signed",
  "other-key": "the server's answer is signed with another key",
  "wrong-mac": "the signature of the server's answer is wrong",
  "wrong-time": "the server's answer was signed at a time too far from ours",
  "too-many-unsigned": "the server sent more than 99 messages in a row without a signature",
};
