/** `run --stops`: a lesson without a page: where it stops, what is said there, what has come true in the end. */
import { count, timeText } from '../index.ts';
import { tellFailed, type Aside } from './aside.ts';
import type { Machine } from './machine.ts';

/** Further than this a machine that never comes to rest is not followed. */
const HOPS_MOST = 1_000_000;

/** The stops of a machine's scenario, hops and times counted from the start; the machine runs to its end. [CLI-22] */
export function stopsText(machine: Machine, json: boolean, aside: Aside): string {
  const { lab, scenario, fed, runTo } = machine;
  const { start, startTime } = lab.status();
  const reached = fed(() => lab.stops());
  const stops = (scenario.stops ?? []).map(({ title }, i) => ({ title, ...reached[i]! }));
  const end = runTo(start + HOPS_MOST);
  const unmet = fed(() => lab.unmet());
  const failures = lab.checkFailures().map((failure) => failure.sentence);
  const failed = tellFailed(machine, aside);
  if (json) {
    const told = stops.map(({ title, n, time, says, never }) => (n > 0 ? { title, hop: n - start, timeNs: time - startTime, says } : { title, never }));
    return `${JSON.stringify({ scenario: scenario.name, stops: told, hops: end.n - start, unmet, failed, checkFailures: failures })}\n`;
  }
  const lines = stops.flatMap(({ title, n, time, says, never }, i) => {
    const head = `${String(i + 1).padStart(2)}  ${title}`;
    return n > 0 ? [`${head}  (hop ${n - start}, ${timeText(time - startTime)})`, `    ${says}`] : [`${head}  (not reached)`, `    ${never}`];
  });
  if (lines.length === 0) lines.push('This scenario has no stops.');
  const expected = scenario.expect?.length ?? 0;
  const truth = unmet.length > 0 ? unmet : expected === 0 ? [] : [`What is expected has come true (${expected === 1 ? '1 figure' : `${expected} figures`}).`];
  return [scenario.title, scenario.teaches ?? scenario.about, '', ...lines, '', ...truth, ...failures, `${count(end.n - start, 'hop')} to the end.`].join('\n') + '\n';
}
