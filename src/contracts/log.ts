/** Structured log lines: facts first, then the sentence. pino's loggers fit. */
export interface Log {
  debug(facts: object, sentence: string): void;
  info(facts: object, sentence: string): void;
  warn(facts: object, sentence: string): void;
  error(facts: object, sentence: string): void;
  child(facts: object): Log;
}
