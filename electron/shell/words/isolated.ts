/** Names come from other devices: isolated, they cannot turn the words around them. */
export function isolated(name: string): string {
  return `\u2068${name}\u2069`
}
