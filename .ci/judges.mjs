// `npm run judges`: lets programs of others judge what the lab reads and writes. It says which of them are not installed.
// `--write` keeps the hash of what qemu-img reads for the tests. qemu-img, 7-Zip, mtools and dosfstools are never needed otherwise, and nothing of theirs is part of the lab.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const top = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = mkdtempSync(join(tmpdir(), 'viridian-judges-'));
const sample = join(top, 'public', 'disks', 'viridian-sample.vhd');
const SECTOR = 512;
let passed = 0;
let failed = 0;

/** @param {string[]} names */
function tool(...names) {
  const places = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin'];
  for (const name of names) for (const place of places) if (existsSync(join(place, name))) return join(place, name);
  process.stdout.write(`  not installed: ${names.join(' or ')}; what it would judge is left out\n`);
  return '';
}

const qemu = tool('qemu-img');
const zip = tool('7zz', '7z');
const fsck = tool('fsck.vfat', 'fsck.fat');
const mkfs = tool('mkfs.vfat', 'mkfs.fat');
const mcopy = tool('mcopy');
const mmd = tool('mmd');

/** @param {string} says @param {() => boolean} holds */
function judge(says, holds) {
  let fault = '';
  try {
    if (!holds()) fault = 'no';
  } catch (error) {
    fault = String(error instanceof Error ? error.message : error).split('\n').slice(0, 3).join(' | ');
  }
  if (fault === '') passed += 1;
  else failed += 1;
  process.stdout.write(`${fault === '' ? 'ok  ' : 'FAIL'} ${says}${fault === '' ? '' : `: ${fault}`}\n`);
}

/** @param {string} program @param {string[]} words */
function run(program, ...words) {
  const { status, stdout, stderr } = spawnSync(program, words, { maxBuffer: 1 << 29, env: { ...process.env, MTOOLS_SKIP_CHECK: '1' } });
  if (status !== 0) throw new Error(`${program} ${words.join(' ')} ended with ${status}: ${stderr.toString()}${stdout.toString().slice(0, 300)}`);
  return stdout;
}

/** The lab's own command line. @param {string[]} words */
const lab = (...words) => execFileSync(process.execPath, [join(top, '.ci', 'cli.mjs'), ...words], { maxBuffer: 1 << 29, cwd: top });
/** @param {Uint8Array} bytes */
const sum = (bytes) => createHash('sha256').update(bytes).digest('hex');
/** @param {string} name */
const at = (name) => join(folder, name);

/** The FAT volume of a raw disk in a file of its own. @param {string} raw @param {number} first */
function volumeOf(raw, first) {
  writeFileSync(at('volume.raw'), readFileSync(raw).subarray(first * SECTOR));
  return at('volume.raw');
}

/** A VHD that the lab has written. @param {string} vhd @param {number} first sector of its volume @param {Record<string, string>} files path to sha-256 */
function judgeVhd(vhd, first, files) {
  const name = vhd.slice(folder.length + 1);
  if (qemu !== '') {
    judge(`${name}: qemu-img opens it as vpc and reads all of it`, () => run(qemu, 'convert', '-f', 'vpc', '-O', 'raw', vhd, at('judged.raw')).length === 0);
    if (fsck !== '') judge(`${name}: fsck.vfat finds nothing to mend`, () => !/Dirty|differ|Orphan|error|Free cluster|unused|Reclaim/i.test(run(fsck, '-n', volumeOf(at('judged.raw'), first)).toString()));
    if (mcopy !== '') for (const [path, hash] of Object.entries(files)) judge(`${name}: mtools reads ${path}`, () => sum(run(mcopy, '-i', `${at('judged.raw')}@@${first * SECTOR}`, `::/${path}`, '-')) === hash);
  }
  if (zip !== '') for (const [path, hash] of Object.entries(files)) judge(`${name}: 7-Zip reads ${path}`, () => sum(sevenZip(vhd, path)) === hash);
  for (const [path, hash] of Object.entries(files)) judge(`${name}: the lab reads ${path}`, () => sum(lab('disk', 'cat', vhd, path)) === hash);
  judge(`${name}: the lab finds it sound`, () => lab('disk', 'check', vhd).toString().endsWith('sound\n'));
}

/** 7-Zip takes a VHD for an archive of one disk, that for one of partitions, and a FAT volume for one of files. @param {string} vhd @param {string} path */
function sevenZip(vhd, path) {
  const inner = run(zip, 'l', '-ba', '-slt', vhd).toString();
  const names = [...inner.matchAll(/^Path = (.+)$/gm)].map((m) => m[1]);
  const wanted = names.find((n) => n?.replaceAll('\\', '/').toLowerCase().endsWith(path.toLowerCase()));
  if (wanted !== undefined) return run(zip, 'x', '-so', vhd, wanted);
  writeFileSync(at('inner.img'), run(zip, 'x', '-so', vhd, names[0] ?? ''));
  return run(zip, 'x', '-so', at('inner.img'), path);
}

