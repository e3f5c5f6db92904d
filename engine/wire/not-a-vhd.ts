/** Says what a file that is no VHD looks like, and what to do with it. [VHD-7] */
import { hexOf, isAscii, utf8Of } from './bytes.ts';

export type LooksLike = 'vhdx' | 'iso' | 'archive' | 'other-disk' | 'raw-disk' | 'text' | 'zeros' | 'unknown';

export interface Likeness {
  readonly looks: LooksLike;
  readonly sentence: string;
}

interface Signature {
  readonly at: number;
  readonly text: string;
  readonly looks: LooksLike;
  readonly sentence: string;
}

const convert = 'convert it to VHD first, for example with qemu-img convert -O vpc';

/** Signatures of files that people mistake for VHDs. Each is the first text of its own format's specification. */
const signatures: readonly Signature[] = [
  { at: 0, text: 'vhdxfile', looks: 'vhdx', sentence: 'This is a VHDX file, the format of Windows Server 2012; convert it with Convert-VHD to a file that ends in .vhd and hand that in.' },
  { at: 32_769, text: 'CD001', looks: 'iso', sentence: 'This is an ISO 9660 image of a CD or DVD, not a hard disk; hand in the disk of a virtual machine instead.' },
  { at: 0, text: 'PK\u0003\u0004', looks: 'archive', sentence: 'This is a ZIP archive; unpack it and hand in the .vhd file inside.' },
  { at: 0, text: '7z\u00bc\u00af', looks: 'archive', sentence: 'This is a 7-Zip archive; unpack it and hand in the .vhd file inside.' },
  { at: 0, text: '\u001f\u008b', looks: 'archive', sentence: 'This is a gzip file; unpack it and hand in the .vhd file inside.' },
  { at: 0, text: '\u00fd7zXZ\u0000', looks: 'archive', sentence: 'This is an xz file; unpack it and hand in the .vhd file inside.' },
  { at: 0, text: 'BZh', looks: 'archive', sentence: 'This is a bzip2 file; unpack it and hand in the .vhd file inside.' },
  { at: 0, text: 'Rar!', looks: 'archive', sentence: 'This is a RAR archive; unpack it and hand in the .vhd file inside.' },
  { at: 257, text: 'ustar', looks: 'archive', sentence: 'This is a tar archive; unpack it and hand in the .vhd file inside.' },
  { at: 0, text: 'QFI\u00fb', looks: 'other-disk', sentence: `This is a QCOW2 disk; ${convert}.` },
  { at: 0, text: 'KDMV', looks: 'other-disk', sentence: `This is a VMDK disk; ${convert}.` },
  { at: 0, text: '# Disk DescriptorFile', looks: 'other-disk', sentence: `This is the description of a VMDK disk; ${convert}.` },
  { at: 0, text: '<<< ', looks: 'other-disk', sentence: `This is a VDI disk; ${convert}.` },
];

/** UTF-8 without control characters; the last character may be cut. */
function isText(bytes: Uint8Array): boolean {
  const plain = bytes.length > 0 && bytes.every((b) => b === 9 || b === 10 || b === 13 || (b >= 0x20 && b !== 0x7f));
  return plain && !utf8Of(bytes, 0, bytes.length).replace(/\ufffd$/, '').includes('\ufffd');
}

/** How many bytes from the start of a file `likenessOf` wants: the ISO signature is the farthest. */
export const LIKENESS_BYTES = 32_774;

/** `start` holds the first bytes of a file without a usable footer; fewer than `LIKENESS_BYTES` will do. */
export function likenessOf(start: Uint8Array): Likeness {
  const found = signatures.find((s) => isAscii(start, s.at, s.text));
  if (found !== undefined) return { looks: found.looks, sentence: found.sentence };
  const first = start.subarray(0, 512);
  if (first.length === 512 && first[510] === 0x55 && first[511] === 0xaa) {
    return {
      looks: 'raw-disk',
      sentence: `This is a raw disk image, or a fixed VHD whose last 512 bytes are missing (sector 0 is a boot record and the file does not end with a VHD footer); ${convert}, or copy the VHD again.`,
    };
  }
  if (first.length > 0 && first.every((b) => b === 0)) {
    return { looks: 'zeros', sentence: 'This is not a VHD: it begins with zeros and does not end with a VHD footer; if it was copied, copy it again and wait until the copy has ended.' };
  }
  if (isText(first)) {
    return { looks: 'text', sentence: 'This is a text file, not a disk; hand in the .vhd file itself.' };
  }
  return {
    looks: 'unknown',
    sentence: `This is not a VHD: neither the first nor the last 512 bytes are a VHD footer (the file begins with ${hexOf(first, 0, 8)}); hand in the .vhd file of a virtual machine.`,
  };
}
