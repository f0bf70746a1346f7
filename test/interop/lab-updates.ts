/** Random changes of a zone, as a script for nsupdate: one message each, the same ones each time. */

/** One `update` line each, under `zone`: additions, replacements and removals of a few hundred names. */
export function randomUpdates(zone: string, count: number, seed = 1): readonly string[] {
  let state = seed;
  const below = (end: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0; // Numerical Recipes' generator
    return Math.floor((state / 2 ** 32) * end);
  };
  return Array.from({ length: count }, () => {
    const owner = `h${below(200)}.${zone}.`;
    const address = `10.0.${below(4)}.${below(256)}`;
    switch (below(6)) {
      case 0:
        return `update delete ${owner}`;
      case 1:
        return `update delete ${owner} A`;
      case 2:
        return `update add ${owner} ${60 + below(10)} TXT "${below(1000)}"`;
      case 3:
        return `update add ${owner} 300 AAAA 2001:db8::${below(65_536).toString(16)}`;
      default:
        return `update add ${owner} ${300 + below(3)} A ${address}`;
    }
  });
}

/** The script that sends each line in a message of its own. */
export function scriptOf(port: number, zone: string, lines: readonly string[]): string {
  const sends = lines.map((line) => `zone ${zone}.\n${line}\nsend\n`);
  return `server 127.0.0.1 ${port}\n${sends.join("")}`;
}
