/** A certificate and its key from files that the operator names. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { ConfigError } from "#contracts/configuration.ts";
import type { TlsIdentity } from "#platform/stream/stream.ts";

/** Paths, relative ones from the folder of the site file. */
export interface IdentityFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** How a ConfigError names the place of the files. */
export interface IdentityPlace {
  readonly siteFolder: string;
  readonly code: string;
  /** Of the section that names the files, such as `dns.tls`. */
  readonly path: string;
}

/** Throws ConfigError: a file that is not there, or a key of another certificate. */
export function readIdentity(files: IdentityFiles, place: IdentityPlace): TlsIdentity {
  const certificate = fileText("certificateFile", files, place);
  const key = fileText("keyFile", files, place);
  const parsed = parse("certificateFile", files, place, () => new X509Certificate(certificate));
  const privateKey = parse("keyFile", files, place, () => createPrivateKey(key));
  if (!parsed.checkPrivateKey(privateKey)) {
    const what = `${files.keyFile} is not the key of the certificate in ${files.certificateFile}`;
    throw problem("keyFile", place, what, "write the key that the certificate was made for");
  }
  return { certificate, key };
}

type Field = keyof IdentityFiles;

function fileText(field: Field, files: IdentityFiles, place: IdentityPlace): string {
  try {
    return readFileSync(resolve(place.siteFolder, files[field]), "utf8");
  } catch (error) {
    const what = `${files[field]} cannot be read: ${(error as Error).message}`;
    throw problem(field, place, what, "correct the path");
  }
}

function parse<Parsed>(field: Field, files: IdentityFiles, place: IdentityPlace, read: () => Parsed): Parsed {
  try {
    return read();
  } catch {
    const wanted = field === "keyFile" ? "private key" : "certificate";
    throw problem(field, place, `${files[field]} holds no ${wanted} in PEM`, `write the path of a ${wanted}`);
  }
}

function problem(field: Field, { code, path }: IdentityPlace, what: string, remedy: string): ConfigError {
  return new ConfigError(code, [{ severity: "error", path: `${path}.${field}`, what, remedy }]);
}
