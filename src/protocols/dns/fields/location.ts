/**
 * A place on the Earth. RFC 1876 §2, §3.
 *
 *     version 0 | size | horizontal precision | vertical precision | latitude | longitude | altitude
 *         8     |  8   |           8          |          8         |    32    |    32     |    32   bits
 *
 * Sizes are centimetres as a digit times a power of ten, four bits each. Latitude and longitude are
 * thousandths of a second of arc, 2^31 being the equator and Greenwich. Altitude is centimetres above
 * -100,000 m.
 */
import type { Field, TextReader } from "../record.ts";
import type { WireReader } from "../wire.ts";
import { parseDecimal, takeWord } from "./words.ts";

export interface Location {
  /** Diameter of the described thing, as the octet on the wire. */
  readonly size: number;
  readonly horizontalPrecision: number;
  readonly verticalPrecision: number;
  readonly latitude: number;
  readonly longitude: number;
  readonly altitude: number;
}

const zero = 0x80000000;
const latitudeMax = 90 * 3_600_000;
const longitudeMax = 180 * 3_600_000;
const seaLevel = 10_000_000;
const example = "52 22 23 N 4 53 32 E -2m 1m 10000m 10m";
/** RFC 1876 §3: what stands for a size or precision that is left out: 1 m, 10 km, 10 m. */
const defaults = { size: 0x12, horizontalPrecision: 0x16, verticalPrecision: 0x13 } as const;

export const location: Field<Location> = {
  decode(reader, label) {
    if (reader.u8(label) !== 0) reader.fail("unknown-form", label, reader.at - 1); // RFC 1876 §2
    return {
      size: readSize(reader, label),
      horizontalPrecision: readSize(reader, label),
      verticalPrecision: readSize(reader, label),
      latitude: readAngle(reader, label, latitudeMax),
      longitude: readAngle(reader, label, longitudeMax),
      altitude: reader.u32(label),
    };
  },
  encode(value, writer) {
    writer.u8(0);
    writer.u8(value.size);
    writer.u8(value.horizontalPrecision);
    writer.u8(value.verticalPrecision);
    writer.u32(value.latitude);
    writer.u32(value.longitude);
    writer.u32(value.altitude);
  },
  parse(text, label) {
    const latitude = parseAngle(text, label, { degreesMax: 90, positive: "N", negative: "S" });
    const longitude = parseAngle(text, label, { degreesMax: 180, positive: "E", negative: "W" });
    const altitude = parseAltitude(text, label);
    return {
      latitude,
      longitude,
      altitude,
      size: parseSize(text, label) ?? defaults.size,
      horizontalPrecision: parseSize(text, label) ?? defaults.horizontalPrecision,
      verticalPrecision: parseSize(text, label) ?? defaults.verticalPrecision,
    };
  },
  print(value) {
    return [
      printAngle(value.latitude, "N", "S"),
      printAngle(value.longitude, "E", "W"),
      `${centimetresToText(value.altitude - seaLevel)}m`,
      ...[value.size, value.horizontalPrecision, value.verticalPrecision].map(
        (size) => `${centimetresToText((size >>> 4) * 10 ** (size & 15), { isWholeShort: true })}m`,
      ),
    ].join(" ");
  },
};

function readSize(reader: WireReader, label: string): number {
  const size = reader.u8(label);
  if (size >>> 4 > 9 || (size & 15) > 9) reader.fail("bad-value", label, reader.at - 1);
  return size;
}

function readAngle(reader: WireReader, label: string, max: number): number {
  const angle = reader.u32(label);
  if (Math.abs(angle - zero) > max) reader.fail("bad-value", label, reader.at - 4);
  return angle;
}

function parseAngle(
  text: TextReader,
  label: string,
  { degreesMax, positive, negative }: { degreesMax: number; positive: string; negative: string },
): number {
  const wrong = (word: string): never =>
    text.fail(
      `"${word}" is not part of degrees, minutes, seconds and ${positive} or ${negative}`,
      `LOC ${example}`,
    );
  const direction = (word: string): number => (word === positive ? 1 : word === negative ? -1 : 0);
  let word = takeWord(text, label, example);
  const degrees = parseDecimal(word, degreesMax);
  if (degrees === -1) wrong(word);
  let thousandths = degrees * 3_600_000;
  word = takeWord(text, label, example);
  if (direction(word) === 0) {
    const minutes = parseDecimal(word, 59);
    if (minutes === -1) wrong(word);
    thousandths += minutes * 60_000;
    word = takeWord(text, label, example);
  }
  if (direction(word) === 0) {
    const [, whole, fraction = ""] = /^([0-9]{1,2})(?:\.([0-9]{0,3}))?$/.exec(word) ?? wrong(word);
    const seconds = Number(whole) * 1000 + Number(fraction.padEnd(3, "0"));
    if (seconds > 59_999) wrong(word);
    thousandths += seconds;
    word = takeWord(text, label, example);
  }
  const sign = direction(word);
  if (sign === 0 || thousandths > degreesMax * 3_600_000) wrong(word);
  return zero + sign * thousandths;
}

function parseAltitude(text: TextReader, label: string): number {
  const word = takeWord(text, label, "metres, such as -2m");
  const [, sign, whole, fraction = ""] = /^([-+]?)([0-9]*)(?:\.([0-9]{0,2}))?m?$/i.exec(word) ?? [];
  const centimetres = Number(`${sign}1`) * (Number(whole) * 100 + Number(fraction.padEnd(2, "0")));
  if (whole === undefined || centimetres < -seaLevel || centimetres > 0xffffffff - seaLevel) {
    text.fail(`"${word}" is not an altitude`, "metres from -100000.00 to 42849672.95, such as -2m");
  }
  return centimetres + seaLevel;
}

/** undefined at the end of the record: sizes may be left out. */
function parseSize(text: TextReader, label: string): number | undefined {
  if (text.peek() === undefined) return undefined;
  const word = takeWord(text, label, "metres, such as 10m");
  const [, whole, fraction = ""] = /^([0-9]*)(?:\.([0-9]{0,2}))?m?$/i.exec(word) ?? [];
  let digit = Number(whole) * 100 + Number(fraction.padEnd(2, "0"));
  if (whole === undefined || digit > 9_000_000_000) {
    text.fail(`"${word}" is not a size`, "metres from 0 to 90000000.00, such as 10m");
  }
  let exponent = 0;
  for (; digit > 9; exponent++) digit = Math.floor(digit / 10);
  return (digit << 4) | exponent;
}

function printAngle(angle: number, positive: string, negative: string): string {
  const thousandths = Math.abs(angle - zero);
  const degrees = Math.floor(thousandths / 3_600_000);
  const minutes = Math.floor(thousandths / 60_000) % 60;
  const seconds = (thousandths % 60_000) / 1000;
  return `${degrees} ${minutes} ${seconds.toFixed(3)} ${angle >= zero ? positive : negative}`;
}

function centimetresToText(centimetres: number, { isWholeShort = false } = {}): string {
  return isWholeShort && centimetres >= 100 ? String(centimetres / 100) : (centimetres / 100).toFixed(2);
}
