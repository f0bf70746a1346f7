/**
 * Files with the secret of a key: what tsig-keygen, rndc-confgen and `homeport key new` write, the `.private`
 * half of what BIND's dnssec-keygen once wrote for HMACs, or the secret alone in base64. What is said of one
 * never quotes it.
 */
import { parseNamedConf } from "#protocols/namedconf/parser.ts";
import { shown } from "#protocols/namedconf/problem.ts";
import { type KeyStatement, readKey } from "#protocols/namedconf/read.ts";
import { statementName } from "#protocols/namedconf/tree.ts";
import { algorithmFacts, macOctetsLeast } from "./algorithms.ts";
import type { TsigAlgorithm } from "./key.ts";

export interface KeyFile {
  /** As it is written there; undefined where the file says none. */
  readonly name: string | undefined;
  readonly algorithm: TsigAlgorithm | undefined;
  readonly macOctetsMin: number | undefined;
  readonly secret: Uint8Array;
}

/** Why a text is no key file. */
export class KeyFileError extends Error {
  override readonly name = "KeyFileError";
  readonly remedy: string;
  /** Counted from 1. */
  readonly line: number | undefined;

  constructor(what: string, remedy: string, line?: number) {
    super(what);
    this.remedy = remedy;
    this.line = line;
  }
}

const makeOne = "make one: homeport key new NAME";

/**
 * @param wanted the key to take where there are several
 * @throws KeyFileError
 */
export function readKeyFile(text: string, wanted: string): KeyFile {
  const trimmed = text.trim();
  if (trimmed === "") throw new KeyFileError("the file is empty", makeOne);
  if (trimmed.startsWith("Private-key-format:")) return readPrivateFile(trimmed);
  if (/^[A-Za-z\d+/=\s]+$/.test(trimmed)) {
    const secret = secretOctets(trimmed);
    if (secret === undefined) throw new KeyFileError("the secret is not base64", makeOne, 1);
    return { name: undefined, algorithm: undefined, macOctetsMin: undefined, secret };
  }
  return readStatements(text, wanted);
}

/** As tsig-keygen writes it. The name is a domain name without what would need quoting. */
export function keyFileText(key: { name: string; algorithm: TsigAlgorithm; secret: Uint8Array }): string {
  const { name, algorithm, secret } = key;
  return `key "${name}" {\n\talgorithm ${algorithm};\n\tsecret "${secret.toBase64()}";\n};\n`;
}

/** The octets that base64 says, blanks within it left out; undefined when it is none, or says nothing. */
export function secretOctets(base64: string): Uint8Array | undefined {
  const packed = base64.replace(/\s/g, "");
  if (packed === "" || !/^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/.test(packed)) {
    return undefined;
  }
  return Uint8Array.fromBase64(packed);
}

/** How names of keys are compared. */
export function plainKeyName(name: string): string {
  return name.toLowerCase().replace(/(?<=.)\.$/, "");
}

function readStatements(text: string, wanted: string): KeyFile {
  const { statements, problems } = parseNamedConf("", text);
  const problem = problems[0];
  if (problem !== undefined) {
    // What the parser says may quote any word of the file
    const what = `at column ${problem.column} there is a mistake`;
    throw new KeyFileError(what, 'write key "NAME" { algorithm hmac-sha256; secret "…"; };', problem.line);
  }
  const keys = statements.filter((statement) => statementName(statement) === "key").map(readKey);
  const broken = keys.find((key) => "code" in key);
  if (broken !== undefined) throw new KeyFileError(broken.what, broken.remedy ?? makeOne, broken.line);
  const whole = keys.filter((key): key is KeyStatement => !("code" in key));
  const same = whole.filter(({ name }) => plainKeyName(name) === plainKeyName(wanted));
  const key = same[0] ?? whole[0];
  if (key === undefined) throw new KeyFileError("there is no key in it", makeOne);
  if (same.length === 0 && whole.length > 1) {
    const names = whole.map(({ name }) => shown(name)).join(", ");
    throw new KeyFileError(`it has several keys, and none is ${wanted}: ${names}`, "name one of them");
  }
  const secret = secretOctets(key.secret);
  if (secret === undefined) throw new KeyFileError("the secret is empty", makeOne, key.statement.line);
  return { name: key.name, ...readAlgorithm(key.algorithm, key.statement.line), secret };
}

/** BIND writes the bits of a MAC that is cut behind the algorithm, such as `hmac-sha256-128`. */
function readAlgorithm(text: string, line: number): Pick<KeyFile, "algorithm" | "macOctetsMin"> {
  const [, algorithm, bits] = /^(hmac-[a-z\d]+)(?:-(\d+))?$/.exec(text.toLowerCase()) ?? [];
  if (!isAlgorithm(algorithm)) {
    const known = Object.keys(algorithmFacts).join(", ");
    throw new KeyFileError(`the algorithm ${shown(text)} is unknown`, `write one of ${known}`, line);
  }
  if (bits === undefined) return { algorithm, macOctetsMin: undefined };
  const octets = Number(bits) / 8;
  const least = macOctetsLeast(algorithm);
  const { macOctets } = algorithmFacts[algorithm];
  if (!Number.isInteger(octets) || octets < least || octets > macOctets) {
    const what = `MACs of ${algorithm} cannot have ${bits} bits`;
    // RFC 8945 §5.2.2.1
    const remedy = `write ${algorithm}, or whole octets of ${least * 8} to ${macOctets * 8} bits`;
    throw new KeyFileError(what, remedy, line);
  }
  return { algorithm, macOctetsMin: octets };
}

/** BIND's numbers for HMACs in files of keys. */
const privateAlgorithms: Readonly<Record<number, TsigAlgorithm>> = {
  157: "hmac-md5",
  161: "hmac-sha1",
  162: "hmac-sha224",
  163: "hmac-sha256",
  164: "hmac-sha384",
  165: "hmac-sha512",
};

function readPrivateFile(text: string): KeyFile {
  const field = (name: string): string => new RegExp(`^${name}:[ \\t]*(.*)$`, "m").exec(text)?.[1] ?? "";
  const algorithm = privateAlgorithms[Number.parseInt(field("Algorithm"), 10)];
  if (algorithm === undefined) throw new KeyFileError("it is a key that signs zones, not messages", makeOne);
  const secret = secretOctets(field("Key"));
  if (secret === undefined) throw new KeyFileError("the line that begins with Key: has no base64", makeOne);
  return { name: undefined, algorithm, macOctetsMin: undefined, secret };
}

function isAlgorithm(text: string | undefined): text is TsigAlgorithm {
  return text !== undefined && Object.hasOwn(algorithmFacts, text);
}
