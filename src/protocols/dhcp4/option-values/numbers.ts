/** Numbers, one or many, and true or false. */
import { WireError } from "../../dns/wire.ts";
import { expectLength, expectPieces, listOf, refuse, type ValueCodec, ValueProblem } from "./value-codec.ts";

interface NumberForm {
  readonly octets: 1 | 2 | 4;
  readonly min: number;
  readonly max: number;
  readonly form: string;
}

const forms = {
  uint8: { octets: 1, min: 0, max: 0xff, form: "a number from 0 to 255" },
  uint16: { octets: 2, min: 0, max: 0xffff, form: "a number from 0 to 65535" },
  uint32: { octets: 4, min: 0, max: 0xffffffff, form: "a number from 0 to 4294967295" },
  int32: { octets: 4, min: -0x80000000, max: 0x7fffffff, form: "a number from -2147483648 to 2147483647" },
} as const satisfies Readonly<Record<string, NumberForm>>;

/** A whole number, or one in digits; 0x for hexadecimal. */
export function numberFrom(value: unknown, { min, max, form }: Omit<NumberForm, "octets">): number {
  const isDigits = typeof value === "string" && /^(-?\d{1,10}|0x[0-9a-f]{1,8})$/i.test(value.trim());
  const number = isDigits ? Number(value) : value;
  if (typeof number !== "number" || !Number.isInteger(number) || number < min || number > max)
    refuse(value, form);
  return number === 0 ? 0 : number; // not -0
}

function write(number: number, octets: Uint8Array, at: number, size: number): void {
  for (let i = 0; i < size; i++) octets[at + i] = number >>> (8 * (size - 1 - i));
}

function read(octets: Uint8Array, at: number, { octets: size, min }: NumberForm): number {
  let number = 0;
  for (let i = 0; i < size; i++) number = (number << 8) | octets[at + i]!;
  return min < 0 ? number : number >>> 0;
}

function one(form: NumberForm): ValueCodec {
  return {
    form: form.form,
    encode(value) {
      const octets = new Uint8Array(form.octets);
      write(numberFrom(value, form), octets, 0, form.octets);
      return octets;
    },
    decode(octets) {
      expectLength(octets, form.octets);
      return read(octets, 0, form);
    },
  };
}

function many(form: NumberForm, numbersMin: number): ValueCodec {
  const numbers = form.form.replace("a number", "numbers");
  return {
    form: `a list of ${numbers}`,
    encode(value) {
      const list = listOf(value);
      if (list.length < numbersMin) throw new ValueProblem(`the list is empty; write ${numbers}`);
      const octets = new Uint8Array(list.length * form.octets);
      for (const [index, item] of list.entries())
        write(numberFrom(item, form), octets, index * form.octets, form.octets);
      return octets;
    },
    decode(octets) {
      expectPieces(octets, form.octets);
      return Array.from({ length: octets.length / form.octets }, (_, index) =>
        read(octets, index * form.octets, form),
      );
    },
  };
}

export const uint8 = one(forms.uint8);
export const uint16 = one(forms.uint16);
export const uint32 = one(forms.uint32);
export const int32 = one(forms.int32);
export const uint8s = many(forms.uint8, 1);
export const uint16s = many(forms.uint16, 1);

/** One octet, 0 or 1. RFC 2132 §4. */
export const boolean: ValueCodec = {
  form: "true or false",
  encode(value) {
    if (typeof value === "boolean") return Uint8Array.of(value ? 1 : 0);
    if (value === "true" || value === 1) return Uint8Array.of(1);
    if (value === "false" || value === 0) return Uint8Array.of(0);
    return refuse(value, "true or false");
  },
  decode(octets) {
    expectLength(octets, 1);
    if (octets[0]! > 1) throw new WireError("bad-value", "option", 0);
    return octets[0] === 1;
  },
};

/** An option that says all it has to say by being there. RFC 4039 §4. */
export const flag: ValueCodec = {
  form: "true, as the option has no value of its own",
  encode(value) {
    if (value === true || value === "true" || value === "") return new Uint8Array(0);
    return refuse(value, "true; leave the option out where it is not wanted");
  },
  decode(octets) {
    expectLength(octets, 0);
    return true;
  },
};