// --- the sample, changed by a guest on each way -----------------------------------------------------------------------------

const text = 'Data first, then the file allocation tables, then the directory entry.\n'.repeat(200);
const SAMPLE_FIRST = 63;
for (const way of ['synthetic', 'pio', 'dma']) {
  const [put, copied, gone] = [at(`${way}-put.vhd`), at(`${way}-copied.vhd`), at(`${way}-gone.vhd`)];
  writeFileSync(at('text.txt'), text);
  lab('disk', 'put', sample, 'LAB/A long file name.txt', '--from', at('text.txt'), '--out', put, '--path', way);
  lab('disk', 'copy', put, 'BIG.BIN', 'BIG2.BIN', '--out', copied, '--path', way);
  lab('disk', 'rm', copied, 'LAB/FRAG.BIN', '--out', gone, '--path', way);
  const big = sum(lab('disk', 'cat', sample, 'BIG.BIN'));
  judgeVhd(put, SAMPLE_FIRST, { 'LAB/A long file name.txt': sum(Buffer.from(text)), 'BIG.BIN': big });
  judgeVhd(copied, SAMPLE_FIRST, { 'BIG2.BIN': big, 'BIG.BIN': big });
  judgeVhd(gone, SAMPLE_FIRST, { 'BIG2.BIN': big });
}
const verdict = join(top, 'engine', 'tests', 'cli', 'judged.json');
if (qemu !== '') {
  for (const way of ['synthetic', 'pio', 'dma']) {
    run(qemu, 'convert', '-f', 'vpc', '-O', 'raw', at(`${way}-put.vhd`), at('way.raw'));
    const raw = sum(withoutTimes(readFileSync(at('way.raw'))));
    if (process.argv.includes('--write')) writeFileSync(verdict, `${JSON.stringify({ by: 'qemu-img convert', put: raw }, null, 2)}\n`);
    judge(`${way}-put.vhd: every sector is as qemu-img has read it before, but for the time of writing`, () => raw === JSON.parse(readFileSync(verdict, 'utf8')).put);
  }
}

/** The entry of the file that was put, without date and time. @param {Buffer} raw */
function withoutTimes(raw) {
  const entry = raw.indexOf('ALONGF~1TXT', 0, 'latin1');
  if (entry < 0) throw new Error('the new entry is not there');
  raw.fill(0, entry + 13, entry + 20);
  raw.fill(0, entry + 22, entry + 26);
  return raw;
}

// --- disks that others have made --------------------------------------------------------------------------------------------

const shapes = [
  { name: 'fat12', size: 4 << 20, options: ['-F', '12', '-s', '2', '-r', '64'], format: 'dynamic' },
  { name: 'fat16', size: 60 << 20, options: ['-F', '16', '-s', '4', '-R', '5', '-f', '1'], format: 'fixed' },
  { name: 'fat32', size: 300 << 20, options: ['-F', '32', '-s', '2'], format: 'dynamic' },
];
if (qemu !== '' && mkfs !== '' && mcopy !== '' && mmd !== '') {
  for (const { name, size, options, format } of shapes) {
    const [raw, vhd] = [at(`${name}.raw`), at(`${name}.vhd`)];
    writeFileSync(raw, '');
    truncateSync(raw, size);
    run(mkfs, ...options, raw);
    run(mmd, '-i', raw, '::/Some folder');
    /** @type {Record<string, string>} */
    const files = {};
    for (const [path, length] of /** @type {const} */ ([['SHORT.BIN', 700], ['Some folder/A rather long name, with a comma.data', 300_001], ['Größe.txt', 5000]])) {
      const bytes = randomBytes(length);
      writeFileSync(at('one.bin'), bytes);
      run(mcopy, '-i', raw, at('one.bin'), `::/${path}`);
      files[path] = sum(bytes);
    }
    run(qemu, 'convert', '-f', 'raw', '-O', 'vpc', '-o', `subformat=${format},force_size=on`, raw, vhd);
    for (const way of ['synthetic', 'pio']) {
      for (const [path, hash] of Object.entries(files)) judge(`${name}.vhd: the lab reads ${path} by ${way}`, () => sum(lab('disk', 'cat', vhd, path, '--path', way)) === hash);
      const changed = at(`${name}-${way}.vhd`);
      lab('disk', 'put', vhd, 'Some folder/Written by a guest.txt', '--from', at('text.txt'), '--out', changed, '--path', way);
      judgeVhd(changed, 0, { 'Some folder/Written by a guest.txt': sum(Buffer.from(text)), 'SHORT.BIN': files['SHORT.BIN'] ?? '' });
    }
  }
}

rmSync(folder, { recursive: true });
process.stdout.write(`${passed} judged right, ${failed} wrong\n`);
process.exitCode = failed === 0 ? 0 : 1;
