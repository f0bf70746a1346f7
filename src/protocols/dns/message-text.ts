/** A message for people, and for programs as JSON. */
import { ednsOptionToText } from "./edns.ts";
import type { Message, MessageRecord, Question } from "./message.ts";
import { nameToText } from "./name.ts";
import { rdataToText } from "./records/index.ts";
import { mnemonicOfClass, mnemonicOfOpcode, mnemonicOfRcode, mnemonicOfType } from "./registry.ts";

/** Every fact of the message, in lines of which all but the records begin with `;`. */
export function formatMessage(message: Message): string {
  const { edns } = message;
  const lines = [
    `;; ${mnemonicOfRcode(message.rcode)}, opcode ${mnemonicOfOpcode(message.opcode)}, id ${message.id}, flags ${
      flagNames(message).join(" ") || "none"
    }`,
  ];
  if (edns !== undefined) {
    const facts = [
      `version ${edns.version}`,
      ...(edns.dnssecOk ? ["do"] : []),
      `UDP up to ${edns.udpSize} octets`,
    ];
    lines.push(
      `;; EDNS ${facts.join(", ")}`,
      ...edns.options.map((option) => `;; ${ednsOptionToText(option)}`),
    );
  }
  lines.push("", ";; question", ...message.questions.map((question) => `;${questionToText(question)}`));
  for (const [title, records] of sectionsOf(message)) {
    if (records.length > 0) lines.push("", `;; ${title}`, ...recordLines(records));
  }
  return lines.join("\n");
}

/** One line each, names, TTLs and types in columns. */
export function recordLines(records: readonly MessageRecord[]): string[] {
  const rows = records.map((record) => [
    nameToText(record.name),
    String(record.ttl),
    mnemonicOfClass(record.class),
    mnemonicOfType(record.type),
    rdataToText(record.type, record.rdata),
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 1 ? cell.padStart(widths[1]!) : cell.padEnd(widths[column] ?? 0)))
      .join(" ")
      .trimEnd(),
  );
}

export interface MessageJson {
  readonly id: number;
  readonly rcode: string;
  readonly opcode: string;
  readonly flags: readonly string[];
  readonly edns?: {
    readonly version: number;
    readonly udpSize: number;
    readonly dnssecOk: boolean;
    readonly options: readonly { readonly code: number; readonly hex: string; readonly text: string }[];
  };
  readonly questions: readonly { readonly name: string; readonly class: string; readonly type: string }[];
  readonly answers: readonly RecordJson[];
  readonly authorities: readonly RecordJson[];
  readonly additionals: readonly RecordJson[];
}

export interface RecordJson {
  readonly name: string;
  readonly ttl: number;
  readonly class: string;
  readonly type: string;
  /** RDATA in presentation format. */
  readonly data: string;
}

export function messageToJson(message: Message): MessageJson {
  const { edns } = message;
  return {
    id: message.id,
    rcode: mnemonicOfRcode(message.rcode),
    opcode: mnemonicOfOpcode(message.opcode),
    flags: flagNames(message),
    ...(edns === undefined
      ? {}
      : {
          edns: {
            version: edns.version,
            udpSize: edns.udpSize,
            dnssecOk: edns.dnssecOk,
            options: edns.options.map((option) => ({
              code: option.code,
              hex: option.value.toHex(),
              text: ednsOptionToText(option),
            })),
          },
        }),
    questions: message.questions.map((question) => ({
      name: nameToText(question.name),
      class: mnemonicOfClass(question.class),
      type: mnemonicOfType(question.type),
    })),
    answers: message.answers.map(recordToJson),
    authorities: message.authorities.map(recordToJson),
    additionals: message.additionals.map(recordToJson),
  };
}

function recordToJson({ name, ttl, class: rrClass, type, rdata }: MessageRecord): RecordJson {
  return {
    name: nameToText(name),
    ttl,
    class: mnemonicOfClass(rrClass),
    type: mnemonicOfType(type),
    data: rdataToText(type, rdata),
  };
}

function flagNames(message: Message): string[] {
  const flags: readonly (readonly [string, boolean])[] = [
    ["qr", message.isResponse],
    ["aa", message.isAuthoritative],
    ["tc", message.isTruncated],
    ["rd", message.recursionDesired],
    ["ra", message.recursionAvailable],
    ["ad", message.authenticData],
    ["cd", message.checkingDisabled],
  ];
  return flags.filter(([, isSet]) => isSet).map(([name]) => name);
}

function questionToText({ name, class: rrClass, type }: Question): string {
  return `${nameToText(name)} ${mnemonicOfClass(rrClass)} ${mnemonicOfType(type)}`;
}

function sectionsOf(message: Message): readonly (readonly [string, readonly MessageRecord[]])[] {
  return [
    ["answer", message.answers],
    ["authority", message.authorities],
    ["additional", message.additionals],
  ];
}
