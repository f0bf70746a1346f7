/**
 * Loaded first where npm placed Homeport in a node_modules folder ("npm install --global" of a package): Node
 * strips no types there,
 * so this does, for Homeport's own files. Threads and child processes inherit it.
 */
import { readFileSync } from "node:fs";
import { registerHooks, stripTypeScriptTypes } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const sources = `${pathToFileURL(dirname(dirname(fileURLToPath(import.meta.url)))).href}/src/`;

registerHooks({
  load(url, context, next) {
    if (!url.startsWith(sources) || !url.endsWith(".ts")) return next(url, context);
    const source = stripTypeScriptTypes(readFileSync(fileURLToPath(url), "utf8"));
    return { format: "module", source, shortCircuit: true };
  },
});
