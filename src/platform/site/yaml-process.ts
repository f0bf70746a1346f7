/** The parser's own process: answers one question and ends, and the memory that parsing took goes with it. */
import type { YamlQuestion } from "./yaml-reader.ts";
import { locate, parseYaml } from "./yaml-text.ts";

process.once("message", (question: YamlQuestion) => {
  const { text, places } = question;
  process.send?.(places === undefined ? parseYaml(text) : locate(text, places), undefined, undefined, () =>
    process.disconnect?.(),
  );
});
