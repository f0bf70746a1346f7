/** Who may import whom, each rule with its reason; and no file may import itself in a circle. */
import assert from "node:assert/strict";
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test from "node:test";
import { parseSync } from "oxc-parser";

const projectRoot = join(import.meta.dirname, "..");

/** What each part may import besides itself and Node; `packages` are npm's. */
const parts: Readonly<
  Record<string, { readonly may: readonly string[]; readonly packages: boolean; readonly why: string }>
> = {
  protocols: {
    may: [],
    packages: false,
    why: "codecs are pure: the browser, the fuzzer and the CLI use them, and nothing may come along",
  },
  contracts: {
    may: ["protocols"],
    packages: true,
    why: "a contract that knew an implementation would bind all who use it to that one",
  },
  platform: {
    may: ["protocols", "contracts"],
    packages: true,
    why: "what touches the machine must be replaceable by a fake without any capability noticing",
  },
  capabilities: {
    may: ["protocols", "contracts", "platform"],
    packages: true,
    why: "capabilities meet in contracts; each can be left out, and its commands do not depend on the surface",
  },
  surfaces: {
    may: ["contracts", "platform"],
    packages: true,
    why: "a surface hosts routes and commands of any capability and knows none by name",
  },
  main: {
    may: ["contracts", "surfaces", "capabilities"],
    packages: false,
    why: "the composition root lists, and does nothing",
  },
};

/** Node modules that reach the machine, which pure code must not. */
const pureBuiltins = new Set(["node:assert", "node:assert/strict", "node:buffer", "node:util"]);
const aliases: Readonly<Record<string, string>> = {
  "#protocols/": "src/protocols/",
  "#contracts/": "src/contracts/",
  "#platform/": "src/platform/",
  "#surfaces/": "src/surfaces/",
};

interface Import {
  readonly from: string;
  readonly to: string;
  /** Loaded with the file that imports; `import type` and `import()` are not. */
  readonly atLoad: boolean;
}

interface Findings {
  readonly files: number;
  readonly imports: readonly Import[];
  readonly violations: readonly string[];
}

/** Reads every source file below `root`/src and holds its imports against the rules. */
function examine(root: string): Findings {
  const files = globSync("src/**/*.ts", { cwd: root })
    .filter((file) => !file.endsWith(".test.ts"))
    .sort();
  const violations: string[] = [];
  const imports: Import[] = [];
  for (const file of files) {
    for (const { specifier, atLoad } of importsOf(join(root, file))) {
      const to = resolveSpecifier(specifier, file);
      if (to.startsWith("src/") && !existsSync(join(root, to)))
        violations.push(`${file}: ${specifier} is not there`);
      imports.push({ from: file, to, atLoad });
      const broken = brokenRule(file, to);
      if (broken !== undefined) violations.push(`${file} imports ${to}: ${broken}`);
    }
  }
  return { files: files.length, imports, violations: [...violations, ...cycles(imports)] };
}

function importsOf(path: string): { specifier: string; atLoad: boolean }[] {
  const source = readFileSync(path, "utf8");
  const { module, errors } = parseSync(path, source);
  assert.deepEqual(errors, [], path);
  const found = module.staticImports.map(({ moduleRequest, entries }) => ({
    specifier: moduleRequest.value,
    atLoad: entries.length === 0 || entries.some((entry) => !entry.isType),
  }));
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest, isType } of entries) {
      if (moduleRequest !== null) found.push({ specifier: moduleRequest.value, atLoad: !isType });
    }
  }
  for (const { moduleRequest } of module.dynamicImports) {
    const text = source.slice(moduleRequest.start, moduleRequest.end);
    assert.match(
      text,
      /^"[^"]*"$/,
      `${path}: import(${text}) must name its module, or no tool can follow it`,
    );
    found.push({ specifier: JSON.parse(text) as string, atLoad: false });
  }
  return found;
}

function resolveSpecifier(specifier: string, from: string): string {
  if (specifier.startsWith(".")) return join(dirname(from), specifier);
  const alias = Object.keys(aliases).find((prefix) => specifier.startsWith(prefix));
  return alias === undefined ? specifier : aliases[alias] + specifier.slice(alias.length);
}

