/** A BIND folder that lives as long as a test. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ImportRequest } from "../../src/capabilities/dns/import/import-bind.ts";

export interface BindFolder extends AsyncDisposable {
  readonly bind: string;
  /** An empty folder for the site. */
  readonly out: string;
  readonly request: ImportRequest;
}

export function bindFolder(files: Readonly<Record<string, string>>): BindFolder {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "homeport-bind-")));
  const bind = join(folder, "lab");
  const out = join(folder, "out");
  mkdirSync(bind);
  mkdirSync(out);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(bind, path)), { recursive: true });
    writeFileSync(join(bind, path), text);
  }
  return {
    bind,
    out,
    request: { from: bind, out, lenient: false, force: false },
    [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true }),
  };
}

/** A zone file that is in order. */
export const soa = "$TTL 1h\n@ SOA ns.example.net. host.example.net. 1 1d 2h 4w 1h\n NS ns.example.net.\n";
