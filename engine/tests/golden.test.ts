/**
 * Golden journeys: what the machine does, as text that a person enjoys reading. A change of it is a change of the product:
 * read the difference, then write the new text with `vitest -u`.
 */
import { describe, expect, it } from 'vitest';
import { goldenText } from '../lab/narration.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { shipped } from '../scenarios/shipped.ts';
import { asked, broughtUp, hopsOf, runOut } from './whole.ts';

function tale(scenario: Scenario): string {
  const lab = broughtUp(scenario);
  const start = lab.run.n;
  const end = runOut(lab);
  return goldenText(lab.run.kernel, hopsOf(lab, start + 1, end));
}

describe('golden journeys', () => {
  it('[STORY-1] a file is opened and read over VMBus', async () => {
    await expect(tale(asked({ do: 'read-file', guest: 'alpha', path: 'README.TXT' }))).toMatchFileSnapshot('golden/alpha-reads-a-file.txt');
  });
  it('[STORY-1] one sector is written by programmed input and output', async () => {
    await expect(tale(asked({ do: 'write-sectors', guest: 'beta', lba: 3000, sectors: 1, count: 1, depth: 1 }))).toMatchFileSnapshot('golden/beta-writes-a-sector.txt');
  });
  it('[STORY-1] eight sectors are read by the bus master of the emulated drive', async () => {
    const scenario = asked({ do: 'read-sectors', guest: 'beta', lba: 0, sectors: 8, count: 1, depth: 1 });
    const [alpha, beta] = scenario.guests as readonly [Scenario['guests'][number], Scenario['guests'][number]];
    await expect(tale({ ...scenario, guests: [alpha, { ...beta, path: 'dma' }] })).toMatchFileSnapshot('golden/beta-reads-by-dma.txt');
  });
  it('[STORY-1] one sector is read by programmed input and output', async () => {
    await expect(tale(asked({ do: 'read-sectors', guest: 'beta', lba: 0, sectors: 1, count: 1, depth: 1 }))).toMatchFileSnapshot('golden/beta-reads-a-sector.txt');
  });
  it('[STORY-1] a dynamic VHD grows: the first write of a block', async () => {
    const { steps, ...grows } = shipped.find((s) => s.name === 'dynamic-vhd-grows')!;
    await expect(tale({ ...grows, steps: steps.slice(0, 1) })).toMatchFileSnapshot('golden/alpha-grows-its-disk.txt');
  });
  it('[STORY-1] a differencing chain is read: sectors of the parent and of the child', async () => {
    const chain = shipped.find((s) => s.name === 'differencing-chain')!;
    const steps = [{ after: 0, intent: { do: 'read-sectors', guest: 'alpha', lba: 230, sectors: 3, count: 1, depth: 1 } }] as const;
    await expect(tale({ ...chain, steps })).toMatchFileSnapshot('golden/alpha-reads-a-chain.txt');
  });
});