function partOf(file: string): string {
  return file === "src/main.ts" ? "main" : (/^src\/([^/]+)\//.exec(file)?.[1] ?? "");
}

function brokenRule(from: string, to: string): string | undefined {
  const part = partOf(from);
  const rule = parts[part];
  if (rule === undefined) return `src/${part} is no part of the house; see docs/architecture.md`;
  if (to.startsWith("node:")) {
    return part === "protocols" && !pureBuiltins.has(to) ? `protocols are pure (${rule.why})` : undefined;
  }
  if (!to.startsWith("src/")) return rule.packages ? undefined : `${part} uses no packages (${rule.why})`;
  const target = partOf(to);
  if (target === part) {
    if (part !== "capabilities" || capabilityOf(from) === capabilityOf(to)) return undefined;
    return `capabilities never import one another (${rule.why})`;
  }
  return rule.may.includes(target) ? undefined : `${part} may not import ${target} (${rule.why})`;
}

function capabilityOf(file: string): string {
  return file.split("/")[2]!;
}

/**
 * Circles of imports that are loaded with their files: in those, what is undefined depends on who came first.
 */
function cycles(imports: readonly Import[]): string[] {
  const graph = Map.groupBy(
    imports.filter(({ to, atLoad }) => atLoad && to.startsWith("src/")),
    ({ from }) => from,
  );
  const state = new Map<string, "open" | "done">();
  const found: string[] = [];
  const visit = (file: string, trail: readonly string[]): void => {
    if (state.get(file) === "done") return;
    if (state.get(file) === "open") {
      found.push(`a circle: ${[...trail.slice(trail.indexOf(file)), file].join(" -> ")}`);
      return;
    }
    state.set(file, "open");
    for (const { to } of graph.get(file) ?? []) visit(to, [...trail, file]);
    state.set(file, "done");
  };
  for (const file of graph.keys()) visit(file, []);
  return found;
}

test("every import in src keeps to the rules, and none goes in a circle", () => {
  const { files, imports, violations } = examine(projectRoot);
  assert.ok(files > 60, `only ${files} files were looked at`);
  assert.ok(imports.length > 150, `only ${imports.length} imports were looked at`);
  assert.deepEqual(violations, []);
});

test("the sub-paths of package.json are those the rules know", () => {
  const { imports } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")) as {
    imports: object;
  };
  const expected = Object.entries(aliases).map(([alias, folder]) => [`${alias}*`, `./${folder}*`]);
  assert.deepEqual(imports, Object.fromEntries(expected));
});

const planted: readonly (readonly [why: string, files: Readonly<Record<string, string>>, want: RegExp])[] = [
  ["a codec that opens files", { "protocols/dns/a.ts": 'import "node:fs";' }, /protocols are pure/],
  ["a codec that uses a package", { "protocols/dns/a.ts": 'import { z } from "zod";' }, /uses no packages/],
  [
    "a contract that knows the platform",
    {
      "contracts/a.ts": 'import "#platform/b.ts";',
      "platform/b.ts": "",
    },
    /contracts may not import platform/,
  ],
  [
    "a platform that knows a capability",
    {
      "platform/a.ts": 'import type { B } from "../capabilities/b/b.ts";',
      "capabilities/b/b.ts": "export type B = 1;",
    },
    /platform may not import capabilities/,
  ],
  [
    "a capability that knows another",
    {
      "capabilities/a/a.ts": 'export { b } from "../b/b.ts";',
      "capabilities/b/b.ts": "export const b = 1;",
    },
    /never import one another/,
  ],
  [
    "a capability that knows a surface",
    {
      "capabilities/a/a.ts": 'await import("#surfaces/b.ts");',
      "surfaces/b.ts": "",
    },
    /capabilities may not import surfaces/,
  ],
  [
    "a surface that knows a capability",
    {
      "surfaces/a.ts": 'import "../capabilities/b/b.ts";',
      "capabilities/b/b.ts": "",
    },
    /surfaces may not import capabilities/,
  ],
  [
    "a composition root that does work",
    { "main.ts": 'import "#platform/a.ts";', "platform/a.ts": "" },
    /main may not import/,
  ],
  ["a folder that is no part", { "tools/a.ts": 'import "node:fs";' }, /no part of the house/],
  ["an import of nothing", { "platform/a.ts": 'import "./b.ts";' }, /is not there/],
  [
    "a circle",
    { "platform/a.ts": 'import "./b.ts";', "platform/b.ts": 'import "./a.ts";' },
    /a circle: .*a\.ts -> .*b\.ts -> .*a\.ts/,
  ],
];
for (const [why, files, want] of planted) {
  test(`the rules notice ${why}`, () => {
    const root = mkdtempSync(join(tmpdir(), "architecture-"));
    try {
      for (const [file, source] of Object.entries(files)) {
        mkdirSync(join(root, "src", dirname(file)), { recursive: true });
        writeFileSync(join(root, "src", file), source);
      }
      const { violations } = examine(root);
      assert.equal(violations.length, 1, violations.join("\n"));
      assert.match(violations[0]!, want);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
}

test("a circle of types alone is none", () => {
  const typeOnly: Import[] = [
    { from: "src/a.ts", to: "src/b.ts", atLoad: false },
    { from: "src/b.ts", to: "src/a.ts", atLoad: true },
  ];
  assert.deepEqual(cycles(typeOnly), []);
});
