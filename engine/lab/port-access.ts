/** A port access as the inspector shows it: which register, which way, and the value bit by bit. [INSPECT-2] */
import { BM_COMMAND, BM_STATUS, isBusMasterPort } from '../devices/ide/bus-master-registers.ts';
import { portName } from '../devices/ide/protocol.ts';
import type { DecodedField } from '../wire/layout.ts';
import type { BytesView } from './views.ts';

const writes = ['pio.write', 'pio.writeString', 'vmwp.portWrite', 'vmwp.portWriteString'];
const reads = ['pio.read', 'vmwp.portRead'];
const answers = 'vmwp.portDone';

/** Bits of the ATA status register from the top. ATA-6 7.15. */
const statusBits = ['BSY: busy', 'DRDY: ready', 'DF: fault', 'DSC: seek complete', 'DRQ: data request', 'CORR', 'IDX', 'ERR: error'];
const STATUS_PORTS = [0x1f7, 0x177, 0x3f6, 0x376];
/** Bits of the bus master's status and command registers, by their number. Intel 82371AB. */
const masterStatusBits = ['active', 'error', 'interrupt'];
const masterCommandBits = [[0, 'start'], [3, 'into memory']] as const;

/** The value of a port access by its hop's arguments; nothing for other kinds and for string reads, whose bytes lie in memory. */
export function portAccess(kind: string, args: Readonly<Record<string, number>>): BytesView[] {
  const known = writes.includes(kind) || reads.includes(kind) || kind === answers;
  if (!known || args['dataSpan']) return [];
  const port = args['port']! & 0xffff;
  const size = args['port']! >>> 16 || 1;
  const write = writes.includes(kind) || (args['write'] ?? 0) > 0;
  const asked = reads.includes(kind) || (kind === answers && write);
  const value = asked || args['value'] === undefined ? null : args['value'];
  const fields = [
    told('Register', portName(port, write)),
    told('Direction', write ? 'write (OUT)' : 'read (IN)'),
    told('Size', (args['count'] ?? 1) > 1 ? `${args['count']} words by ${write ? 'REP OUTSW' : 'REP INSW'}` : size === 1 ? '1 byte' : `${size} bytes`),
  ];
  if (value !== null) {
    fields.push({ ...told('Value', `0x${value.toString(16).toUpperCase().padStart(2 * size, '0')}`), at: 0, bytes: size, raw: value });
    if (!write && STATUS_PORTS.includes(port)) statusBits.forEach((name, i) => fields.push(told(name, String((value >>> (7 - i)) & 1))));
    if (isBusMasterPort(port)) fields.push(...busMasterBits(port, value));
  }
  const bytes = Uint8Array.from({ length: value === null ? 0 : size }, (_, i) => (value! >>> (8 * i)) & 0xff);
  return [{ label: 'Port access', where: `I/O port 0x${port.toString(16).toUpperCase()}`, layout: null, before: bytes, after: bytes, fields }];
}

function busMasterBits(port: number, value: number): DecodedField[] {
  const bit = (name: string, at: number): DecodedField => told(name, String((value >>> at) & 1));
  if ((port & 7) === BM_STATUS) return masterStatusBits.map(bit);
  return (port & 7) === BM_COMMAND ? masterCommandBits.map(([at, name]) => bit(name, at)) : [];
}

/** What is said of the access, and stands in no byte of it. */
function told(name: string, value: string): DecodedField {
  return { name, at: -1, bytes: 0, kind: 'u8', value, raw: null, doc: '', missing: false, bits: [] };
}
