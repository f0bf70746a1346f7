/** What an operator writes about a host of the update server: names, users and secrets. */
import { limits as protocolLimits } from "#protocols/dyndns2/limits.ts";
import { isFullyQualified } from "#protocols/dyndns2/update-request.ts";
import { HostError } from "./host-error.ts";
import { serveLimits as limits } from "./limits.ts";

/** In lower case, without the final dot. Throws HostError. */
export function nameOf(text: string): string {
  const name = text
    .trim()
    .toLowerCase()
    .replace(/(?<=.)\.$/, "");
  if (isFullyQualified(name)) return name;
  throw invalid(`"${text}" is no full name; write one such as laptop.home.example`);
}

/** In lower case. Throws HostError. */
export function userOf(text: string): string {
  const user = text.trim().toLowerCase();
  if (/^[a-z0-9_][a-z0-9_.@-]*$/.test(user) && user.length <= protocolLimits.userMax) return user;
  throw invalid(`"${text}" is no user name; use letters, digits, dots, hyphens and underscores`);
}

/** Throws HostError when nobody could send it, or anybody guess it. */
export function checkedSecret(secret: string): string {
  const most = protocolLimits.secretMax;
  if (secret.length >= limits.secretLengthMin && secret.length <= most && !/\p{Cc}/u.test(secret))
    return secret;
  throw invalid(`a secret has ${limits.secretLengthMin} to ${most} characters on one line`);
}

/** It is not as it must be written. */
export function invalid(sentence: string): HostError {
  return new HostError("HP_DDNS_HOST_INVALID", sentence);
}

/** There is no such host or name. */
export function unknown(sentence: string): HostError {
  return new HostError("HP_DDNS_HOST_UNKNOWN", sentence);
}

/** A bound is reached. */
export function tooMany(sentence: string): HostError {
  return new HostError("HP_DDNS_HOST_TOO_MANY", sentence);
}
