/**
 * A VHD file as it lies on the physical disk: written blocks over the images, by the extents that NTFS has for it. Read by slices,
 * never whole; what lies in a chunk that has not been loaded is told as a need. [DISKFILE-1..2]
 */
import type { DiskState } from '../hardware/disk.ts';
import type { NtfsState, RootFile } from '../root/kernel/ntfs.ts';
import { BLOCK_BYTES, blockAt, blocksKeyframe, type Blocks } from '../sim/blocks.ts';
import type { Need } from '../sim/component.ts';
import type { Kernel } from '../sim/kernel.ts';
import { findComponent } from '../sim/machine.ts';

const SECTOR = 512;
const CHUNK = 65_536;

export interface DiskFile {
  /** Name on the root's volume: 'Alpha.vhd'. */
  readonly name: string;
  readonly bytes: number;
  /** `length` bytes from `offset`, as the file was when it was opened; or the first chunk that must be supplied for them. */
  read(offset: number, length: number): Uint8Array | Need;
}

/** Files of the root's volume: name, guest whose disk it is (''), and length. */
export interface DiskFileEntry {
  readonly name: string;
  readonly guest: string;
  readonly bytes: number;
}

function ntfsOf(kernel: Kernel): NtfsState {
  return kernel.m.components.states[findComponent(kernel.m, 'root/ntfs')] as unknown as NtfsState;
}

function bytesOf(file: RootFile): number {
  const bytes = file.extents.reduce((sum, e) => sum + e.sectors, 0) * SECTOR;
  // The last sector of a file that never grew may be cut.
  return file.bytes !== undefined && file.bytes <= bytes && bytes - file.bytes < SECTOR ? file.bytes : bytes;
}

interface KeptVms {
  readonly vms: readonly { readonly name: string; readonly config: string }[];
}

/** The virtual machine that was created with a file which belongs to nobody at first, or ''. */
function creatorOf(kernel: Kernel, fileId: number): string {
  const at = findComponent(kernel.m, 'root/vmms');
  const vms = at < 0 ? [] : (kernel.m.components.states[at] as unknown as KeptVms).vms;
  return vms.find((vm) => (JSON.parse(vm.config) as { disk: { fileId: number } }).disk.fileId === fileId)?.name ?? '';
}

/** Files with the guest whose disk each is; copies that no virtual machine has yet are left out. */
function filesWithGuests(kernel: Kernel): readonly (readonly [file: RootFile, guest: string])[] {
  return ntfsOf(kernel).files
    .map((file) => [file, file.copy === true ? creatorOf(kernel, file.fileId) : (file.owner ?? '')] as const)
    .filter(([file, guest]) => file.copy !== true || guest !== '');
}

export function diskFilesOf(kernel: Kernel): readonly DiskFileEntry[] {
  return filesWithGuests(kernel).map(([file, guest]) => ({ name: file.name, guest, bytes: bytesOf(file) }));
}

/** Opens the file of a guest ('alpha') or of a name ('Alpha.vhd'); null when there is none. The machine may go on meanwhile. */
export function openDiskFile(kernel: Kernel, name: string): DiskFile | null {
  const files = filesWithGuests(kernel);
  const [file] = files.find(([, guest]) => guest === name) ?? files.find(([f]) => f.name.toLowerCase() === name.toLowerCase()) ?? [];
  if (file === undefined) return null;
  const { m, chunks } = kernel;
  // From here on the machine writes to blocks of its own, so these stay as they are.
  const blocks: Blocks = { tops: blocksKeyframe(m.blocks) };
  m.memory.epoch += 1;
  const { extents } = m.components.states[findComponent(m, 'hardware/disk')] as unknown as Pick<DiskState, 'extents'>;
  const bytes = bytesOf(file);
  return {
    name: file.name,
    bytes,
    read: (offset, length) => {
      if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0 || offset + length > bytes) {
        throw new RangeError(`${file.name} has ${bytes} bytes; ${length} from ${offset} on are not among them.`);
      }
      const out = new Uint8Array(length);
      for (let done = 0; done < length; ) {
        const place = placeOf(file, offset + done);
        const n = Math.min(length - done, place.room, BLOCK_BYTES - (place.at % BLOCK_BYTES));
        const written = blockAt(blocks, Math.floor(place.at / BLOCK_BYTES));
        if (written !== null) out.set(written.subarray(place.at % BLOCK_BYTES, (place.at % BLOCK_BYTES) + n), done);
        else {
          const need = fromImages(extents, chunks, place.at, out, done, n);
          if (need !== null) return need;
        }
        done += n;
      }
      return out;
    },
  };
}

/** Byte of the physical disk that holds a byte of the file, and how many follow it there. */
function placeOf(file: RootFile, offset: number): { readonly at: number; readonly room: number } {
  for (const e of file.extents) {
    const from = e.fileSector * SECTOR;
    const end = from + e.sectors * SECTOR;
    if (offset >= from && offset < end) return { at: e.lba * SECTOR + offset - from, room: end - offset };
  }
  throw new RangeError(`${file.name} has no byte ${offset}.`);
}

/** Copies bytes of the images; zero where no extent is. Answers the chunk that is missing, or null. */
function fromImages(extents: DiskState['extents'], chunks: Kernel['chunks'], at: number, out: Uint8Array, to: number, n: number): Need | null {
  for (const e of extents) {
    const from = Math.max(at, e.lbaFrom * SECTOR);
    const end = Math.min(at + n, (e.lbaFrom + e.sectors) * SECTOR);
    for (let byte = from; byte < end; ) {
      const inImage = e.imageOffset + byte - e.lbaFrom * SECTOR;
      const chunk = Math.floor(inImage / CHUNK);
      const bytes = chunks(e.image, chunk);
      if (bytes === null) return { image: e.image, chunk };
      const part = Math.min(end - byte, CHUNK - (inImage % CHUNK));
      out.set(bytes.subarray(inImage % CHUNK, (inImage % CHUNK) + part), to + byte - at);
      byte += part;
    }
  }
  return null;
}
