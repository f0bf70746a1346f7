/**
 * The fields that accounts at services that are data have in the site file. Services with the same fields
 * have the same object: the schema makes one option of them.
 */

import { z } from "zod";
import { httpUrl } from "#platform/site/config-fields.ts";
import { secret } from "../secret-fields.ts";

const server = httpUrl.optional().describe("URL of the service; default: where it is known to be");
const serverNeeded = httpUrl.describe("URL of the service, such as https://dyn.example.net");
const user = z
  .string()
  .min(1)
  .regex(/^[^:]*$/, "a user name of Basic authentication has no colon")
  .describe("User name");

export const userAndPassword = {
  user,
  ...secret("password", "Password, or the key that stands for it"),
  server,
};

export const userAndPasswordAt = {
  server: serverNeeded,
  user,
  ...secret("password", "Password of the account, or of the host"),
};

export const passwordAlone = { ...secret("password", "Password of the names, or of the domain"), server };

export const tokenAlone = { ...secret("token", "Token of the account, or of the names"), server };
