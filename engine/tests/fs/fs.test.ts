import { describe, expect, it } from 'vitest';
import { putAscii } from '../../wire/bytes.ts';
import { ntStatusName } from '../../wire/ntstatus.ts';
import { sha256 } from '../disk/rig.ts';
import { rig, sampleDisk } from './rig.ts';

const disk = sampleDisk();
const sums: Readonly<Record<string, string>> = {
  'README.TXT': '79fdbab98ce813adff2db8f14fa3be64e2e78801b1dcb0bfe3cbc571da529852',
  'HELLO.TXT': '5c54aa7824661f45b307bc9803b02140419372aa45567ae3353e0cff92954601',
  'LAB/NUMBERS.TXT': 'd7ec8e4874dda7d9b4f638bc583359c40e36b2d0f69c0d0d928f4189af919f59',
  'BIG.BIN': 'de55f4d4df6fcad103298e22194fd12fe854f3f38f2593d3ba9b76a35145987a',
  'LAB/FRAG.BIN': 'de55f4d4df6fcad103298e22194fd12fe854f3f38f2593d3ba9b76a35145987a',
};

describe('the guest reads files', () => {
  it.each(Object.entries(sums))('[FS-3] [FS-8] [READER-1] %s arrives byte for byte', (path, sum) => {
    for (const depth of [1, 4, 32]) {
      const r = rig({ bytes: disk, depth: 32, shuffled: depth > 1 });
      const last = r.readFile(path, depth)!;
      expect([last.status, last.bytes]).toEqual([0, last.size]);
      expect(sha256(r.text(last.size))).toBe(sum);
      expect(r.driver().most).toBeLessThanOrEqual(depth);
    }
  });

  it('[FS-1] mounts at the first call by two sectors, then reads what it needs and no more', () => {
    const r = rig({ bytes: disk, depth: 32 });
    expect(r.driver().reads).toEqual([]);
    r.readFile('README.TXT');
    expect(r.driver().reads).toEqual([[0, 1], [63, 1], [195, 1], [231, 1]]);
  });

  it('[FS-5] reads file data in lines of 8 contiguous sectors, [FS-3] follows a fragmented file', () => {
    const r = rig({ bytes: disk, depth: 32 });
    r.readFile('LAB/FRAG.BIN', 4);
    const lines = r.driver().reads.filter(([, sectors]) => sectors! > 1);
    expect(lines.filter(([, sectors]) => sectors === 8).length).toBeGreaterThan(40);
    expect(r.state().files.every((f) => f === null)).toBe(true);
  });

  it('[FS-6] a second read of the same file asks the disk for nothing', () => {
    const r = rig({ bytes: disk, depth: 32 });
    r.readFile('LAB/NUMBERS.TXT');
    const before = r.driver().reads.length;
    const hits = r.state().cache.hits;
    const again = r.readFile('LAB/NUMBERS.TXT')!;
    expect(again.status).toBe(0);
    expect(r.driver().reads.length).toBe(before);
    expect(r.state().cache.hits).toBeGreaterThan(hits);
    expect(sha256(r.text(again.size))).toBe(sums['LAB/NUMBERS.TXT']);
  });

  it('[FS-6] two calls that want the same line cause one read, and [FS-5] the least recently used line goes first', () => {
    const r = rig({ bytes: disk, depth: 32 }, { lines: 2 });
    const last = r.readFile('BIG.BIN', 32)!;
    expect(sha256(r.text(last.size))).toBe(sums['BIG.BIN']);
    const full = rig({ bytes: disk, depth: 32 });
    full.readFile('LAB/FRAG.BIN', 8);
    const lbas = full.driver().reads.map(([lba]) => lba);
    expect(new Set(lbas).size).toBe(lbas.length);
    expect(lbas.filter((lba) => lba === 67).length).toBe(1);
  });

  it('[FS-5] works with one line only, however many calls wait for it', () => {
    const r = rig({ bytes: disk, depth: 32, shuffled: true }, { lines: 1 });
    expect(sha256(r.text(r.readFile('LAB/FRAG.BIN', 8)!.size))).toBe(sums['LAB/FRAG.BIN']);
  });

  it('[FS-11] keeps to the depth of the driver', () => {
    const r = rig({ bytes: disk, depth: 1 });
    const last = r.readFile('BIG.BIN', 32)!;
    expect(r.driver().most).toBe(1);
    expect(sha256(r.text(last.size))).toBe(sums['BIG.BIN']);
  });

  it('[FS-12] nests each block request under the call that caused it, and every call ends', () => {
    const r = rig({ bytes: disk, depth: 32, shuffled: true });
    r.readFile('LAB/FRAG.BIN', 8);
    const hops = r.w.hops();
    const name = (kind: number): string => r.w.kernel.catalogue[kind]!.name;
    const begun = hops.filter((h) => r.w.kernel.catalogue[h.kind]!.begins);
    const ended = new Set(hops.filter((h) => r.w.kernel.catalogue[h.kind]!.ends).map((h) => h.request));
    for (const h of begun) expect([name(h.kind), ended.has(h.n)]).toEqual([name(h.kind), true]);
    expect(ended.size).toBe(begun.length);
    for (const h of hops.filter((x) => name(x.kind) === 'block.read')) {
      const above = (h as { parent?: number }).parent;
      if (above !== undefined) expect(name(hops[above - 1]!.kind)).toMatch(/^fs\./);
    }
  });

  it('[FS-7] finds names in any case, by long or by 8.3 name, with either separator', () => {
    const r = rig({ bytes: disk, depth: 32 });
    for (const path of ['readme.txt', '\\README.TXT', '/Lab\\numbers.TXT', 'lab/./numbers.txt', 'LAB/../README.TXT', 'lab//NUMBERS.TXT']) expect([path, r.readFile(path)!.status]).toEqual([path, 0]);
  });

  it('[FS-10] answers with a status and a sentence', () => {
    const r = rig({ bytes: disk, depth: 32 });
    const say = (path: string): string[] => {
      const last = r.readFile(path)!;
      return [ntStatusName(last.status), last.reason];
    };
    expect(say('NOPE.TXT')).toEqual(['STATUS_OBJECT_NAME_NOT_FOUND', 'There is no NOPE.TXT in the root directory.']);
    expect(say('LAB/NOPE.TXT')).toEqual(['STATUS_OBJECT_NAME_NOT_FOUND', 'There is no NOPE.TXT in \\LAB.']);
    expect(say('NOPE/A.TXT')).toEqual(['STATUS_OBJECT_PATH_NOT_FOUND', 'There is no NOPE in the root directory.']);
    expect(say('README.TXT/A')).toEqual(['STATUS_OBJECT_PATH_NOT_FOUND', 'README.TXT is a file, not a directory.']);
    expect(say('LAB')).toEqual(['STATUS_FILE_IS_A_DIRECTORY', 'LAB is a directory, which can be listed but not read.']);
    expect(say('/')[0]).toBe('STATUS_FILE_IS_A_DIRECTORY');
    expect(say('')[0]).toBe('STATUS_OBJECT_NAME_INVALID');
    expect(say('Ä.TXT')).toEqual(['STATUS_OBJECT_NAME_NOT_FOUND', 'There is no Ä.TXT in the root directory.']);
    for (const path of ['A\u0007', 'A\u007f', '\ud800.TXT', 'ä'.repeat(513)]) expect([path, say(path)[0]]).toEqual([path, 'STATUS_OBJECT_NAME_INVALID']);
    expect(r.listFiles('README.TXT').last!.reason).toBe('README.TXT is a file, not a directory.');
    expect(rig({ bytes: disk, depth: 32 }, { ready: false }).readFile('README.TXT')!.reason).toBe('The disk has not been found yet.');
  });

  it('[FS-10] a sector that cannot be read ends the call, and [READER-3] the file is closed all the same', () => {
    const r = rig({ bytes: disk, depth: 32, bad: [231] });
    expect(ntStatusName(r.readFile('README.TXT')!.status)).toBe('STATUS_IO_DEVICE_ERROR');
    expect(r.count('fs.closed')).toBe(1);
    expect(ntStatusName(rig({ bytes: disk, depth: 32, bad: [0] }).readFile('README.TXT')!.status)).toBe('STATUS_IO_DEVICE_ERROR');
    expect(ntStatusName(rig({ bytes: disk, depth: 32, bad: [400] }).readFile('BIG.BIN', 8)!.status)).toBe('STATUS_IO_DEVICE_ERROR');
  });

  it('[FS-8] copies what it returns, once', () => {
    const r = rig({ bytes: disk, depth: 32 });
    const last = r.readFile('LAB/FRAG.BIN', 4)!;
    const copied = r.w.hops().filter((h) => r.w.kernel.catalogue[h.kind]!.name === 'fs.copy').reduce((sum, h) => sum + h.args[4]!, 0);
    expect(copied).toBe(last.size);
  });
});

