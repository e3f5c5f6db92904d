import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { scsiRequestBytes, senseInfoBytes, storagePacketBytes, storageVersion } from '../devices/storage/protocol.ts';
import { eraChanges, eraDifferences, eraTitles } from '../lab/era-changes.ts';
import { bibliography } from '../lab/sources.ts';
import { deviceClasses } from '../wire/device-classes.ts';
import { eras } from '../wire/eras.ts';
import { defaultChildMaskLo } from '../wire/privileges.ts';
import { messageBytes, offerBytes, UNLOAD_RESPONSE, versionResponseBytes, vmbusVersion, vmbusVersionText } from '../wire/vmbus.ts';

const rules = new Set([...readFileSync(new URL('../SPEC.md', import.meta.url), 'utf8').matchAll(/^\[([A-Z]+-\d+)\]/gm)].map((m) => m[1]!));
const said = (id: string): readonly string[] => eras.map((era) => eraChanges.find((c) => c.id === id)!.holds[era]);

describe('what changes from era to era', () => {
  it('[ERA-1] each change has a reason, sources that are listed and rules that exist', () => {
    expect(new Set(eraChanges.map((c) => c.id)).size).toBe(eraChanges.length);
    for (const change of eraChanges) {
      expect(new Set(eras.map((era) => change.holds[era])).size, change.id).toBeGreaterThan(1);
      expect(change.because.length, change.id).toBeGreaterThan(20);
      expect(change.rules.filter((rule) => !rules.has(rule)), change.id).toEqual([]);
      expect(change.rules.length * change.sources.length, change.id).toBeGreaterThan(0);
      for (const source of change.sources) expect(bibliography.map((s) => s.id), source).toContain(source.split(' ')[0]);
    }
    expect(Object.keys(eraTitles)).toEqual([...eras]);
  });

  it('[ERA-1] says the numbers that the engine works with', () => {
    expect(said('vmbus-version')).toEqual(eras.map((era) => vmbusVersionText(vmbusVersion(era))));
    eras.forEach((era, i) => {
      expect(said('offer')[i]).toContain(`${offerBytes(era)} bytes`);
      expect(said('version-response')[i]).toContain(`${versionResponseBytes(era)} bytes`);
      expect(said('unload')[i] === 'none').toBe(messageBytes(UNLOAD_RESPONSE, era) === 0);
      expect(said('storage-version')[i]).toBe(`${storageVersion(era) >>> 8}.${storageVersion(era) & 0xff}`);
      expect(said('storage-packet')[i]).toBe(`${storagePacketBytes(era)} and ${scsiRequestBytes(era)} bytes`);
      expect(said('sense')[i]).toBe(`${senseInfoBytes(era)} bytes`);
      expect(said('child-privileges')[i]).toContain(`0x${defaultChildMaskLo(era).toString(16).toUpperCase()}`);
      expect(said('keyboard')[i] === 'offered').toBe(deviceClasses.find((c) => c.id === 'keyboard')!.eras.includes(era));
      expect(said('ring-traffic')[i]).toBe(`${48 + storagePacketBytes(era)} + ${24 + storagePacketBytes(era)}`);
    });
  });

  it('[ERA-1] two eras differ in what is listed for them, and none from itself', () => {
    expect(eraDifferences('ws2012', 'ws2012')).toEqual([]);
    const early = eraDifferences('ws2008', 'ws2008r2').map((c) => c.id);
    expect(early).toContain('signal-to-root');
    expect(early).not.toContain('full-ring');
    expect(eraDifferences('ws2008r2', 'ws2012').map((c) => c.id)).toContain('full-ring');
  });
});
