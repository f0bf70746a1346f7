/** Secrets of hosts: made here, or by the operator; kept as argon2id in the PHC string format. RFC 9106. */
import { argon2, randomBytes, randomInt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { serveLimits as limits } from "./limits.ts";

const derive = promisify(argon2);

/** Crockford's base 32 in lower case: no letter that looks like a digit. */
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/** `k7m2-9xqa-…`: easy to type into a router. */
export function newSecret(): string {
  const group = (): string =>
    Array.from({ length: limits.secretGroupLength }, () => alphabet[randomInt(alphabet.length)]).join("");
  return Array.from({ length: limits.secretGroups }, group).join("-");
}

interface Parameters {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
  readonly nonce: Buffer;
}

/** `$argon2id$v=19$m=19456,t=2,p=1$SALT$HASH` */
export async function hashSecret(secret: string): Promise<string> {
  const { memoryKib, passes, lanes } = limits.argon2;
  const nonce = randomBytes(limits.saltOctets);
  const hash = await hashWith(
    secret,
    { memory: memoryKib, passes, parallelism: lanes, nonce },
    limits.hashOctets,
  );
  return `$argon2id$v=19$m=${memoryKib},t=${passes},p=${lanes}$${unpadded(nonce)}$${unpadded(hash)}`;
}

/** False too for a text that is no such hash. */
export async function isSecretOf(secret: string, text: string): Promise<boolean> {
  const parts = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([\w+/]+)\$([\w+/]+)$/.exec(text);
  if (parts === null) return false;
  const [, memory, passes, parallelism, salt = "", hash = ""] = parts;
  const wanted = Buffer.from(hash, "base64");
  const parameters = {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    nonce: Buffer.from(salt, "base64"),
  };
  return timingSafeEqual(await hashWith(secret, parameters, wanted.length), wanted);
}

/** Of no secret: to be checked in place of that of a user who is unknown, which then takes as long. */
export function hashOfNothing(): string {
  const { memoryKib, passes, lanes } = limits.argon2;
  const [salt, hash] = [randomBytes(limits.saltOctets), randomBytes(limits.hashOctets)];
  return `$argon2id$v=19$m=${memoryKib},t=${passes},p=${lanes}$${unpadded(salt)}$${unpadded(hash)}`;
}

function hashWith(secret: string, parameters: Parameters, tagLength: number): Promise<Buffer> {
  return derive("argon2id", { ...parameters, message: secret, tagLength });
}

function unpadded(octets: Buffer): string {
  return octets.toString("base64").replace(/=+$/, "");
}
