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
      Partial<Manifest> & {
        readonly version?: string;
        readonly integrity?: string;
        readonly dev?: boolean;
        readonly optional?: boolean;
        readonly hasInstallScript?: boolean;
        readonly os?: readonly string[];
        readonly cpu?: readonly string[];
      }
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
  const families = listed.filter((name) => name.endsWith("*"));
  const rowFor = (name: string) => families.find((family) => name.startsWith(family.slice(0, -1))) ?? name;
  assert.deepEqual(listed.toSorted(), [...new Set(others.map(rowFor))].sort());
});

test("a row for a family of packages covers only packages for one system each, all of one version", () => {
  const families = tableBelow("What comes along").filter(([name]) => name?.endsWith("*`"));
  assert.ok(families.length > 0);
  for (const [name = "", owner = ""] of families) {
    const prefix = `node_modules/${name.replaceAll("`", "").slice(0, -1)}`;
    const { version } = lock.packages[`node_modules/${owner}`] ?? {};
    for (const [path, entry] of Object.entries(lock.packages)) {
      if (!path.startsWith(prefix)) continue;
      assert.equal(entry.version, version, path);
      assert.ok(entry.optional === true && entry.os?.length === 1 && entry.cpu?.length === 1, path);
    }
  }
});

test("every package at run time has its checksum in the lock file, those for other systems too", () => {
  const atRunTime = Object.entries(lock.packages).filter(([path, { dev }]) => path !== "" && dev !== true);
  const without = atRunTime.filter(([, { integrity }]) => !integrity);
  assert.deepEqual(
    without.map(([path]) => path),
    [],
  );
});

test("the only packages with an install script are those that the text names", () => {
  const scripted = Object.entries(lock.packages).filter(([, entry]) => entry.hasInstallScript === true);
  assert.deepEqual(
    scripted.map(([path]) => path),
    ["node_modules/koffi"],
  );
  assert.match(read("docs/dependencies.md"), /One package has an install script, `koffi`/);
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