describe('what is no FAT16 volume', () => {
  const changed = (change: (bytes: Uint8Array) => void): Uint8Array => {
    const bytes = disk.slice(0, 400 * 512);
    change(bytes);
    const whole = new Uint8Array(disk.length);
    whole.set(bytes);
    return whole;
  };
  const refusal = (bytes: Uint8Array): string[] => {
    const last = rig({ bytes, depth: 4 }).readFile('README.TXT')!;
    return [ntStatusName(last.status), last.reason];
  };

  it.each([
    ['zeros', (b: Uint8Array) => void b.fill(0), /^Sector 0 of the disk holds nothing but zeros, so the disk is blank .+; create a FAT partition on it/],
    ['no partition table', (b: Uint8Array) => void (b[510] = 0), /neither a partition table nor a file system/],
    ['another partition type', (b: Uint8Array) => void (b[450] = 0x83), /only Linux; hand in a disk with a FAT volume, .+: its sectors can still be read by their numbers/],
    ['NTFS', (b: Uint8Array) => putAscii(b, 63 * 512 + 3, 8, 'NTFS', 0x20), /NTFS/],
    ['no boot sector', (b: Uint8Array) => void (b[63 * 512 + 510] = 0), /boot|55/i],
    ['ext', (b: Uint8Array) => b.fill(0, 63 * 512, 66 * 512).set([0x53, 0xef], 63 * 512 + 1080), /^The volume is a Linux ext file system, .+ by their numbers\.$/],
  ])('[FS-2] %s: says what it looks like', (_what, change, sentence) => {
    const [status, reason] = refusal(changed(change));
    expect(status).toBe('STATUS_UNRECOGNIZED_VOLUME');
    expect(reason).toMatch(sentence);
  });

  it('[FS-4] a chain that is broken, leaves the volume or runs in a circle ends with an error', () => {
    const fat = (cluster: number, value: number) => changed((b) => {
      b[(63 + 4) * 512 + cluster * 2] = value & 0xff;
      b[(63 + 4) * 512 + cluster * 2 + 1] = value >> 8;
    });
    for (const value of [0, 1, 0xfff7, 0xfff0, 0xffff]) {
      const r = rig({ bytes: fat(30, value), depth: 4 });
      expect(ntStatusName(r.readFile('BIG.BIN', 4)!.status)).toBe('STATUS_DISK_CORRUPT_ERROR');
    }
    const round = fat(2, 2);
    for (let at = 227 * 512 + 64; at < 231 * 512; at += 32) round[at] = 0xe5;
    const circle = rig({ bytes: round, depth: 4 });
    expect(ntStatusName(circle.readFile('LAB/NOPE.TXT')!.status)).toBe('STATUS_DISK_CORRUPT_ERROR');
  });

  it('[FS-4] a file larger than its volume is not opened, and a directory of more than 65536 entries not walked to its end', () => {
    const large = changed((b) => void b.fill(0xff, 195 * 512 + 3 * 32 + 28, 195 * 512 + 3 * 32 + 32));
    const r = rig({ bytes: large, depth: 4 });
    const last = r.readFile('HELLO.TXT')!;
    expect([ntStatusName(last.status), last.reason]).toEqual(['STATUS_DISK_CORRUPT_ERROR', expect.stringMatching(/^HELLO\.TXT is said to have 4294967295 bytes, more than the \d+ of its volume; run chkdsk/)]);
    expect(r.count('fs.read')).toBe(0);
    const round = changed((b) => {
      b[(63 + 4) * 512 + 4] = 2;
      b[(63 + 4) * 512 + 5] = 0;
    });
    for (let at = 227 * 512 + 64; at < 231 * 512; at += 32) {
      round.copyWithin(at, 227 * 512 + 64, 227 * 512 + 96);
      if (at % 512 !== 64) round[at] = 0xe5;
    }
    const circle = rig({ bytes: round, depth: 4 });
    expect(ntStatusName(circle.listFiles('LAB').last!.status)).toBe('STATUS_DISK_CORRUPT_ERROR');
    expect(circle.reader().listed).toBeLessThan(65_536);
  });
});

