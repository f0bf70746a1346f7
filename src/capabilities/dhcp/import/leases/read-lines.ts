/** Lines of a file that may be large, one after the other, each of bounded length. */
import { createReadStream } from "node:fs";
import { importLimits } from "../limits.ts";

/**
 * Calls `onLine` for each line, of which each character is an octet, without its end. Of a line that is too
 * long the number alone is told.
 */
export async function readLines(
  file: string,
  onLine: (line: string, number: number) => void,
  onTooLong: (number: number) => void,
): Promise<void> {
  let rest = "";
  let number = 0;
  let isTooLong = false;
  const end = (piece: string): void => {
    number++;
    if (isTooLong || rest.length + piece.length > importLimits.leaseLineOctetsMax) onTooLong(number);
    else onLine((rest + piece).replace(/\r$/, ""), number);
    rest = "";
    isTooLong = false;
  };
  for await (const chunk of createReadStream(file, { encoding: "latin1", highWaterMark: 256 * 1024 })) {
    const text = chunk as string;
    let from = 0;
    for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", from)) {
      end(text.slice(from, at));
      from = at + 1;
    }
    if (rest.length + text.length - from > importLimits.leaseLineOctetsMax) {
      isTooLong = true;
      rest = "";
    } else rest += text.slice(from);
  }
  if (rest !== "" || isTooLong) end("");
}
