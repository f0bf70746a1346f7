/** A key that signs what is sent to another server, as a section of the site file has it. */
import { z } from "zod";
import { NameError } from "#protocols/dns/name.ts";
import { keyName } from "./key-config.ts";

/** What `readKeyConfig` reads. */
export const SigningKeyConfig = z
  .strictObject({
    name: z
      .string()
      .superRefine((value, context) => {
        if (isKeyName(value)) return;
        const message = `"${value}" is no name of a key; write one such as update-key`;
        context.addIssue({ code: "custom", message });
      })
      .describe("Name of the key"),
    algorithm: z
      .enum(["hmac-md5", "hmac-sha1", "hmac-sha224", "hmac-sha256", "hmac-sha384", "hmac-sha512"])
      .optional()
      .describe("HMAC of the key; default: what secretFile says, else hmac-sha256"),
    secretFile: z.string().min(1).optional().describe("File with the secret, as BIND writes it"),
    secret: z.string().min(1).optional().describe("The secret in base64"),
  })
  .superRefine((key, context) => {
    if ((key.secret === undefined) !== (key.secretFile === undefined)) return;
    context.addIssue({ code: "custom", message: "needs either `secretFile` or `secret`" });
  });
export type SigningKeyConfig = z.output<typeof SigningKeyConfig>;

function isKeyName(text: string): boolean {
  if (text === "" || text === ".") return false;
  try {
    keyName(text);
    return true;
  } catch (error) {
    if (error instanceof NameError) return false;
    throw error;
  }
}
