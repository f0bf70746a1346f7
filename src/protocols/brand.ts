/**
 * A value whose meaning is part of its type: a `Brand<number, "Seconds">` is not any number. Costs nothing at
 * run time.
 */
export type Brand<Base, Label extends string> = Base & { readonly __brand: Label };
