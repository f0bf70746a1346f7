/** Every bound of a question to another server, with where the number comes from. */
export const limits = {
  /** Datagrams that are not the answer, looked at in one try; more is an attack, and the try is over. */
  strayDatagramsMax: 1000,
} as const;
