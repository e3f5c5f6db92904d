import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineAndColumn, placeOf } from '../scenarios/json-fault.ts';
import { scenarioSchema, scenarioShape } from '../scenarios/scenario-shape.ts';
import { parseScenario, ScenarioError } from '../scenarios/scenario.ts';
import { shipped } from '../scenarios/shipped.ts';
import { twoWays } from '../scenarios/two-ways.ts';
import { choice, either, list, map, maybe, oneOf, record, text, whole, word, type Of } from '../wire/shape.ts';
import { changedAtRandom } from './mutation.ts';
import { judged } from './schema-judge.ts';

describe('shapes of data', () => {
  const shape = record({ a: whole(1, 3), b: maybe(list(oneOf('x', 'y'), 2)), c: map(word('[a-z]+', 'a word'), choice('do', { go: { far: either(oneOf('all'), whole(0, 9)) }, stop: {} }), 2) });
  type Data = Of<typeof shape>;
  const sound: Data = { a: 1, c: { p: { do: 'stop' }, q: { do: 'go', far: 'all' } } };
  const says = (value: unknown): string => {
    const fault = shape.fault(value, [], null);
    return fault === null ? '' : `${fault.path.join('/')} ${fault.says}`;
  };

  it('[SHAPE-1] accept what fits and name the first thing that does not', () => {
    expect(says(sound)).toBe('');
    expect(says({ ...sound, a: 4 })).toBe('a is 4; it must be a whole number from 1 to 3');
    expect(says({ ...sound, b: ['x', 'z'] })).toBe('b/1 is "z"; did you mean "x"? It must be one of "x", "y"');
    expect(says({ ...sound, b: ['x', 'x', 'x'] })).toBe('b has 3 entries; at most 2 are read');
    expect(says({ ...sound, c: { P: { do: 'stop' } } })).toBe('c/P is not a name that fits; it must be a word');
    expect(says({ ...sound, c: { p: { do: 'go', far: 10 } } })).toBe('c/p/far is 10; it must be "all" or a whole number from 0 to 9');
    expect(says({ ...sound, c: { p: { do: 'stpo' } } })).toBe('c/p/do is "stpo"; did you mean "stop"? It must be one of "go", "stop"');
    expect(says({ c: {} })).toMatch(/^a is missing; it must be /);
    expect(says([])).toBe(' is []; it must be an object');
  });

  it('[SHAPE-1] [SCEN-6] accept exactly what their Schema accepts', () => {
    const schema = scenarioSchema();
    for (const scenario of shipped) expect(judged(scenario, schema)).toBe(true);
    fc.assert(
      fc.property(fc.integer(), fc.nat(shipped.length - 1), (seed, which) => {
        const changed = changedAtRandom(shipped[which]!, seed);
        expect([changed, scenarioShape.fault(changed, [], null) === null]).toEqual([changed, judged(changed, schema)]);
      }),
      { numRuns: 1000, seed: 6 },
    );
    expect(judged('x'.repeat(3), text(1, 3).schema)).toBe(true);
  });
});

describe('the published Schema', () => {
  it('[SCEN-6] is the one that the declaration gives', async () => {
    await expect(`${JSON.stringify(scenarioSchema(), null, 2)}\n`).toMatchFileSnapshot('../../public/schema/scenario.schema.json');
  });
});

describe('where a scenario is wrong', () => {
  const whole = JSON.stringify(twoWays, null, 2);
  const fault = (text: string): ScenarioError => {
    try {
      parseScenario(text);
    } catch (error) {
      return error as ScenarioError;
    }
    throw new Error('The scenario was accepted.');
  };

  it('[SCEN-5] a refusal names line and column', () => {
    const at = (from: string, to: string): string => {
      const error = fault(whole.replace(from, to));
      const shown = error.message;
      return `${error.line}:${error.column} ${shown.slice(0, 60)}`;
    };
    const lineOf = (words: string): number => whole.slice(0, whole.indexOf(words)).split('\n').length;
    expect(at('"seed": 2008', '"seed": -1')).toBe(`${lineOf('"seed"')}:11 $.seed is -1; it must be a whole number from 0 to 4294967295`);
    expect(at('"seed"', '"sede"')).toMatch(new RegExp(`^${lineOf('"seed"')}:11 \\$\\.sede is not a field; did you mean seed\\?`));
    expect(at('"after": "idle"', '"after": "soon"')).toMatch(new RegExp(`^${lineOf('"after": "idle"')}:16 \\$\\.steps\\[1\\]\\.after`));
    expect(at('"seed": 2008,', '"seed": 2008')).toMatch(new RegExp(`^${lineOf('"seed"') + 1}:3 The scenario is not JSON`));
    expect(fault('{"viridian": 1}')).toMatchObject({ line: 1, column: 1, where: '$.name' });
    expect(fault('[]')).toMatchObject({ line: 1, column: 1, where: '$' });
  });

  it('[SCEN-5] finds the value of any path', () => {
    const text = ' {"a": [1, {"b": []}, [[2]]],\n"c": {"a": "x"}, "": null}';
    const found = (...path: (string | number)[]): string => text.slice(placeOf(text, path)).slice(0, 5);
    expect(found()).toBe('{"a":');
    expect(found('a', 0)).toBe('1, {"');
    expect(found('a', 1, 'b')).toBe('[]}, ');
    expect(found('a', 2, 0, 0)).toBe('2]]],');
    expect(found('c', 'a')).toBe('"x"},');
    expect(found('')).toBe('null}');
    expect(found('c', 'missing')).toBe('{"a":');
    expect(lineAndColumn(text, placeOf(text, ['c', 'a']))).toEqual([2, 12]);
  });
});
