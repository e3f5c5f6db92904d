/** A port access as the inspector shows it: which register, which way, and the value bit by bit. [INSPECT-2] */
import { portName } from '../devices/ide/protocol.ts';
import type { DecodedField } from '../wire/layout.ts';
import type { BytesView } from './views.ts';

const writes = ['pio.write', 'vmwp.portWrite'];
const reads = ['pio.read', 'vmwp.portRead'];
const answers = 'vmwp.portDone';

/** Bits of the ATA status register from the top. ATA-6 7.15. */
const statusBits = ['BSY: busy', 'DRDY: ready', 'DF: fault', 'DSC: seek complete', 'DRQ: data request', 'CORR', 'IDX', 'ERR: error'];
const STATUS_PORTS = [0x1f7, 0x177, 0x3f6, 0x376];

/** The value of a port access by its hop's arguments; nothing for other kinds and for string reads, whose bytes lie in memory. */
export function portAccess(kind: string, args: Readonly<Record<string, number>>): BytesView[] {
  const known = writes.includes(kind) || reads.includes(kind) || kind === answers;
  if (!known || args['dataSpan']) return [];
  const port = args['port']! & 0xffff;
  const size = args['port']! >>> 16 || 1;
  const write = writes.includes(kind) || args['write'] === 1;
  const asked = reads.includes(kind) || (kind === answers && write);
  const value = asked ? null : args['value']!;
  const fields = [
    told('Register', portName(port, write)),
    told('Direction', write ? 'write (OUT)' : 'read (IN)'),
    told('Size', (args['count'] ?? 1) > 1 ? `${args['count']} words by REP INSW` : size === 1 ? '1 byte' : `${size} bytes`),
  ];
  if (value !== null) {
    fields.push(told('Value', `0x${value.toString(16).toUpperCase().padStart(2 * size, '0')}`, value));
    if (!write && STATUS_PORTS.includes(port)) statusBits.forEach((name, i) => fields.push(told(name, String((value >>> (7 - i)) & 1))));
  }
  const bytes = Uint8Array.from({ length: value === null ? 0 : size }, (_, i) => (value! >>> (8 * i)) & 0xff);
  return [{ label: 'Port access', where: `I/O port 0x${port.toString(16).toUpperCase()}`, layout: null, before: bytes, after: bytes, fields }];
}

function told(name: string, value: string, raw: number | null = null): DecodedField {
  return { name, at: 0, bytes: 1, kind: 'u8', value, raw, doc: '', missing: false, bits: [] };
}
