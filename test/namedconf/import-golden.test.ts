/**
 * Whole imports, compared file by file. HOMEPORT_GOLDEN=write makes the expected files anew: read the
 * diff.
 */
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { parseName } from "#protocols/dns/name.ts";
import { parseZone } from "#protocols/zonefile/zone-file.ts";
import { DnsConfig } from "../../src/capabilities/dns/config.ts";
import { type ImportRequest, importBind } from "../../src/capabilities/dns/import/import-bind.ts";

const root = join(import.meta.dirname, "../..");
const foundry = join(root, "examples/foundry");
const golden = join(import.meta.dirname, "golden");

interface Case {
  readonly why: string;
  readonly from: string;
  readonly expected: string;
  readonly options?: Partial<ImportRequest>;
}

const cases: readonly Case[] = [
  { why: "the foundry lab gives examples/foundry", from: join(foundry, "bind"), expected: foundry },
  {
    why: "the foundry lab as published, with its repairs",
    from: join(import.meta.dirname, "as-published"),
    expected: join(golden, "as-published"),
    options: { lenient: true, siteName: "foundry" },
  },
  {
    why: "Debian with views, acls, keys, globs, includes in zone files, a journal and a raw file",
    from: join(golden, "debian-views/bind"),
    expected: join(golden, "debian-views/inside"),
    options: { siteName: "debian-views" },
  },
  {
    why: "the other view of that, with a zone that it takes from the first",
    from: join(golden, "debian-views/bind"),
    expected: join(golden, "debian-views/outside"),
    options: { siteName: "debian-views", view: "outside" },
  },
  {
    why: "zones that certbot, external-dns, Terraform, dhcpd and anybody may change",
    from: join(golden, "dynamic-zones/bind"),
    expected: join(golden, "dynamic-zones"),
    options: { siteName: "lab" },
  },
  {
    why: "a farm of secondaries with keys by server, TLS and a catalog",
    from: join(golden, "secondary-farm/bind"),
    expected: join(golden, "secondary-farm"),
    options: { siteName: "farm" },
  },
  {
    why: "the first of two views that have keys of their own",
    from: join(golden, "keyed-views/bind"),
    expected: join(golden, "keyed-views/inside"),
    options: { siteName: "keyed" },
  },
  {
    why: "the second of two views that have keys of their own",
    from: join(golden, "keyed-views/bind"),
    expected: join(golden, "keyed-views/outside"),
    options: { siteName: "keyed", view: "outside" },
  },
];

const made = ["site.yaml", "import-report.txt", "zones", "keys"];

for (const { why, from, expected, options } of cases) {
  test(`import: ${why}`, async () => {
    await withFolder(async (out) => {
      const result = await importBind({ from, out, lenient: false, force: false, ...options });
      assert(result.done, JSON.stringify(result));
      if (process.env["HOMEPORT_GOLDEN"] === "write") {
        for (const name of made) {
          rmSync(join(expected, name), { recursive: true, force: true });
          if (!readdirSync(out).includes(name)) continue;
          mkdirSync(expected, { recursive: true });
          cpSync(join(out, name), join(expected, name), { recursive: true });
        }
      }
      assert.deepEqual(tree(out), tree(expected));
      assert.deepEqual(Object.keys(tree(out)).sort(), [...result.report.written].sort());
      for (const name of Object.keys(tree(join(out))).filter((path) => path.startsWith("keys/"))) {
        assert.equal(statSync(join(out, name)).mode & 0o777, 0o600, name);
      }
    });
  });
  test(`site.yaml is what the name server reads: ${why}`, () => {
    const { dns } = parse(readFileSync(join(expected, "site.yaml"), "utf8"));
    DnsConfig.parse(dns);
  });
  test(`the report holds no secret: ${why}`, () => {
    const files = tree(expected);
    const secrets = Object.entries(files)
      .filter(([path]) => path.startsWith("keys/"))
      .map(([, text]) => /secret "(.*)"/.exec(text)![1]!);
    assert(secrets.length > 0);
    for (const secret of secrets) assert(!files["import-report.txt"]!.includes(secret));
  });
}

test("the foundry lab as published gives the same site as the lab itself, record by record", () => {
  const published = join(golden, "as-published");
  assert.equal(
    readFileSync(join(published, "site.yaml"), "utf8"),
    readFileSync(join(foundry, "site.yaml"), "utf8"),
  );
  const { dns } = parse(readFileSync(join(foundry, "site.yaml"), "utf8"));
  assert.equal(dns.zones.length, 2);
  for (const { name, file } of dns.zones) {
    const records = recordsOf(join(foundry, file), name);
    assert(records.length > 4);
    assert.deepEqual(recordsOf(join(published, file), name), records);
  }
});

test("the foundry lab as published is refused without --lenient, with places and the way out", async () => {
  await withFolder(async (out) => {
    const from = join(import.meta.dirname, "as-published");
    const result = await importBind({ from, out, lenient: false, force: false });
    assert(!result.done);
    assert.deepEqual(readdirSync(out), []);
    const [first] = result.problems;
    assert.deepEqual([first?.file, first?.line, first?.column], ["named.conf", 2, 78]);
    assert(result.problems.every(({ remedy }) => remedy?.includes("--lenient")));
  });
});

/** Each record as text that can be compared, in order. */
function recordsOf(file: string, zone: string): string[] {
  const records: string[] = [];
  const problems: string[] = [];
  parseZone(
    { file, octets: readFileSync(file) },
    {
      origin: parseName(zone),
      include: () => "no file is included here",
      sink: {
        record: (owner, ownerLength, type, ttl, rdata, rdataLength) => {
          const octets = [owner.subarray(0, ownerLength), rdata.subarray(0, rdataLength)];
          records.push([...octets.map((part) => part.toHex()), type, ttl].join(" "));
        },
      },
      onProblem: (problem) => problems.push(problem.what),
    },
  );
  assert.deepEqual(problems, []);
  return records.sort();
}

function tree(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => made.includes(path.split("/")[0]!));
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), "latin1")]));
}

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "homeport-import-"));
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
