/** The journey of a request as a Mermaid sequence diagram: participants in boxes by place, cycles as loops. [EXPORT-3] */
import { places } from '../../wire/borders.ts';
import { castAt, type Cast } from '../cast.ts';
import { siteOf } from '../sites.ts';
import type { Run } from '../run.ts';
import type { JourneyLine } from '../views.ts';

const placeTitles: Readonly<Record<string, string>> = {
  memory: 'Shared memory', hardware: 'Hardware', hypervisor: 'Hypervisor', 'root-kernel': 'Root kernel', 'root-user': 'Root user', 'guest-kernel': 'Guest kernel', 'guest-user': 'Guest user', remote: 'Remote',
};
/** From the guest down, as a reader follows a request. */
const order = ['guest-user', 'guest-kernel', 'hypervisor', 'root-kernel', 'root-user', 'memory', 'hardware', 'remote'];
/** Longer journeys are cut, and the diagram says so: Mermaid refuses texts beyond 50 000 characters. */
const CHARACTERS_MOST = 45_000;

/** `lines` and `hops` are the journey and its hops in order (`lab.journey`, `lab.journeyHops`). */
export function mermaidOf(run: Run, title: string, lines: readonly JourneyLine[], hops: readonly number[]): string {
  const cast = castAt(run, hops.at(-1) ?? 0);
  const used = new Set<number>();
  const body: string[] = [];
  let length = 0;
  const place = new Map(hops.map((n, i) => [n, i]));
  const arrow = (n: number, indent: string): void => {
    const hop = run.hopAt(n);
    used.add(hop.from).add(hop.to);
    const line = `${indent}c${hop.from}->>c${hop.to}: ${plain(run.kernel.catalogue[hop.kind]!.title)}`;
    body.push(line);
    length += line.length + 1;
  };
  let told = 0;
  for (const line of lines) {
    if (length > CHARACTERS_MOST) break;
    told++;
    const at = place.get(line.n)!;
    const turn = hops.slice(at, at + line.hops);
    if (line.times > 1) body.push(`  loop ${line.times} times more`);
    for (const n of turn) arrow(n, line.times > 1 ? '    ' : '  ');
    if (line.times > 1) body.push('  end');
  }
  if (told < lines.length) body.push(`  Note over c${[...used][0]}: cut here - ${lines.length - told} more lines`);
  const boxes: string[] = [];
  for (const name of order) {
    const members = [...used].filter((c) => siteOf({ type: run.kernel.types[cast.components.types[c]!]!.name, place: places[cast.components.places[c]!]! }) === name);
    if (members.length === 0) continue;
    boxes.push(`  box ${placeTitles[name] ?? name}`, ...members.map((c) => `    participant c${c} as ${plain(titleOf(run, cast, c))}`), '  end');
  }
  return [`---`, `title: ${JSON.stringify(plain(title))}`, `---`, 'sequenceDiagram', ...boxes, ...body, ''].join('\n');
}

function titleOf(run: Run, cast: Cast, component: number): string {
  const { types, paths } = cast.components;
  return `${run.kernel.types[types[component]!]!.title} (${paths[component]})`;
}

/** Without the characters that mean something to Mermaid. */
function plain(text: string): string {
  return text.replace(/[#;:%{}<>"\r\n]+/g, ' ').trim();
}
