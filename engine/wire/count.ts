/** Numbers of things in words. Pure. */

/** How many there are, inside a sentence: '1 byte', '512 bytes', '2 entries'. */
export function count(many: number, one: string, more = `${one}s`): string {
  return many === 1 ? `1 ${one}` : `${many} ${more}`;
}
