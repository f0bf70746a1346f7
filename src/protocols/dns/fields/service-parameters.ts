/**
 * The parameters of SVCB and HTTPS. RFC 9460 §2.1, §2.2: each a 16-bit key, a 16-bit length and the value,
 * in rising order of keys. Values are kept as octets; text gives the known keys a form of their own.
 */
import type { Field, TextReader } from "../record.ts";
import type { WireReader } from "../wire.ts";
import { quote, unescapeToken } from "./character-strings.ts";
import { octetsFromText, textFromOctets } from "./latin1.ts";
import { keyFromText, keyToText, parameterForms, ServiceKey } from "./service-parameter-forms.ts";

export interface ServiceParameter {
  readonly key: number;
  readonly value: Uint8Array;
}

export const serviceParameters: Field<readonly ServiceParameter[]> = {
  decode(reader, label) {
    const parameters: ServiceParameter[] = [];
    while (reader.remaining > 0) parameters.push(readParameter(reader, label, parameters.at(-1)?.key ?? -1));
    if (problemWithSet(parameters) !== undefined) reader.fail("bad-value", label);
    return parameters;
  },
  encode(parameters, writer) {
    for (const { key, value } of parameters) {
      writer.u16(key);
      writer.u16(value.length);
      writer.bytes(value);
    }
  },
  parse(text, label) {
    const parameters: ServiceParameter[] = [];
    while (text.peek() !== undefined) parameters.push(parseParameter(text, label));
    parameters.sort((one, other) => one.key - other.key);
    const problem = problemWithSet(parameters);
    if (problem !== undefined) text.fail(problem, "each key once, and all that mandatory= lists");
    return parameters;
  },
  print: (parameters) => parameters.map(printParameter).join(" "),
};

function readParameter(reader: WireReader, label: string, previousKey: number): ServiceParameter {
  const start = reader.at;
  const key = reader.u16(label);
  if (key <= previousKey) reader.fail("bad-value", label, start); // RFC 9460 §2.2: strictly increasing
  const value = reader.copy(reader.u16(label), label);
  if (parameterForms.get(key)?.isValid(value) === false) reader.fail("bad-value", label, start);
  return { key, value };
}

function parseParameter(text: TextReader, label: string): ServiceParameter {
  const token = text.take(label);
  if (token.quoted) text.fail(`"${token.text}" has its key in quotes`, 'key=value or key="value"');
  const equals = token.text.indexOf("=");
  const name = equals === -1 ? token.text : token.text.slice(0, equals);
  const key = keyFromText(name);
  if (key === undefined) {
    text.fail(
      `"${name}" is not a service parameter`,
      "alpn, port, ipv4hint, ipv6hint, ech, mandatory or key123",
    );
  }
  const octets = unescapeToken(
    { text: takeValue(token.text, equals, text, label), quoted: false },
    text,
    label,
  );
  const form = name.startsWith("key") ? undefined : parameterForms.get(key);
  const value = form === undefined ? octetsFromText(octets) : form.parse(octets);
  if (value === undefined || parameterForms.get(key)?.isValid(value) === false) {
    text.fail(
      `"${token.text}" has a value that ${keyToText(key)} cannot have`,
      parameterForms.get(key)!.example,
    );
  }
  if (value.length > 0xffff) text.fail(`${keyToText(key)} has ${value.length} octets`, "65535 at most");
  return { key, value };
}

/**
 * The value, still with escapes. Its quotes may stand within the word, or make a token of their own behind
 * `key=`.
 */
function takeValue(word: string, equals: number, text: TextReader, label: string): string {
  if (equals === -1) return "";
  const value = word.slice(equals + 1);
  if (value === "" && text.peek()?.quoted === true) return text.take(label).text;
  return value.length >= 2 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
}

function printParameter({ key, value }: ServiceParameter): string {
  const form = parameterForms.get(key);
  const text = form === undefined ? quote(textFromOctets(value)) : form.print(value);
  return value.length === 0 ? keyToText(key) : `${keyToText(key)}=${text}`;
}

/** What holds between parameters. RFC 9460 §7.1.1, §8. */
function problemWithSet(parameters: readonly ServiceParameter[]): string | undefined {
  const keys = new Set(parameters.map(({ key }) => key));
  if (keys.size < parameters.length) return "a service parameter is given twice";
  if (keys.has(ServiceKey["no-default-alpn"]) && !keys.has(ServiceKey.alpn))
    return "no-default-alpn needs alpn";
  const mandatory = parameters.find(({ key }) => key === ServiceKey.mandatory)?.value ?? new Uint8Array();
  for (let at = 0; at + 1 < mandatory.length; at += 2) {
    const key = (mandatory[at]! << 8) | mandatory[at + 1]!;
    if (!keys.has(key)) return `mandatory lists ${keyToText(key)}, which is not given`;
  }
  return undefined;
}
