/** Every kind of hop has a sentence that stands for whatever arguments it gets, and sources that can be looked up. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogue, componentTypes } from '../catalogue.ts';
import { bibliography, cite, unfounded } from '../lab/sources.ts';
import { realLab, rest } from './lab/real.ts';
import { the, type HopKind, type Sentence, type SentenceView } from '../sim/hop-kinds.ts';

const titles = componentTypes.map((type) => type.title);
/** Arguments as they come, and at the edges of 32 bits. */
const word = fc.oneof(fc.constantFrom(0, 1, 2, 3, 8, 255, 512, 4096, 0xffff, 0x7fff_ffff, 0xffff_ffff), fc.nat(64), fc.integer({ min: 0, max: 0xffff_ffff }));
const seen = fc.record({ from: fc.constantFrom(...titles), to: fc.constantFrom(...titles), guest: fc.constantFrom('Alpha', 'Beta', 'the machine'), vp: fc.constantFrom('VP 0', 'VP 3') });

function said(kind: HopKind, words: readonly number[], view: SentenceView): Sentence {
  return kind.sentence(Object.fromEntries(kind.args.map((name, i) => [name, words[i]!])), view);
}

const plurals = 'sectors|bytes|words|entries|pages|packets|requests|reads|writes|times|drivers|pieces|hops|processors|VPs|messages|registers|blocks|commands|files|characters|ranges|offers|elements';

/** What a person would stumble over in a sentence, or ''. */
function stumble({ actor, act, object, because }: Sentence): string {
  // A version of VMBus is no fraction.
  const whole = `${[actor, act, object].filter((part) => part !== '').join(' ')}, because ${because}.`.replace(/VMBus \d+\.\d+/g, 'VMBus');
  const faults: readonly (readonly [RegExp, string])[] = [
    [/undefined|NaN|null|Infinity|\[object/, 'says what no value has'],
    [/ {2}| ,|^ | $|\.\./, 'has a gap'],
    [/(?<![\w.])-\d/, 'has a negative number'],
    [/\d\.\d{3,}/, 'has a fraction'],
    [/0x[0-9A-F]*[a-f]/, 'writes hexadecimal digits small'],
    [new RegExp(`(?<![\\d.:#/x] ?|sector |page |slot |tag |VP |to )\\b1 (?:${plurals})\\b`), 'says 1 of many'],
    [/\ba (?:[aeiou](?!ne|se|ni)|HLT|IDE|MSR|EOI|ATA)\w*/, 'needs an'],
    [/\b(?:host|vCPU|dom0)\b/, 'uses a word of others'],
  ];
  for (const [pattern, fault] of faults) if (pattern.test(whole)) return `${fault}: ${whole}`;
  if (!/^[A-Z0-9]/.test(actor)) return `begins small: ${whole}`;
  if (/^[A-Z]/.test(because) && !/^(?:[A-Z]{2,}|[A-Z][a-z]*[A-Z0-9]|Windows|Turn Off|Linux|Hyper-V|Alpha|Beta)/.test(because)) return `begins its because large: ${whole}`;
  return '';
}

describe('narration', () => {
  it.each(catalogue.map((kind) => [kind.name, kind] as const))('[STORY-2] %s: actor, act, object and because for any arguments', (_, kind) => {
    fc.assert(
      fc.property(fc.array(word, { minLength: kind.args.length, maxLength: kind.args.length }), seen, (words, view) => {
        const sentence = said(kind, words, view);
        for (const part of ['actor', 'act', 'object', 'because'] as const) expect([part, sentence[part].trim()]).not.toEqual([part, '']);
        expect(sentence.because).not.toMatch(/\.$/);
        expect(stumble(sentence)).toBe('');
      }),
      { numRuns: 150, seed: 5 },
    );
  });

  it('[STORY-2] [SOURCE-1] every kind and every component names sources that the bibliography has, with a place in them', () => {
    expect(unfounded(catalogue, componentTypes)).toEqual([]);
    for (const kind of catalogue) for (const source of kind.sources) expect([kind.name, cite(source)?.locator ?? '']).not.toEqual([kind.name, '']);
    expect(bibliography.every((source) => source.where !== '')).toBe(true);
  });
});

describe('what a sentence knows', () => {
  const view: SentenceView = { from: 'From', to: 'To', guest: 'Alpha', vp: 'VP 2' };
  const kindOf = (name: string): HopKind => catalogue.find((kind) => kind.name === name)!;
  const because = (name: string, args: Record<string, number>): string => kindOf(name).sentence(args, view).because;
  const object = (name: string, args: Record<string, number>): string => kindOf(name).sentence(args, view).object;

  it('[STORY-2] names inside a sentence are spelled as they are: only an ordinary first word gets a small letter', () => {
    expect(['SynIC', 'VID', 'WinHv', 'Disk driver', 'Storage VSC', 'Guest VMBus', 'NTFS', 'IDE emulator'].map(the)).toEqual(
      ['the SynIC', 'the VID', 'WinHv', 'the disk driver', 'the Storage VSC', 'the guest VMBus', 'the NTFS', 'the IDE emulator'],
    );
  });

  it('[STORY-2] it says, and does not leave open, what woke the SynIC, why a line falls, on which VP, and what a leaf answered', () => {
    expect([0, 1].map((event) => because('synic.interrupt', { vp: 4, vector: 0x71, sint: 2, event }))).toEqual(['a message stands in slot 2 of the SIM page', 'an event flag of SINT2 has been set in the SIEF page']);
    expect(new Set([0, 1, 2].map((why) => because('pic.line', { irq: 14, level: 0, why }))).size).toBe(3);
    expect(object('apic.injectRoot', { vector: 0x61, ext: 0 })).toBe('interrupt 0x61 into root VP 2');
    expect(object('cpu.cpuidDoneGuest', { leaf: 1, eax: 0x10676, ebx: 0, ecx: 0x8000_0000, edx: 0 })).toMatch(/bit 31 of ECX set/);
    expect(object('cpu.cpuidDoneGuest', { leaf: 1, eax: 0x10676, ebx: 0, ecx: 0, edx: 0 })).toMatch(/clear/);
  });

  it('[STORY-2] a sentence of the whole machine names the VP that it ran on', () => {
    const lab = realLab();
    rest(lab);
    const { start, n } = lab.status();
    const says = lab.captions(start + 1, n - start).map((line) => line.says).filter((text) => text.startsWith('Virtual APIC injects interrupt 0x61') || text.startsWith('Virtual APIC injects interrupt 0x71 into root'));
    expect(new Set(says.map((text) => text.replace(/^.* into /, '')))).toEqual(new Set(['root VP 0', 'root VP 2']));
  });
});
