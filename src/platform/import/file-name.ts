/** File names for zones and keys, whose names may hold anything, also `/` and `..`. */
import { createHash } from "node:crypto";
import { importLimits } from "./limits.ts";

/**
 * A file name without folder that stands for one name and no other: what is not a letter, digit, `-`, `_`
 * or an inner dot is written as `%` and its octet. Never `.` or `..`, never hidden, never longer than file
 * systems allow.
 */
export function safeFileName(name: string): string {
  const octets = Buffer.from(name.toLowerCase(), "utf8");
  let text = "";
  for (const [i, octet] of octets.entries()) {
    const character = String.fromCharCode(octet);
    const plain = /[a-z\d_-]/.test(character) || (character === "." && i > 0);
    text += plain ? character : `%${octet.toString(16).padStart(2, "0")}`;
  }
  if (text.length <= importLimits.fileNameOctetsMax) return text;
  const hash = createHash("sha256").update(octets).digest("hex").slice(0, 16);
  return `${text.slice(0, importLimits.fileNameOctetsMax - 17)}%${hash}`;
}
