/**
 * The import law: who may know whom. If it stops you, the design is asking a question; answer it before you widen the law.
 */
import { importsOf, resolved, type Source } from './sources.ts';

interface Clause {
  /** Which files this is about; the first clause that fits decides. */
  readonly who: RegExp;
  /** What they may import, as paths from the top or names of packages. `$1` and `$2` are the parts caught in `who`. */
  readonly may: readonly string[];
  readonly why: string;
}

/** What every component may see of the others: how they speak, never how they work. */
const meetings = ['engine/devices/[^/]+/(?:.+-)?(?:hops|protocol|registers)\\.ts', 'engine/.+/(?:.+-)?hops\\.ts'];
const ground = ['engine/wire/.+', 'engine/sim/.+'];
const components = ['engine/(?:hardware|hypervisor|root|guest|devices)/.+', 'engine/remote[^/]*\\.ts'];

export const law: readonly Clause[] = [
  { who: /^engine\/wire\//, may: ['engine/wire/.+'], why: 'wire is bytes and tables: it knows nothing but itself' },
  { who: /^engine\/sim\//, may: ground, why: 'the kernel runs components, it does not know them' },
  { who: /^engine\/(hardware|hypervisor)\//, may: [...ground, ...meetings, 'engine/$1/.+'], why: 'a component knows its own place and how others speak' },
  { who: /^engine\/(root|guest)\/(kernel|user)\//, may: [...ground, ...meetings, 'engine/$1/$2/.+'], why: 'a component knows its own place and how others speak' },
  { who: /^engine\/devices\/index\.ts$/, may: ['engine/devices/.+', ...ground], why: 'the list of devices' },
  { who: /^engine\/devices\/([^/]+)\//, may: [...ground, ...meetings, 'engine/devices/$1/.+'], why: 'a device knows itself and how others speak' },
  { who: /^engine\/remote[^/]*\.ts$/, may: [...ground, ...meetings, 'engine/remote[^/]*\\.ts'], why: 'a component knows its own place and how others speak' },
  { who: /^engine\/lab\//, may: [...ground, ...components, 'engine/lab/.+'], why: 'the lab keeps a machine; it does not know the scenarios that use it' },
  { who: /^engine\/scenarios\//, may: [...ground, ...components, 'engine/catalogue\\.ts', 'engine/lab/.+', 'engine/scenarios/.+'], why: 'scenarios stand above the lab' },
  { who: /^engine\/catalogue\.ts$/, may: [...ground, ...components], why: 'the list of everything a machine can be made of' },
  { who: /^engine\/index\.ts$/, may: ['engine/(?!cli|tests).+'], why: 'the only door of the engine' },
  { who: /^engine\/cli\//, may: ['engine/index\\.ts', 'engine/cli/.+', 'node:.+', 'flatqueue'], why: 'the command line enters by the door, like the page' },
  { who: /^engine\/tests\//, may: ['engine/.+', '\\.ci/.+', 'node:.+', 'vitest', 'fast-check', 'flatqueue'], why: 'tests may look everywhere in the engine' },
  { who: /^app\/.*\.test\.tsx?$/, may: ['app/.+', 'engine/index\\.ts', 'node:.+', 'vitest', 'fast-check'], why: 'unit tests of the page' },
  { who: /^app\//, may: ['engine/index\\.ts', '(?!engine/|e2e/|node:)[@a-z].*'], why: 'the page sees the engine only through its door, and runs in a browser' },
  { who: /^e2e\//, may: ['e2e/.+', 'app/.+', 'engine/cli/table\\.ts', 'engine/index\\.ts', 'node:.+', 'vite', '@playwright/test', 'axe-core'], why: 'browser tests see what a person sees' },
];

/** One sentence for each import that breaks the law. */
export function breaches({ path, text }: Source): string[] {
  const clause = law.find(({ who }) => who.test(path));
  if (!clause) return [];
  const parts = clause.who.exec(path) ?? [];
  const allowed = clause.may.map((may) => new RegExp(`^${may.replace(/\$(\d)/g, (_, n: string) => parts[Number(n)] ?? '')}$`));
  return importsOf(text)
    .map((name) => resolved(path, name))
    .filter((target) => !allowed.some((pattern) => pattern.test(target)))
    .map((target) => `${path} imports ${target}: ${clause.why}`);
}

const guestHalf = /^(?:.+-)?(?:vsc|legacy-driver|client)(?:-.+)?\.ts$/;
const rootHalf = /^(?:.+-)?(?:vsp|emulator|server)(?:-.+)?\.ts$/;
const meetingPlace = /^(?:.+-)?(?:protocol|registers|hops)(?:-.+)?\.ts$/;

const device = /^engine\/devices\/([^/]+)\/(.+)$/;

/** The guest's half and root's half of one device may both import its protocol, registers and hops, and no other file of it. */
export function forbiddenMeetings(sources: readonly Source[]): string[] {
  const found: string[] = [];
  const shared = new Map<string, Set<string>>();
  for (const { path, text } of sources) {
    const [, name = '', file = ''] = device.exec(path) ?? [];
    const half = guestHalf.test(file) ? 'guest' : rootHalf.test(file) ? 'root' : undefined;
    if (!half) continue;
    for (const target of importsOf(text).map((imported) => resolved(path, imported))) {
      const [, targetDevice, targetFile = ''] = device.exec(target) ?? [];
      if (targetDevice !== name || meetingPlace.test(targetFile)) continue;
      const other = half === 'guest' ? rootHalf : guestHalf;
      if (other.test(targetFile)) found.push(`${path} imports the other half, ${target}`);
      const users = shared.get(target) ?? new Set();
      shared.set(target, users.add(half));
    }
  }
  for (const [target, users] of shared) {
    if (users.size === 2) found.push(`both halves import ${target}; they meet in protocol.ts, registers.ts or hops.ts only`);
  }
  return found;
}
