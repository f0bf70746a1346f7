/** TSIG keys: which ones come over, and what the rest of site.yaml calls them. */
import { NameError } from "#protocols/dns/name.ts";
import { keyId } from "#protocols/namedconf/match-list.ts";
import { type KeyStatement, readKey } from "#protocols/namedconf/read.ts";
import type { Statement } from "#protocols/namedconf/tree.ts";
import { canonicalName } from "./canonical-name.ts";
import { safeFileName } from "./file-name.ts";
import type { SiteKey } from "./site.ts";
import type { NewFile } from "./zone-file.ts";

export interface ImportedKey {
  readonly key: SiteKey;
  readonly file: NewFile;
  /** Bits that a MAC must have at least, where BIND was told to cut it short. RFC 8945 §5.2.2.1. */
  readonly macBitsLeast: number | undefined;
}

/** What a `key` statement becomes; undefined when its name is no domain name, or the statement is wrong. */
export function importKey(statement: Statement): ImportedKey | undefined {
  const read = readKey(statement);
  if ("code" in read) return undefined;
  const name = canonicalName(read.name);
  if (name instanceof NameError) return undefined;
  const [, algorithm = "", bits] = /^(hmac-(?:md5|sha\d+))(?:-(\d+))?$/.exec(read.algorithm) ?? [];
  const path = `keys/${safeFileName(keyId(read.name))}.key`;
  const octets = Buffer.from(keyFileText(read), "utf8");
  return {
    // site.yaml has whole HMACs only; what its file says besides that counts when it says nothing
    key: { name, ...(bits === undefined && { algorithm }), secretFile: path },
    file: { path, octets, mode: 0o600 },
    macBitsLeast: bits === undefined ? undefined : Number(bits),
  };
}

/** As tsig-keygen writes it. */
function keyFileText({ name, algorithm, secret }: KeyStatement): string {
  const quoted = name.replaceAll('"', '\\"');
  return `key "${quoted}" {\n\talgorithm ${algorithm};\n\tsecret "${secret}";\n};\n`;
}
