/**
 * Looks up what a zod schema says about one place: which keys are known there, what was described, what an
 * example is.
 */
import { globalRegistry, type z } from "zod";
import type { SitePath } from "./path.ts";

/** The few parts of a schema's definition that the walk reads. */
interface Definition {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly getter?: () => z.ZodType;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly items?: readonly z.ZodType[];
  /** Of an enum. */
  readonly entries?: Readonly<Record<string, string | number>>;
  /** Of a literal. */
  readonly values?: readonly unknown[];
}

export interface SchemaNote {
  readonly description?: string;
  /** As an operator would type it. */
  readonly example?: unknown;
}

/** What `.describe()` and `.meta({ examples })` say of the schema at a place, or of what wraps it. */
export function noteAt(schema: z.ZodType, path: SitePath): SchemaNote {
  for (const layer of layersAt(schema, path)) {
    const meta = globalRegistry.get(layer);
    const examples = meta?.["examples"] as readonly unknown[] | undefined;
    if (meta?.description === undefined && examples === undefined) continue;
    return {
      ...(meta?.description === undefined ? {} : { description: meta.description }),
      ...(examples === undefined ? {} : { example: examples[0] }),
    };
  }
  return {};
}

/** Names of the keys that may stand at a place: of several kinds of sections, those of the value's kind. */
export function knownKeysAt(schema: z.ZodType, path: SitePath, value: unknown): readonly string[] {
  const shapes = layersAt(schema, path)
    .map((layer) => definitionOf(layer).shape)
    .filter((shape) => shape !== undefined);
  const ofItsKind = shapes.filter((shape) => isOfKind(value, shape));
  const names = (ofItsKind.length > 0 ? ofItsKind : shapes).flatMap((shape) => Object.keys(shape));
  return [...new Set(names)];
}

/** The words that may stand at a place. */
export function choicesAt(schema: z.ZodType, path: SitePath): readonly string[] {
  const choices = layersAt(schema, path).flatMap((layer) => {
    const { entries, values } = definitionOf(layer);
    return [...Object.values(entries ?? {}), ...(values ?? [])].map(String);
  });
  return [...new Set(choices)];
}

/** Words that the section has are words that this kind of section knows. */
function isOfKind(value: unknown, shape: Readonly<Record<string, z.ZodType>>): boolean {
  if (value === null || typeof value !== "object") return true;
  return Object.entries(value).every(([key, word]) => {
    const field = Object.hasOwn(shape, key) ? shape[key] : undefined;
    const isWord = field !== undefined && ["enum", "literal"].includes(definitionOf(field).type);
    return !isWord || field.safeParse(word).success;
  });
}

/**
 * All schemas that look at the value at `path`, outermost first: wrappers, what they wrap, branches of
 * unions.
 */
function layersAt(schema: z.ZodType, path: SitePath): readonly z.ZodType[] {
  let layers = unwrap(schema);
  for (const step of path) layers = layers.flatMap((layer) => childrenAt(layer, step)).flatMap(unwrap);
  return layers;
}

function unwrap(schema: z.ZodType): z.ZodType[] {
  const { innerType, in: input, getter, options } = definitionOf(schema);
  const inner = [innerType, input, getter?.(), ...(options ?? [])].filter((one) => one !== undefined);
  return [schema, ...inner.flatMap(unwrap)];
}

function childrenAt(schema: z.ZodType, step: string | number): z.ZodType[] {
  const { shape, element, valueType, items } = definitionOf(schema);
  const child = typeof step === "number" ? (items?.[step] ?? element) : (shape?.[step] ?? valueType);
  return child === undefined ? [] : [child];
}

function definitionOf(schema: z.ZodType): Definition {
  return schema.def as unknown as Definition;
}
