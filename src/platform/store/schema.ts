/** The database's tables, and what is checked before anything else is read. */
import type { DatabaseSync } from "node:sqlite";
import { ConfigError } from "#contracts/configuration.ts";
import { limits } from "./limits.ts";

/** Written to user_version. Add a step to `steps` for the next one. */
export const schemaVersion = 1;

/** "HPst": tells this file from any other SQLite database. */
const applicationId = 0x48507374;

const steps: readonly string[] = [
  `CREATE TABLE entry (key TEXT PRIMARY KEY, value TEXT NOT NULL, created INTEGER NOT NULL, modified INTEGER NOT NULL)
     STRICT, WITHOUT ROWID;
   CREATE TABLE change (revision INTEGER NOT NULL, key TEXT NOT NULL, value TEXT, at_ms INTEGER NOT NULL,
     PRIMARY KEY (revision, key)) STRICT, WITHOUT ROWID;
   CREATE INDEX change_by_key ON change (key, revision);
   CREATE TABLE compacted (prefix TEXT PRIMARY KEY, revision INTEGER NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
   INSERT INTO counter (name, value) VALUES ('revision', 0);
   PRAGMA application_id = ${applicationId};`,
];

/**
 * Brings the tables to this version, each step whole or not at all. Throws ConfigError for a file of another
 * program or a newer one.
 */
export function migrate(db: DatabaseSync, file: string): void {
  const number = (pragma: string) => Object.values(db.prepare(`PRAGMA ${pragma}`).get() ?? {})[0] as number;
  const version = number("user_version");
  if (version > schemaVersion) {
    throw storeProblem(
      "HP_STORE_NEWER",
      file,
      `was written by a newer Homeport (schema ${version}, this one knows ${schemaVersion})`,
      "start the newer version, or give another folder with --data",
    );
  }
  const tables = db.prepare("SELECT count(*) AS count FROM sqlite_schema").get()?.["count"];
  if (tables !== 0 && number("application_id") !== applicationId) {
    const remedy = "give another folder with --data, or move the file away";
    throw storeProblem("HP_STORE_FOREIGN", file, "is the database of another program", remedy);
  }
  if (number("page_count") * number("page_size") <= limits.checkedOctetsMax) {
    const found = Object.values(db.prepare("PRAGMA quick_check(1)").get() ?? {})[0];
    if (found !== "ok") throw damaged(file, String(found));
  }
  for (const [index, step] of steps.entries()) {
    if (index < version) continue;
    db.exec(`BEGIN IMMEDIATE; ${step} PRAGMA user_version = ${index + 1}; COMMIT`);
  }
}

export function damaged(file: string, finding: string): ConfigError {
  return storeProblem(
    "HP_STORE_DAMAGED",
    file,
    `is damaged (${finding.trim().split("\n").at(-1)})`,
    `put back a backup, or save what can be read with "sqlite3 ${file} .recover | sqlite3 recovered.db", ` +
      "or move it away to start without it: site.yaml and zone files are not in it",
  );
}

export function storeProblem(code: string, file: string, what: string, remedy: string): ConfigError {
  return new ConfigError(code, [{ severity: "error", file, what, remedy }]);
}
