// Vitest 5 runs on Node 20, but to print a failure it calls Map.groupBy, which came with Node 21.
if (!('groupBy' in Map)) {
  Object.defineProperty(Map, 'groupBy', {
    configurable: true,
    writable: true,
    value(/** @type {Iterable<unknown>} */ items, /** @type {(item: unknown, index: number) => unknown} */ keyOf) {
      /** @type {Map<unknown, unknown[]>} */
      const groups = new Map();
      let index = 0;
      for (const item of items) {
        const key = keyOf(item, index++);
        const group = groups.get(key);
        if (group) group.push(item);
        else groups.set(key, [item]);
      }
      return groups;
    },
  });
}
