/** docs/dependencies.md, package.json and the lock file say the same of what Homeport is made of. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";

const root = join(import.meta.dirname, "..");
const read = (file: string) => readFileSync(join(root, file), "utf8");

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}
interface Lock {
  readonly packages: Readonly<
    Record<
      string,
      Partial<Manifest> & { readonly version?: string; readonly dev?: boolean; readonly optional?: boolean }
    >
  >;
}

const manifest = JSON.parse(read("package.json")) as Manifest;
const lock = JSON.parse(read("package-lock.json")) as Lock;

/** Rows of the table below a heading: cells without the bars. */
function tableBelow(heading: string): readonly (readonly string[])[] {
  const section = read("docs/dependencies.md").split(`\n## ${heading}\n`)[1]?.split("\n## ")[0];
  assert.ok(section !== undefined, `docs/dependencies.md has no section "${heading}"`);
  const lines = section
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .slice(2);
  return lines.map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const sections = [
  ["At run time", { ...manifest.dependencies, ...manifest.optionalDependencies }],
  ["For development", manifest.devDependencies],
] as const;
for (const [heading, wanted] of sections) {
  test(`the table "${heading}" has a whole row for each package, in its version, and no other`, () => {
    const rows = tableBelow(heading);
    const listed = Object.fromEntries(
      rows.map(([name = "", version]) => [name.replaceAll("`", ""), version]),
    );
    assert.deepEqual(listed, wanted);
    for (const row of rows)
      assert.ok(row.length >= 4 && row.every((cell) => cell !== ""), `${row[0]}: a cell is empty`);
  });
}

test("what comes along with the packages at run time is listed", () => {
  const direct = new Set(Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }));
  const others = Object.entries(lock.packages)
    .filter(
      ([path, entry]) => path !== "" && entry.dev !== true && !direct.has(path.replace("node_modules/", "")),
    )
    .map(([path]) => path.replace(/^.*node_modules\//, ""));
  const listed = tableBelow("What comes along").map(([name = ""]) => name.replaceAll("`", ""));
  assert.deepEqual(listed.toSorted(), others.toSorted());
});

test("the lock file has exactly what package.json asks for", () => {
  const { dependencies, optionalDependencies, devDependencies } = lock.packages[""]!;
  assert.deepEqual(dependencies, manifest.dependencies);
  assert.deepEqual(optionalDependencies, manifest.optionalDependencies);
  assert.deepEqual(devDependencies, manifest.devDependencies);
  for (const [name, version] of Object.entries({
    ...dependencies,
    ...optionalDependencies,
    ...devDependencies,
  })) {
    assert.match(version, /^\d+\.\d+\.\d+$/, `${name} is not pinned`);
    assert.equal(lock.packages[`node_modules/${name}`]?.version, version, name);
  }
});

test("the lock file has every package that another names, those for other systems too, or npm ci refuses it", () => {
  const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      .filter(([name, version]) => nearest(path, name)?.version !== version)
      .map(([name, version]) => `${path}: ${name}@${version}`),
  );
  assert.deepEqual(missing, []);
});

/** The package that a name means to the one at `path`: in its own node_modules, else in those above. */
function nearest(path: string, name: string): { readonly version?: string } | undefined {
  const place = path === "" ? `node_modules/${name}` : `${path}/node_modules/${name}`;
  const found = lock.packages[place];
  if (found !== undefined || path === "") return found;
  const above = path.lastIndexOf("node_modules/");
  return nearest(path.slice(0, Math.max(0, above - 1)), name);
}
