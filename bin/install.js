/** Finds which packages of package-lock.json are missing and has npm install them. */
import { spawn } from "node:child_process";
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

/** A sentence for the person at the terminal: what is wrong and what to do. */
export class Plain extends Error {}

/** How long one npm may take, and so how long another start waits for it. */
const installMinutesMax = 15;

/**
 * Packages that are needed and not there in the locked version.
 * @param {string} folder of package.json
 * @param {{ withDevelopment: boolean, bundledNode: string | undefined }} needs
 * @returns {string[]}
 */
export function missingPackages(folder, needs) {
  if (isInstalledPackage(folder)) return missingBeside(folder, needs);
  const lock = readJson(join(folder, "package-lock.json"));
  if (lock === undefined)
    throw new Plain(`${folder} has no package-lock.json; fetch Homeport's folder again`);
  const missing = [];
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (path === "" || (entry.dev && !needs.withDevelopment)) continue;
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    if ((entry.optional || entry.devOptional) && name !== needs.bundledNode) continue;
    if (readJson(join(folder, path, "package.json"))?.version !== entry.version) missing.push(name);
  }
  return missing;
}

/** True below a node_modules folder: npm placed us and what we need, perhaps beside us. */
export function isInstalledPackage(folder) {
  return folder.split(/[\\/]/).includes("node_modules");
}

function missingBeside(folder, needs) {
  const { dependencies, devDependencies, optionalDependencies } = readJson(join(folder, "package.json"));
  const wanted = { ...dependencies, ...(needs.withDevelopment ? devDependencies : {}) };
  if (needs.bundledNode !== undefined) wanted[needs.bundledNode] = optionalDependencies[needs.bundledNode];
  return Object.entries(wanted)
    .filter(([name, version]) => versionAbove(folder, name) !== version)
    .map(([name]) => name);
}

function versionAbove(folder, name) {
  const found = readJson(join(folder, "node_modules", name, "package.json"));
  if (found !== undefined || dirname(folder) === folder) return found?.version;
  return versionAbove(dirname(folder), name);
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/**
 * Runs `npm ci`, one at a time in a folder. Throws `Plain` with what to do when packages are still missing.
 */
export async function installMissing(folder, needs) {
  if (isInstalledPackage(folder)) {
    const names = missingPackages(folder, needs).join(", ");
    throw new Plain(`this installation lacks ${names}; install Homeport again, with optional dependencies`);
  }
  requireWritable(folder);
  const release = await takeLock(join(folder, ".cache", "install.lock"));
  try {
    const missing = missingPackages(folder, needs); // again: another start may have brought them meanwhile
    if (missing.length === 0) return;
    const some = missing.slice(0, 3).join(", ") + (missing.length > 3 ? ", …" : "");
    process.stderr.write(`homeport: installing ${count(missing.length)} (${some}) …\n`);
    const startedAt = Date.now();
    await runNpm(folder, needs.withDevelopment);
    const left = missingPackages(folder, needs);
    if (left.length > 0) {
      throw new Plain(
        `npm ended well and yet ${left.join(", ")} ${left.length === 1 ? "is" : "are"} missing; ` +
          `look at npm's "omit" and "ignore" settings (npm config list), then run again`,
      );
    }
    process.stderr.write(`homeport: installed in ${((Date.now() - startedAt) / 1000).toFixed(1)} s\n`);
  } finally {
    release();
  }
}

function count(packages) {
  return packages === 1 ? "1 package" : `${packages} packages`;
}

function requireWritable(folder) {
  const modules = join(folder, "node_modules");
  for (const place of existsSync(modules) ? [folder, modules] : [folder]) {
    try {
      accessSync(place, constants.W_OK);
    } catch {
      throw new Plain(
        `packages are missing and ${place} is not writable for you; run "npm ci" in ${folder} ` +
          "as the user who owns it, then start again",
      );
    }
  }
}

/** A lock file with our pid. One that a dead process left is taken over. */
async function takeLock(file) {
  mkdirSync(dirname(file), { recursive: true });
  let told = false;
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: "wx" });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (error.code !== "EEXIST") throw new Plain(`cannot write ${file} (${error.code}); make it writable`);
    }
    if (isStale(file)) {
      rmSync(file, { force: true });
      continue;
    }
    if (!told) process.stderr.write("homeport: another start is installing packages; waiting for it …\n");
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function isStale(file) {
  try {
    const writtenMs = statSync(file).mtimeMs;
    if (Date.now() - writtenMs > installMinutesMax * 60_000) return true;
    const pid = Number(readFileSync(file, "utf8"));
    if (!(pid > 0)) return Date.now() - writtenMs > 5_000; // its writer may be between create and write
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === "ESRCH";
  }
}

