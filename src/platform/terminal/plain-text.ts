/** Text that strangers chose, such as the host names of machines, fit for a terminal. */

/** Controls, marks that turn the direction of text, lone surrogates, and what breaks lines. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Each of them as `?`, so that it moves no cursor, colours nothing and hides nothing. */
export function plainText(text: string): string {
  return text.replace(unprintable, "?");
}

/** One JSON document that says the same and is safe to look at: what JSON lets through is escaped too. */
export function plainJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2).replace(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escapeUnits);
}

/** A character beyond 16 bits is two units. */
function escapeUnits(character: string): string {
  return character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}
