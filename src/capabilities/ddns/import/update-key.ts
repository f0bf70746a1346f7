/** Keys of RFC 2136 updates that another program has in a file, or in its config. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { safeFileName } from "#platform/import/file-name.ts";
import { locate, type Place } from "#platform/import/place.ts";
import type { TsigAlgorithm } from "#platform/tsig/key.ts";
import { KeyFileError, keyFileText, readKeyFile, secretOctets } from "#platform/tsig/key-file.ts";
import type { ImportDraft } from "./draft.ts";

export interface UpdateKey {
  readonly name: string;
  readonly secretFile: string;
}

type Found = { readonly key: UpdateKey } | { readonly why: string };

/** From a file that the config names: as tsig-keygen writes it, or the `.private` half of a pair. */
export async function readUpdateKey(draft: ImportDraft, place: Place, path: string): Promise<Found> {
  const found = await locate(place, path.replace(/\.key$/, ".private"), [place.folder]);
  const own = "path" in found ? found : await locate(place, path, [place.folder]);
  if ("why" in own) return { why: `its key file: ${own.why}` };
  try {
    const { name, algorithm, secret } = readKeyFile(await readFile(own.path, "utf8"), "");
    const known = name ?? /^K(.+)\.\+\d+\+\d+\.(?:private|key)$/.exec(basename(own.path))?.[1];
    if (known === undefined)
      return { why: "its key file does not say the key's name; write one as tsig-keygen does" };
    return { key: addKey(draft, { name: known, algorithm: algorithm ?? "hmac-sha256", secret }) };
  } catch (error) {
    if (!(error instanceof KeyFileError)) throw error;
    return { why: `its key file: ${error.message}; ${error.remedy}` };
  }
}

/** From the words of a config. */
export function updateKeyOf(
  draft: ImportDraft,
  { name, algorithm, secret }: { readonly name: string; readonly algorithm: string; readonly secret: string },
): Found {
  const octets = secretOctets(secret);
  if (octets === undefined) return { why: "the secret of its key is no base64" };
  return { key: addKey(draft, { name, algorithm: algorithm as TsigAlgorithm, secret: octets }) };
}

function addKey(
  { files }: ImportDraft,
  key: { readonly name: string; readonly algorithm: TsigAlgorithm; readonly secret: Uint8Array },
): UpdateKey {
  const path = `keys/ddns-${safeFileName(key.name.replace(/\.$/, ""))}.key`;
  if (!files.some((file) => file.path === path))
    files.push({ path, octets: Buffer.from(keyFileText(key)), mode: 0o600 });
  return { name: key.name, secretFile: path };
}
