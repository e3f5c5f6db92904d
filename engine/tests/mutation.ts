/** Plain data changed at a few random places, for tests that hand in what nobody would write. The same seed gives the same change. */

const odd: readonly unknown[] = [
  null, true, false, 0, 1, -1, 7, 1.5, 8, 32, 33, 4096, 65_537, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 40), 1e308, '', 'x', 'idle', 'alpha', 'beta', 'root', 'synthetic', 'pio', 'legacy', '__proto__', 'constructor',
  'x'.repeat(300), '\u0000', '\ud800', 'README.TXT', 'f'.repeat(64), [], {}, [[]], [null], { do: 'boot-root' }, { do: 'start-vm', name: 'alpha' }, { do: 'read-file', guest: 'beta', path: '' }, { do: 'dance' }, 'ws2012', 'server-2024',
];

/** sfc32 with one word of seed. */
function chance(seed: number): (below: number) => number {
  const s = new Int32Array([0x9e3779b9, 0x243f6a88, seed, 1]);
  const next = (): number => {
    const t = (((s[0]! + s[1]!) | 0) + s[3]!) | 0;
    s[3] = (s[3]! + 1) | 0;
    s[0] = s[1]! ^ (s[1]! >>> 9);
    s[1] = (s[2]! + (s[2]! << 3)) | 0;
    s[2] = ((s[2]! << 21) | (s[2]! >>> 11)) + t;
    return t >>> 0;
  };
  for (let i = 0; i < 12; i++) next();
  return (below) => next() % below;
}

/** A copy of `value` with one to three changes: a value replaced, a field or an entry taken out, doubled or added. */
export function changedAtRandom(value: unknown, seed: number): unknown {
  const below = chance(seed);
  const whole = { value: structuredClone(value) };
  for (let n = 1 + below(3); n > 0; n--) change(whole, below);
  return whole.value;
}

function change(whole: object, below: (n: number) => number): void {
  let at = whole as Record<string, unknown> | unknown[];
  for (;;) {
    const keys = Object.keys(at);
    if (keys.length === 0) return;
    const key = keys[below(keys.length)]!;
    const held = (at as Record<string, unknown>)[key];
    if (held !== null && typeof held === 'object' && Object.keys(held).length > 0 && below(4) > 0) {
      at = held as Record<string, unknown>;
      continue;
    }
    return changeHere(at, key, below);
  }
}

function changeHere(at: Record<string, unknown> | unknown[], key: string, below: (n: number) => number): void {
  const put = structuredClone(odd[below(odd.length)]);
  const what = below(8);
  if (Array.isArray(at)) {
    if (what === 0) at.splice(Number(key), 1);
    else if (what === 1) at.push(structuredClone(at[Number(key)]));
    else at[Number(key)] = put;
    return;
  }
  if (what === 0 && key !== 'value') delete at[key];
  else if (what === 1) Object.defineProperty(at, ['extra', '__proto__', `${key}s`][below(3)]!, { value: put, enumerable: true, configurable: true, writable: true });
  else if (what === 2 && typeof at[key] === 'number') at[key] += [1, -1, 0.5, 512][below(4)]!;
  else at[key] = put;
}
