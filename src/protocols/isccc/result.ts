/** What became of a command: numbers and words of named 9.18, which rndc prints as they come. */
export const Result = {
  done: [0, "success"],
  noSpace: [19, "ran out of space"],
  notFound: [23, "not found"],
  unexpectedEnd: [24, "unexpected end of input"],
  failure: [25, "failure"],
  notImplemented: [27, "not implemented"],
  labelTooLong: [75, "label too long"],
  badEscape: [76, "bad escape"],
  emptyLabel: [77, "empty label"],
  unknownClass: [80, "unknown class/type"],
  syntax: [89, "syntax error"],
  notLoaded: [123, "zone not loaded"],
  frozen: [154, "already frozen"],
  dynamic: [171, "dynamic zone"],
  unknownCommand: [172, "unknown command"],
  notPrimary: [178, "not primary"],
  notDynamic: [181, "not dynamic"],
} as const;
export type Result = keyof typeof Result;
