/** Options that hold options: of vendors, of relay agents. */
import { WireError, WireReader, WireWriter } from "../../dns/wire.ts";
import { numberFrom } from "./numbers.ts";
import { hexText, octetsFrom, octetsOfText } from "./texts.ts";
import { fieldsOf, knownFields, listOf, refuse, type ValueCodec, ValueProblem } from "./value-codec.ts";

/** An option within an option. */
export interface SubOption {
  readonly code: number;
  /** In hexadecimal. */
  readonly value: string;
}

const subOptionForm = 'a sub-option, such as { code: 1, value: "0x0102" } or { code: 1, text: abc }';
const octetMax = { min: 0, max: 255, form: "a number from 0 to 255" };

/** The sub-options that octets are made of; undefined when they do not fill them. */
export function subOptionsOf(octets: Uint8Array): { code: number; data: Uint8Array }[] | undefined {
  const list: { code: number; data: Uint8Array }[] = [];
  for (let at = 0; at < octets.length; ) {
    if (at + 2 > octets.length) return undefined;
    const end = at + 2 + octets[at + 1]!;
    if (end > octets.length) return undefined;
    list.push({ code: octets[at]!, data: octets.subarray(at + 2, end) });
    at = end;
  }
  return list;
}

function writeSubOptions(value: unknown, writer: WireWriter): void {
  for (const item of listOf(value)) {
    const fields = knownFields(item, ["code", "value", "text"], subOptionForm);
    const { text } = fields;
    const octets = typeof text === "string" ? octetsOfText(text) : octetsFrom(fields["value"]);
    if (octets.length > 255) throw new ValueProblem("a sub-option has at most 255 octets");
    writer.u8(numberFrom(fields["code"], octetMax));
    writer.u8(octets.length);
    writer.bytes(octets);
  }
}

/** Sub-options, or whatever octets a vendor wants there. RFC 2132 §8.4, RFC 3046 §2.0. */
export const subOptions: ValueCodec = {
  form: `octets in hexadecimal, or a list, each of it ${subOptionForm}`,
  encode(value) {
    if (typeof value === "string" || value instanceof Uint8Array) return octetsFrom(value);
    if (typeof value !== "object") refuse(value, subOptions.form);
    const writer = new WireWriter();
    writeSubOptions(value, writer);
    return writer.finish();
  },
  decode(octets) {
    const list = subOptionsOf(octets);
    // Vendors use the codes 0 and 255 as padding and end: what has those is shown as it came.
    if (list === undefined || list.some(({ code }) => code === 0 || code === 255)) return hexText(octets);
    return list.map(({ code, data }): SubOption => ({ code, value: hexText(data) }));
  },
};

const enterpriseForm = { min: 0, max: 0xffffffff, form: "an enterprise number, such as 3561" };

/** What one vendor is told, after its number. RFC 3925 §3, §4. */
function perVendor(
  form: string,
  field: string,
  write: (value: unknown, writer: WireWriter) => void,
  read: (reader: WireReader) => unknown,
): ValueCodec {
  return {
    form,
    encode(value) {
      const list = listOf(value);
      if (list.length === 0) throw new ValueProblem(`the list is empty; write ${form}`);
      const writer = new WireWriter();
      for (const item of list) {
        const fields = knownFields(item, ["enterprise", field], form);
        writer.u32(numberFrom(fields["enterprise"], enterpriseForm));
        const at = writer.at;
        writer.u8(0);
        if (fields[field] === undefined) refuse(item, form);
        write(fields[field], writer);
        const length = writer.at - at - 1;
        if (length > 255) throw new ValueProblem(`the ${field} of one enterprise have at most 255 octets`);
        writer.octets[at] = length;
      }
      return writer.finish();
    },
    decode(octets) {
      const reader = new WireReader(octets);
      const list: unknown[] = [];
      do {
        const enterprise = reader.u32("enterprise");
        const length = reader.u8("length");
        const at = reader.take(length, "data");
        list.push({ enterprise, [field]: read(new WireReader(octets, at, at + length)) });
      } while (reader.remaining > 0);
      return list;
    },
  };
}

export const vendorClasses = perVendor(
  'a list, each of it such as { enterprise: 3561, classes: ["0x0102"] }, the classes in hexadecimal',
  "classes",
  (value, writer) => {
    for (const item of listOf(value)) {
      const octets = octetsFrom(fieldsOf(item) === undefined ? item : refuse(item, "octets in hexadecimal"));
      if (octets.length > 255) throw new ValueProblem("a vendor class has at most 255 octets");
      writer.u8(octets.length);
      writer.bytes(octets);
    }
  },
  (reader) => {
    const list: string[] = [];
    while (reader.remaining > 0) list.push(hexText(reader.copy(reader.u8("length"), "vendor class")));
    return list;
  },
);

export const vendorOptions = perVendor(
  'a list, each of it such as { enterprise: 3561, options: [{ code: 1, value: "0x0102" }] }',
  "options",
  writeSubOptions,
  (reader) => {
    const list = subOptionsOf(reader.rest());
    if (list === undefined) throw new WireError("short-input", "vendor options", reader.at);
    return list.map(({ code, data }): SubOption => ({ code, value: hexText(data) }));
  },
);
