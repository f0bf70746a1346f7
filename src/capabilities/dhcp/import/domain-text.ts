/** Domains of other servers' configs as site.yaml has them. */
import { domainName } from "../config-fields.ts";

/** In lower case and without the final dot; undefined: it is none, such as several with blanks between. */
export function domainText(text: string): string | undefined {
  const plain = text.replace(/\.$/, "").toLowerCase();
  return domainName.safeParse(plain).success ? plain : undefined;
}
