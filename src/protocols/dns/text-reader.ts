/**
 * RDATA in presentation format that stands on its own, on one line: what a person types, or a program
 * prints.
 */
import { textFromOctets } from "./fields/latin1.ts";
import { type Name, rootName } from "./name.ts";
import type { TextReader, TextToken } from "./record.ts";

/** The text is not RDATA of its type: what is wrong, and what to write instead. */
export class RecordTextError extends Error {
  override readonly name = "RecordTextError";
}

/**
 * Reads tokens between spaces. A token in quotes may hold spaces; quotes within a word are kept, as in
 * `alpn="h2,h3"`, and the spaces between them belong to it. RFC 1035 §5.1, RFC 9460 §2.1.
 */
export function textReader(source: string, origin: Name = rootName): TextReader {
  // A zone file is octets; what a person types beyond ASCII becomes the octets of UTF-8, as an editor would
  // save it
  const octets = /^[\0-\x7f]*$/.test(source) ? source : textFromOctets(new TextEncoder().encode(source));
  const tokens = [...octets.matchAll(tokenPattern)].map(
    ([, quoted, word]): TextToken => ({ text: quoted ?? word!, quoted: quoted !== undefined }),
  );
  let at = 0;
  return {
    origin,
    take(label) {
      const token = tokens[at++];
      if (token === undefined) throw new RecordTextError(`expected ${label} at the end of "${source}"`);
      return token;
    },
    peek: () => tokens[at],
    fail(what, write) {
      throw new RecordTextError(`${what}; write ${write}`);
    },
  };
}

const tokenPattern = /"((?:[^"\\]|\\.)*)"|((?:[^\s"\\]|\\.|(?<=[^\s])"(?:[^"\\]|\\.)*")+)/gs;
