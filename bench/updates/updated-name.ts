/** The name that an update of the load adds, without its zone. */
export function updatedName(prefix: string, client: number, number: number): string {
  return `${prefix}${client}-${number}`;
}
