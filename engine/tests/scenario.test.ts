import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileFault } from '../scenarios/file-fault.ts';
import { jsonFaultAt, lineAndColumn } from '../scenarios/json-fault.ts';
import { checkScenario, parseScenario, ScenarioError } from '../scenarios/scenario.ts';
import { shipped } from '../scenarios/shipped.ts';
import { twoWays } from '../scenarios/two-ways.ts';
import { realLab, rest } from './lab/real.ts';
import { broughtUp, runOut } from './whole.ts';

/** What the check says of the default scenario with the value at a path replaced; undefined takes the field away. */
function refusal(path: readonly (string | number)[], value: unknown): string {
  const copy: unknown = structuredClone(twoWays);
  let at = copy as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, unknown>;
  const last = path.at(-1)!;
  if (value === undefined) delete at[last];
  else at[last] = value;
  try {
    checkScenario(copy);
  } catch (error) {
    expect(error).toBeInstanceOf(ScenarioError);
    return (error as Error).message;
  }
  return 'accepted';
}

/** The fault of a text as JSON, with its line; '' for none. */
function jsonFault(text: string): string {
  const fault = jsonFaultAt(text);
  return fault === null ? '' : `${fault.says} in line ${lineAndColumn(text, fault.at)[0]}`;
}

describe('scenario files', () => {
  it('[SCEN-1] the default scenario is accepted', () => {
    expect(parseScenario(JSON.stringify(twoWays))).toEqual(twoWays);
  });
  it('[SCEN-1] every shipped scenario is accepted and runs to its end', () => {
    for (const scenario of shipped) {
      expect(parseScenario(JSON.stringify(scenario))).toEqual(scenario);
      const lab = broughtUp(scenario);
      const start = lab.run.n;
      expect(runOut(lab)).toBeGreaterThan(start + 200);
      expect(lab.status().state).toBe('idle');
      for (const guest of lab.view().guests) expect(guest.status).not.toMatch(/error|not found/i);
    }
  });
  it('[SCEN-2] a refusal says what, where and how to mend it', () => {
    expect(refusal(['colour'], 'red')).toMatch(/^\$\.colour is not a field; known here: viridian, /);
    expect(refusal(['guests', 0, 'memorymb'], 4)).toMatch(/^\$\.guests\[0\]\.memorymb is not a field; did you mean memoryMb\? known here: name, /);
    expect(refusal(['guests', 0, 'memoryMb'], -4)).toBe('$.guests[0].memoryMb is -4; it must be a whole number from 8 to 16384.');
    expect(refusal(['guests', 0, 'memoryMb'], 4000)).toMatch(/give the guests less or the machine more/);
    expect(refusal(['guests', 1, 'path'], 'synthetic')).toMatch(/a legacy guest has no VMBus driver/);
    expect(refusal(['steps', 0, 'intent', 'guest'], 'gamma')).toBe('$.steps[0].intent.guest is "gamma"; it must be one of "alpha", "beta".');
    // Whoever copies a guest and forgets its name is told so, and not that steps ask for one that is not there.
    expect(refusal(['guests', 1, 'name'], 'alpha')).toBe("$.guests[1].name is 'alpha', which is taken; every guest needs a name of its own.");
    expect(refusal(['guests', 1], { ...twoWays.guests[0], disk: 'nowhere' })).toMatch(/^\$\.guests\[1\]\.name is 'alpha', which is taken/);
    expect(refusal(['guests', 0, 'name'], 'root')).toBe("$.guests[0].name is 'root', which is taken; every guest needs a name of its own.");
    expect(refusal(['seed'], undefined)).toBe('$.seed is missing; it must be a whole number from 0 to 4294967295.');
    expect(refusal(['start', 0], { do: 'explode' })).toMatch(/must be one of "boot-root"/);
  });
  it('[SCEN-3] depth, size and the names of prototypes are refused before anything is built', () => {
    expect(() => parseScenario('['.repeat(200_000) + ']'.repeat(200_000))).toThrow(/nests 200000 levels/);
    expect(() => parseScenario(' '.repeat(2 ** 21))).toThrow(/at most 1048576/);
    expect(() => parseScenario('{"__proto__": {"polluted": 1}}')).toThrow(/\$\.__proto__ is not a field/);
    expect(() => parseScenario('{"viridian": 1,}')).toThrow(/not JSON/);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
  it('[SCEN-4] nothing is asked before the machine runs and the guest is started', () => {
    const boot = { do: 'boot-root' };
    const read = { do: 'read-file', guest: 'beta', path: 'README.TXT' };
    expect(refusal(['start'], [])).toBe("$.start[0] is missing; the first intent must be {\"do\":\"boot-root\"}, which starts the machine.");
    expect(refusal(['start', 0], { do: 'start-vm', name: 'alpha' })).toMatch(/^\$\.start\[0\] is .+; the first intent must be \{"do":"boot-root"\}/);
    expect(refusal(['start', 2], boot)).toBe('$.start[2] starts the machine, which runs already; take it out.');
    expect(refusal(['start', 2], { do: 'start-vm', name: 'alpha' })).toBe("$.start[2] starts 'alpha', which is started already; take it out.");
    expect(refusal(['start'], [boot, { do: 'start-vm', name: 'alpha' }])).toBe("$.steps[1].intent asks 'beta', which has not been started; put {\"do\":\"start-vm\",\"name\":\"beta\"} before it.");
    expect(refusal(['start', 1], read)).toMatch(/^\$\.start\[1\] asks 'beta', which has not been started/);
    expect(refusal(['steps', 0, 'intent'], boot)).toMatch(/^\$\.steps\[0\]\.intent starts the machine/);
    expect(refusal(['steps'], [])).toBe('accepted');
  });
  it('[SCEN-7] nothing waits for a machine that is never idle', () => {
    const load = { do: 'inject', guest: 'alpha', op: 'read', lba: 0, sectors: 1, count: 0 };
    const read = { after: 'idle', intent: { do: 'read-file', guest: 'beta', path: 'README.TXT' } };
    const stop = { after: 5000, intent: { do: 'stop-load', guest: 'alpha' } };
    expect(refusal(['steps'], [{ after: 0, intent: load }, read])).toBe('$.steps[1].after is "idle", but the load in \'alpha\' runs until it is stopped, so the machine is never idle; name a time in nanoseconds.');
    expect(refusal(['steps'], [{ after: 0, intent: load }, stop, read])).toBe('accepted');
    expect(refusal(['steps'], [{ after: 0, intent: { ...load, count: 3 } }, read])).toBe('accepted');
    expect(refusal(['steps'], [{ after: 0, intent: load }, { after: 9, intent: { ...load, count: 3 } }, read])).toBe('accepted');
    expect(refusal(['steps'], [{ after: 0, intent: { do: 'burn', where: 'root', ms: 0 } }, read])).toMatch(/the busy application in the root runs until/);
    expect(refusal(['start', 3], load)).toMatch(/^\$\.start\[3\] begins the load in 'alpha' before the machine is up/);
  });
  it('[SCEN-4] a guest may be started by a step', () => {
    const [boot, alpha, beta] = twoWays.start;
    const lab = realLab({ start: [boot!, alpha!], steps: [{ after: 0, intent: beta! }, { after: 'idle', intent: { do: 'read-file', guest: 'beta', path: 'README.TXT' } }] });
    expect(rest(lab).failure).toBeNull();
    expect(lab.view().guests.map((g) => [g.file, g.read])).toContainEqual(['README.TXT', 483]);
  });
  it('[SCEN-2] images fit the disk they lie on, and one content has one length', () => {
    expect(refusal(['images', 'sample', 'bytes'], 4_261_412_865)).toBe('$.images.sample.bytes is 4261412865; it must be a whole number from 512 to 4261412864.');
    expect(refusal(['images', 'other'], { ...twoWays.images['sample'], bytes: 512 })).toBe('$.images.other.bytes is 512, but $.images.sample has the same hash and 2100224 bytes; one of them is wrong.');
    expect(refusal(['images'], {})).toBe('$.guests[0].disk is "sample"; there is no image to name yet, so add one.');
  });
  it('[SCEN-2] a refusal is one line, whatever stands in the file', () => {
    expect(refusal(['a\nb'], 1)).toMatch(/^\$\["a\\nb"\] is not a field; known here: /);
    expect(refusal(['x'.repeat(5000)], 1).length).toBeLessThan(300);
    expect(refusal([''], 1)).toMatch(/^\$\[""\] is not a field/);
    expect(refusal(['seed'], Infinity)).toBe('$.seed is too large a number; it must be a whole number from 0 to 4294967295.');
    expect(parseScenario(`\ufeff${JSON.stringify(twoWays)}`)).toEqual(twoWays);
    for (const text of ['', '\u0000', '{\n"viridian": 1,\n}', `${JSON.stringify(twoWays, null, 2)}x`, '{"a":\n\u0007}']) {
      expect(() => parseScenario(text)).toThrow(/^The scenario is not JSON: [^\n.]+(?:\.\.\.[^\n]*)?; check the quotes, commas and brackets there\.$/);
    }
    expect(() => parseScenario('{\n  "viridian": 1,\n  "seed" 2\n}')).toThrow(/line 3/);
  });
  it('[SCEN-3] text is JSON here exactly when it is JSON elsewhere, but for fields that stand twice', () => {
    const whole = JSON.stringify(twoWays, null, 1);
    const change = fc.record({ at: fc.nat(whole.length), take: fc.nat(3), put: fc.constantFrom('', '"', '{', '}', '[', ']', ',', ':', '\\', '\\u00e', '1', '-', '.', 'e5', 'true', ' ', '\n', '\u0007', '\ud800', '0') });
    const sound = (text: string): boolean => {
      try {
        return JSON.parse(text) !== undefined;
      } catch {
        return false;
      }
    };
    fc.assert(
      fc.property(fc.array(change, { maxLength: 3 }), (changes) => {
        let text = whole;
        for (const { at, take, put } of changes) text = text.slice(0, at) + put + text.slice(at + take);
        const fault = jsonFault(text);
        if (!fault.includes('a second time')) expect([text, fault === '']).toEqual([text, sound(text)]);
        expect(fault).not.toMatch(/[\n]|undefined/);
      }),
      { numRuns: 1000, seed: 3 },
    );
    expect(jsonFault('{"a": {"a": 1},\n"b": [{"a": 1}, {"a": 2}],\n"\\u0061": 2}')).toBe('the field "a" stands a second time in line 3');
    expect(['{"a" 1}', '[1 2]', '[1,', '{"a":\n"x', 'nul', ''].map(jsonFault)).toEqual([
      '"1" stands where a colon is expected in line 1', '"2" stands where a comma or the closing bracket is expected in line 1', 'it ends where a value is expected in line 1',
      'a text is not closed or holds what no text may hold in line 2', '"nul" stands where a value is expected in line 1', 'it ends where a value is expected in line 1',
    ]);
  });

  it('[SCEN-15] a file is refused as the check refuses it, with its place, and as empty, no JSON or something else', () => {
    const whole = JSON.stringify(twoWays, null, 1);
    expect([fileFault(whole), fileFault(`\ufeff${whole}`), fileFault('{"viridianMoment":1}')]).toEqual([null, null, null]);
    expect(fileFault(' \n')).toMatch(/^It is empty; choose/);
    expect(fileFault('{"a":')).toBe('It is not JSON: it ends where a value is expected (line 1, column 6); check the quotes, commas and brackets there.');
    expect(fileFault('{\n"a": 1, "a": 2}')).toBe('It is not sound JSON: the field "a" stands a second time (line 2, column 9); take one of them out.');
    for (const other of ['[]', '{"a":1}', '7', 'null']) expect(fileFault(other)).toMatch(/^It is neither a scenario, which has a field viridian,/);
    expect(fileFault(whole.replace('"ws2008"', '"ws1999"'))).toMatch(/^\$\.era is "ws1999"; .* \(line \d+, column \d+\)$/);
    expect(fileFault('['.repeat(200_000))).toMatch(/^It is not JSON/);
  });
});
