/** The same numbers in every run and for every server: whole ones from 0 to below `count`. */
export function seededRandom(seed: number): (count: number) => number {
  let state = seed >>> 0;
  return (count) => {
    // a 32-bit Weyl sequence, its bits mixed by two multiplications (Steele and Vigna's constants)
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return Math.floor((((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32) * count);
  };
}
