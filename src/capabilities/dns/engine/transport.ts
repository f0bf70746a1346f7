/** How a query came. */
export const Transport = { udp: 0, tcp: 1 } as const;
export type Transport = (typeof Transport)[keyof typeof Transport];
