/**
 * A regular expression of the site file, bound in the time that it may take.
 *
 * Some need centuries for a short text, (a+)+$ for one. Which ones, nobody can tell by looking at them; so it
 * is run where the engine breaks it off.
 */
import { createContext, Script } from "node:vm";
import { limits } from "./limits.ts";
import type { Pattern } from "./template.ts";

/** It took longer than it may. */
export class PatternTooSlow extends Error {
  override readonly name = "PatternTooSlow";
}

const script = new Script("new RegExp(source, 'i').test(text)");
let context: { source?: string; text?: string } | undefined;

/** Upper and lower case are alike. Throws SyntaxError when it is no regular expression. */
export function boundedPattern(source: string): Pattern {
  new RegExp(source, "i");
  return {
    test(text) {
      context ??= createContext({}) as { source?: string; text?: string };
      Object.assign(context, { source, text });
      try {
        return script.runInContext(context, { timeout: limits.patternMsMax }) as boolean;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
        throw new PatternTooSlow(`/${source}/`);
      }
    },
  };
}