describe('the guest lists directories', () => {
  it('[FS-9] names, sizes and attributes, without deleted entries and labels', () => {
    const r = rig({ bytes: disk, depth: 4 });
    const root = r.listFiles('/');
    expect(root.listing.map((f) => [f.name, f.size, f.attributes & 0x10])).toEqual([['LAB', 0, 16], ['README.TXT', 483, 0], ['HELLO.TXT', 23, 0], ['BIG.BIN', 204800, 0]]);
    expect(r.listFiles('lab').listing.map((f) => f.name)).toContain('NUMBERS.TXT');
    expect(root.last!.status).toBe(0);
  });

  it('[FS-7] [FS-9] long names are put together, matched and listed, over more than one page', () => {
    const bytes = disk.slice();
    const names = Array.from({ length: 80 }, (_, i) => `A rather long name of a file, number ${i} of very many.text`);
    putDirectory(bytes, names);
    const r = rig({ bytes, depth: 4 });
    const all = r.listFiles('\\');
    expect(all.listing.map((f) => f.name)).toEqual(names);
    expect([all.listed, r.count('fs.listed')]).toEqual([80, 3]);
    expect(r.readFile('a RATHER long name of a FILE, number 7 of very many.TEXT')!.status).toBe(0);
    expect(r.readFile('LONG0007.TXT')!.status).toBe(0);
    const other = disk.slice();
    putDirectory(other, ['Größe und Maße.txt', '日本語.txt', '💾.txt']);
    const say = rig({ bytes: other, depth: 4 });
    for (const path of ['grÖße und MAße.TXT', '日本語.txt', '💾.TXT']) expect([path, say.readFile(path)!.status]).toEqual([path, 0]);
    expect(sha256(r.text(23))).toBe(sums['HELLO.TXT']);
  });
});

