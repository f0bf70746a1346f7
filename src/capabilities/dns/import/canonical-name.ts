/** Names of zones and keys as site.yaml has them. */
import { lowerName, NameError, nameToText, parseName } from "#protocols/dns/name.ts";

/** Lower case, without final dot. */
export function canonicalName(text: string): string | NameError {
  try {
    if (text === "" || text === "@") return new NameError(`"${text}" is none`);
    const name = nameToText(lowerName(parseName(text)));
    return name === "." ? name : name.slice(0, -1);
  } catch (error) {
    if (error instanceof NameError) return error;
    throw error;
  }
}
