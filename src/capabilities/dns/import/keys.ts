/** TSIG keys: which ones come over, and what the rest of site.yaml calls them. */

import { safeFileName } from "#platform/import/file-name.ts";
import type { NewFile } from "#platform/import/write-out.ts";
import { NameError } from "#protocols/dns/name.ts";
import { keyId } from "#protocols/namedconf/match-list.ts";
import { shown } from "#protocols/namedconf/problem.ts";
import { type KeyStatement, readKey } from "#protocols/namedconf/read.ts";
import { type Statement, wordAt } from "#protocols/namedconf/tree.ts";
import { canonicalName } from "./canonical-name.ts";
import type { ImportDraft } from "./draft.ts";
import type { SiteKey } from "./site.ts";

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

/** Takes a `key` statement into the site, and tells of it. */
export function sayKey(draft: ImportDraft, statement: Statement): void {
  const written = shown(wordAt(statement, 1) ?? "");
  const label = `key "${written}"`;
  const imported = importKey(statement);
  if (imported === undefined) {
    const name = canonicalName(wordAt(statement, 1) ?? "");
    // what else is wrong with a key is told by the checks before
    if (typeof name !== "string") draft.say(statement, label, "left out", "its name is no domain name");
    return;
  }
  const { key, file, macBitsLeast } = imported;
  if (draft.keys.some(({ name }) => name === key.name)) {
    draft.say(statement, label, "left out", "a key before it has the same name, written otherwise");
    return;
  }
  draft.files.push(file);
  draft.keys.push(key);
  const cut =
    macBitsLeast === undefined ? "" : `; a MAC may be cut to ${macBitsLeast} bits, as its file says`;
  draft.say(statement, label, "imported", `dns.keys, its secret in ${file.path} (mode 0600)${cut}`);
}

/** What site.yaml calls each key that comes over, by its `keyId`. */
export function keyNames(statements: readonly Statement[]): ReadonlyMap<string, string> {
  return new Map(
    statements.flatMap((statement): [string, string][] => {
      const imported = importKey(statement);
      return imported === undefined ? [] : [[keyId(wordAt(statement, 1) ?? ""), imported.key.name]];
    }),
  );
}

/** As tsig-keygen writes it. */
function keyFileText({ name, algorithm, secret }: KeyStatement): string {
  const quoted = name.replaceAll('"', '\\"');
  return `key "${quoted}" {\n\talgorithm ${algorithm};\n\tsecret "${secret}";\n};\n`;
}
