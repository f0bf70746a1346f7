/** Signs what clients of the ACME server ask for, with openssl. */
import { randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../interop/lab-tools.ts";

export interface AuthorityFiles {
  /** Of the authority, in PEM. */
  readonly certificate: string;
  readonly key: string;
  /** For what is made on the way. */
  readonly folder: string;
}

/** The chain in PEM for a certificate signing request in DER. Rejects with what openssl says. */
export async function signRequest(files: AuthorityFiles, request: Uint8Array): Promise<string> {
  const file = join(files.folder, randomUUID());
  writeFileSync(`${file}.csr`, request);
  const signing = [
    "-CA",
    files.certificate,
    "-CAkey",
    files.key,
    "-days",
    "1",
    "-set_serial",
    `${Date.now()}`,
  ];
  const input = ["-req", "-inform", "DER", "-in", `${file}.csr`, "-copy_extensions", "copy"];
  const { code, errors } = await run("openssl", ["x509", ...input, ...signing, "-out", `${file}.crt`]);
  if (code !== 0) throw new Error(`openssl does not sign: ${errors}`);
  return readFileSync(`${file}.crt`, "utf8") + readFileSync(files.certificate, "utf8");
}
