/** The parser's own process: answers one question and ends, and the memory that parsing took goes with it. */

import { editYaml } from "./yaml-edit.ts";
import type { YamlQuestion } from "./yaml-reader.ts";
import { locate, parseYaml } from "./yaml-text.ts";

process.once("message", (question: YamlQuestion) => {
  process.send?.(answerTo(question), undefined, undefined, () => process.disconnect?.());
});

function answerTo({ text, places, changes }: YamlQuestion): unknown {
  if (changes !== undefined) return editYaml(text, changes);
  return places === undefined ? parseYaml(text) : locate(text, places);
}
