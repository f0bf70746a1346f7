/**
 * For tests: reads Prometheus' text format 0.0.4 and refuses what breaks its rules. Knows nothing of how the
 * text was made.
 */
export interface ReadFamily {
  readonly help: string;
  readonly type: string;
  /** By the name with its labels as they stand, such as `x_total{transport="udp"}`. */
  readonly samples: ReadonlyMap<string, number>;
}

interface Reading {
  help: string | undefined;
  type: string | undefined;
  samples: Map<string, number>;
}

const sampleLine = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const labelPair = /^([a-zA-Z_]\w*)="((?:[^"\\]|\\[\\n"])*)"(?:,|$)/;

export function readMetricsText(text: string): ReadonlyMap<string, ReadFamily> {
  const families = new Map<string, Reading>();
  let current = "";
  if (!text.endsWith("\n")) throw new Error("the last line has no end");
  for (const [index, line] of text.slice(0, -1).split("\n").entries()) {
    const fail = (what: string): never => {
      throw new Error(`line ${index + 1}: ${what}: ${line}`);
    };
    const comment = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line);
    if (comment !== null) {
      const [, kind, name = "", rest = ""] = comment;
      if (kind === "HELP") {
        if (families.has(name)) fail("a family begins twice");
        if (/(^|[^\\])(\\\\)*\\([^\\n]|$)/.test(rest)) fail("an escape that is none");
        families.set(name, { help: rest, type: undefined, samples: new Map() });
        current = name;
        continue;
      }
      const family = families.get(name);
      if (family === undefined || name !== current) return fail("TYPE without HELP");
      if (family.type !== undefined || family.samples.size > 0) fail("TYPE twice, or behind a sample");
      if (!/^(counter|gauge|histogram)$/.test(rest)) fail("a type that is none");
      family.type = rest;
      continue;
    }
    const [, name = "", labels, number = ""] =
      sampleLine.exec(line) ?? fail("neither a comment nor a sample");
    const family = families.get(current);
    if (family?.type === undefined) return fail("a sample without HELP and TYPE");
    const owned = family.type === "histogram" ? /_(bucket|sum|count)$/ : /$/;
    if (name.replace(owned, "") !== current) fail("a sample of another family");
    if (labels !== undefined) readLabels(labels, fail);
    const value = number === "+Inf" ? Infinity : number === "-Inf" ? -Infinity : Number(number);
    if (Number.isNaN(value) && number !== "NaN") fail("no number");
    const key = labels === undefined ? name : `${name}{${labels}}`;
    if (family.samples.has(key)) fail("a sample twice");
    family.samples.set(key, value);
  }
  for (const [name, family] of families)
    if (family.type === "histogram") checkHistogram(name, family.samples);
  return families as ReadonlyMap<string, ReadFamily>;
}

function readLabels(text: string, fail: (what: string) => never): void {
  const seen = new Set<string>();
  for (let rest = text; rest !== ""; ) {
    const [pair, label = ""] = labelPair.exec(rest) ?? fail("labels that are none");
    if (seen.has(label)) fail("a label twice");
    seen.add(label);
    rest = rest.slice(pair.length);
  }
}

/** Buckets rise, end with +Inf, and that is the count. */
function checkHistogram(name: string, samples: ReadonlyMap<string, number>): void {
  const groups = new Map<string, { le: number; value: number }[]>();
  for (const [key, value] of samples) {
    const bucket = /^\w+_bucket\{(.*?),?le="([^"]+)"\}$/.exec(key);
    if (bucket === null) continue;
    const [, labels = "", le = ""] = bucket;
    groups.set(labels, [...(groups.get(labels) ?? []), { le: le === "+Inf" ? Infinity : Number(le), value }]);
  }
  if (groups.size === 0) throw new Error(`${name} has no buckets`);
  for (const [labels, buckets] of groups) {
    const place = labels === "" ? "" : `{${labels}}`;
    buckets.forEach((bucket, index) => {
      const before = buckets[index - 1];
      if (before !== undefined && !(bucket.le > before.le && bucket.value >= before.value))
        throw new Error(`${name}${place}: the bucket le=${bucket.le} does not rise`);
    });
    const last = buckets.at(-1)!;
    if (last.le !== Infinity) throw new Error(`${name}${place} has no bucket +Inf`);
    if (samples.get(`${name}_count${place}`) !== last.value)
      throw new Error(`${name}_count${place} is not that of +Inf`);
    if (!samples.has(`${name}_sum${place}`)) throw new Error(`${name}_sum${place} is not there`);
  }
}