async function runNpm(folder, withDevelopment) {
  const [command, ...first] = findNpm();
  const args = [
    ...first,
    "ci",
    withDevelopment ? "--include=dev" : "--omit=dev",
    "--include=optional",
    "--ignore-scripts", // koffi has one and needs none: its library comes built, in a package of its own
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
    "--fetch-retry-mintimeout=1000",
    "--fetch-retry-maxtimeout=10000",
  ];
  const child = spawn(command, args, {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: installMinutesMax * 60_000,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output = (output + chunk).slice(-20_000);
    });
  }
  const code = await new Promise((resolve) => {
    child.once("error", (error) => resolve(error.code));
    child.once("close", resolve);
  });
  if (code === 0) return;
  if (code === "ENOENT") {
    throw new Plain(
      'packages are missing and there is no npm on PATH; install npm (Debian package "npm"), ' +
        `or run "npm ci" for ${folder} where there is one`,
    );
  }
  throw new Plain(npmSentence(output, folder));
}

/** npm that called us, else the one beside this Node, else whatever PATH has. */
function findNpm() {
  const caller = process.env.npm_execpath;
  if (caller !== undefined && basename(caller) === "npm-cli.js" && existsSync(caller)) {
    return [process.execPath, caller];
  }
  const beside = join(dirname(process.execPath), "npm");
  return [existsSync(beside) ? beside : "npm"];
}

const remedies = [
  {
    codes: /\b(ENOTFOUND|EAI_AGAIN|ECONN(REFUSED|RESET)|E(NET|HOST)UNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT)\b/,
    say:
      "npm cannot reach its registry; connect this machine to the Internet, or tell npm of your proxy or mirror " +
      '("npm config set proxy URL", "npm config set registry URL"), then run again',
  },
  {
    codes: /SELF_SIGNED_CERT|UNABLE_TO_|CERT_/,
    say: "npm does not trust the registry's certificate; name your own authority in NODE_EXTRA_CA_CERTS, then run again",
  },
  { codes: /\bENOSPC\b/, say: "the disk is full; make room, then run again" },
  {
    codes: /\b(EACCES|EPERM|EROFS)\b/,
    say: 'npm may not write here; run "npm ci" as the user who owns this folder, then start again',
  },
  {
    codes: /\b(E401|E403)\b/,
    say: 'npm\'s registry refuses us; sign in ("npm login") or choose another registry',
  },
  {
    codes: /\b(E404|ETARGET|EINTEGRITY)\b/,
    say: "npm's registry does not have the packages of package-lock.json; choose one that has, then run again",
  },
  {
    codes: /\bEUSAGE\b/,
    say: 'package.json and package-lock.json differ; run "npm install" and commit both, then run again',
  },
];

function npmSentence(output, folder) {
  const known = remedies.find(({ codes }) => codes.test(output));
  const lines = output
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.includes("A complete log of this run"))
    .slice(0, 6)
    .map((line) => `  ${line}`);
  const say = known?.say ?? `npm failed; run "npm ci" in ${folder} to see all that it says, then run again`;
  return `cannot install what is missing: ${say}\n${lines.join("\n")}`;
}