/** Fills the root directory of the sample with long names, each a copy of HELLO.TXT's entry. */
function putDirectory(bytes: Uint8Array, names: readonly string[]): void {
  const root = 195 * 512;
  const hello = bytes.slice(root + 3 * 32, root + 4 * 32);
  bytes.fill(0, root, root + 512 * 32);
  let at = root;
  names.forEach((name, i) => {
    const entry = hello.slice();
    putAscii(entry, 0, 11, `LONG${String(i).padStart(4, '0')}TXT`);
    let sum = 0;
    for (let j = 0; j < 11; j++) sum = (((sum & 1) << 7) + (sum >> 1) + entry[j]!) & 0xff;
    const parts = Math.ceil(name.length / 13);
    for (let part = parts; part > 0; part--) {
      bytes.fill(0xff, at, at + 32);
      [bytes[at], bytes[at + 11], bytes[at + 12], bytes[at + 13], bytes[at + 26], bytes[at + 27]] = [part | (part === parts ? 0x40 : 0), 0x0f, 0, sum, 0, 0];
      const units = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30];
      for (let u = 0; u < 13; u++) {
        const index = (part - 1) * 13 + u;
        if (index > name.length) continue;
        const code = index === name.length ? 0 : name.charCodeAt(index);
        bytes[at + units[u]!] = code & 0xff;
        bytes[at + units[u]! + 1] = code >> 8;
      }
      at += 32;
    }
    bytes.set(entry, at);
    at += 32;
  });
}

describe('the reader', () => {
  it('[READER-2] keeps as many calls outstanding as it was told, over 64 buffers', () => {
    for (const depth of [1, 7, 32]) {
      const r = rig({ bytes: disk, depth: 32 });
      r.readFile('BIG.BIN', depth);
      const hops = r.w.hops().map((h) => r.w.kernel.catalogue[h.kind]!.name);
      let open = 0;
      let most = 0;
      for (const name of hops) {
        if (name === 'fs.read') open += 1;
        if (name === 'fs.readDone') open -= 1;
        most = Math.max(most, open);
      }
      expect(most).toBe(depth);
    }
  });

  it('[READER-4] reads raw sectors past the cache, straight into its buffers', () => {
    const r = rig({ bytes: disk, depth: 32 });
    const last = r.readSectors(231, 4, 10, 4)!;
    expect([last.status, last.bytes, r.driver().reads]).toEqual([0, 10 * 2048, Array.from({ length: 10 }, (_, i) => [231 + i * 4, 4])]);
    expect(r.text(4096).slice(0, 2048)).toEqual(disk.slice(231 * 512, 235 * 512));
    expect([r.count('fs.copy'), r.state().cache.misses]).toEqual([0, 0]);
    expect(ntStatusName(r.readSectors(65_530, 8, 2, 1)!.status)).toBe('STATUS_IO_DEVICE_ERROR');
    expect(ntStatusName(r.readSectors(0, 9, 1, 1)!.status)).toBe('STATUS_INVALID_PARAMETER');
  });

  it('[READER-5] does one task after the other and refuses the eighteenth', () => {
    const r = rig({ bytes: disk, depth: 32 });
    for (let i = 0; i < 18; i++) r.ask(i % 2 === 0 ? 'readFile' : 'listFiles', i % 2 === 0 ? 'HELLO.TXT' : '/');
    r.run();
    expect([r.count('reader.finished'), r.reader().finished]).toEqual([18, 17]);
  });

  it('[READER-3] reads an empty file and closes it', () => {
    const bytes = disk.slice();
    bytes.fill(0, 195 * 512 + 3 * 32 + 26, 195 * 512 + 4 * 32);
    const r = rig({ bytes, depth: 4 });
    expect([r.readFile('HELLO.TXT')!.status, r.count('fs.closed'), r.count('fs.read')]).toEqual([0, 1, 0]);
  });
});
