/** Own disks as the page and its Worker speak of them. Plain data. */
import type { LabStatus } from '../../engine/index.ts'

export interface DiskCard {
  /** 64 hexadecimal digits: what scenarios call the image. Of a file of at most 16 MB its SHA-256. */
  readonly id: string
  /** What earlier builds called it: links and kept work may say so. '' when that is no other; cards that they kept have none. */
  readonly former?: string
  /** Name of the file. */
  readonly name: string
  /** Length of the file that the machine sees. */
  readonly bytes: number
  readonly sectors: number
  /** 'Dynamic VHD', 'Raw disk'. */
  readonly kind: string
  /** What stands on it, in one sentence. */
  readonly contents: string
  /** How it is told from other disks, in one sentence. */
  readonly identity: string
  /** What a person should know; '' for nothing. */
  readonly notice: string
  /** The parent of a differencing disk that is not here yet. */
  readonly wants: { readonly name: string; readonly id: string } | null
  /** Of a differencing disk: the disk it was made from, once that is here. */
  readonly parent: { readonly id: string; readonly name: string } | null
  /** The id in the footer of a VHD, as people write it; '' for what is none. */
  readonly unique: string
  /** The file itself is at hand, not only what was kept of it. */
  readonly here: boolean
  /** A file system with files to list stands on it. */
  readonly files: boolean
  /** Last change of the file, as the browser told it: another one means that what was kept is stale. */
  readonly changed: number
}

export interface DiskShelf {
  readonly cards: readonly DiskCard[]
  readonly keptBytes: number
  readonly mostBytes: number
  /** Why nothing is kept, or no more; '' when all is well. */
  readonly notice: string
  /** Images that a machine which is open has: those disks stay on the shelf. */
  readonly used: readonly string[]
}

/** A scenario with an own disk: at a guest that is there, or at a new one. */
export interface OwnMachine {
  readonly scenario: string
  readonly disk: string
  readonly guest: string
  /** For a new guest: its title and its way to the disk. */
  readonly title?: string
  readonly path?: 'synthetic' | 'pio'
}

export interface FileRead {
  readonly name: string
  readonly bytes: Uint8Array
  /** Where the machine stands that has read it. */
  readonly status: LabStatus
}

/** What the page may ask about own disks and files of guests. */
export interface DisksApi {
  shelf(): Promise<DiskShelf>
  /** Looks at a file and puts it on the shelf; fails with one sentence. */
  addDisk(file: File): Promise<DiskCard>
  /** Refused with one sentence while a machine has the disk. */
  forgetDisk(id: string): Promise<DiskShelf>
  /** VHD files on the physical disk that are read through by differencing disks: their names. */
  parentFiles(): Promise<readonly string[]>
  /** Bytes of the VHD of a guest, or of a parent by its name, as it lies on the physical disk now, from an offset. */
  exportPiece(guest: string, offset: number, length: number): Promise<{ readonly bytes: Uint8Array; readonly whole: number; readonly name: string }>
  /** A file read whole by the running guest: every byte is one that its reader got. */
  fetchFile(guest: string, path: string): Promise<FileRead>
}
