/** What is wrong with a text with placeholders that a person wrote. Pure. */
import type { ConfigProblem } from "#contracts/configuration.ts";
import { isOfOneFamily, isPlaceholder, placeholderNames, placeholdersIn, splitUrl } from "./placeholders.ts";

const inSettings: ReadonlySet<string> = new Set(["user", "password", "token"]);
/** For one name a request; `{names}` is a list of them. */
const notForCustom: ReadonlySet<string> = new Set(["names", "hosts", "token"]);

export interface PlaceFacts {
  /** Which of `user` and `password` the settings have. */
  readonly has: ReadonlySet<string>;
  /** A parameter whose address is not sent can be left out: so of a query and of a form's body. */
  readonly mayDrop: boolean;
}

/** @param path of the field, such as `headers.authorization` */
export function placeProblems(path: string, text: string, { has, mayDrop }: PlaceFacts): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const say = (what: string, remedy: string): void => {
    problems.push({ severity: "error", path, what, remedy });
  };
  for (const name of new Set(placeholdersIn(text))) {
    if (!isPlaceholder(name) || notForCustom.has(name)) say(`there is no {${name}}`, `write one of ${known}`);
    else if (inSettings.has(name) && !has.has(name)) say(`{${name}} stands for nothing`, `add \`${name}\``);
  }
  const isUrl = path === "url";
  const fixed = isUrl ? splitUrl(text)[0] : text;
  if (placeholdersIn(fixed).some(isOfOneFamily) && (isUrl || !mayDrop))
    say("{ip4} and {ip6} can stand in parameters alone", "write {ip} there: it is sent once for each family");
  if (isUrl) problems.push(...serverProblems(text));
  else if (!mayDrop && /[\r\n]/.test(text) && path.startsWith("headers."))
    say("a header field is one line", "remove the line break");
  return problems;
}

const known = placeholderNames
  .filter((name) => !notForCustom.has(name))
  .map((name) => `{${name}}`)
  .join(" ");

function serverProblems(url: string): ConfigProblem[] {
  const place = /^https?:\/\/([^/?#]*)/i.exec(url)?.[1] ?? "";
  const problems: ConfigProblem[] = [];
  if (placeholdersIn(place).length > 0)
    problems.push({
      severity: "error",
      path: "url",
      what: "a placeholder stands in the name of the server",
      remedy: "write placeholders into the path and the query alone",
    });
  if (place.includes("@"))
    problems.push({
      severity: "error",
      path: "url",
      what: "the URL has a user name in it",
      remedy: "write it into `user`, and the password into `password`: they log in by Basic",
    });
  return problems;
}
