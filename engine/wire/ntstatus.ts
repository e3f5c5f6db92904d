/**
 * The NTSTATUS values that the storage components of root and guest answer with, under their names, each with the sentence
 * a person gets to read. Source: MS-ERREF 2.3.1.
 */

export const STATUS_SUCCESS = 0;
export const STATUS_INVALID_HANDLE = 0xc000_0008;
export const STATUS_INVALID_PARAMETER = 0xc000_000d;
export const STATUS_NO_SUCH_FILE = 0xc000_000f;
export const STATUS_END_OF_FILE = 0xc000_0011;
export const STATUS_NONEXISTENT_SECTOR = 0xc000_0015;
export const STATUS_ACCESS_DENIED = 0xc000_0022;
export const STATUS_DISK_CORRUPT_ERROR = 0xc000_0032;
export const STATUS_OBJECT_NAME_INVALID = 0xc000_0033;
export const STATUS_OBJECT_NAME_NOT_FOUND = 0xc000_0034;
export const STATUS_OBJECT_PATH_NOT_FOUND = 0xc000_003a;
export const STATUS_SHARING_VIOLATION = 0xc000_0043;
export const STATUS_DISK_FULL = 0xc000_007f;
export const STATUS_INSUFFICIENT_RESOURCES = 0xc000_009a;
export const STATUS_MEDIA_WRITE_PROTECTED = 0xc000_00a2;
export const STATUS_DEVICE_NOT_READY = 0xc000_00a3;
export const STATUS_FILE_IS_A_DIRECTORY = 0xc000_00ba;
export const STATUS_FILE_CORRUPT_ERROR = 0xc000_0102;
export const STATUS_NOT_A_DIRECTORY = 0xc000_0103;
export const STATUS_TOO_MANY_OPENED_FILES = 0xc000_011f;
export const STATUS_CANCELLED = 0xc000_0120;
export const STATUS_CANNOT_DELETE = 0xc000_0121;
export const STATUS_UNRECOGNIZED_VOLUME = 0xc000_014f;
export const STATUS_IO_DEVICE_ERROR = 0xc000_0185;
export const STATUS_CANNOT_MAKE = 0xc000_02ea;

const entries: Readonly<Record<number, readonly [name: string, sentence: string]>> = {
  [STATUS_SUCCESS]: ['STATUS_SUCCESS', 'It succeeded.'],
  [STATUS_INVALID_HANDLE]: ['STATUS_INVALID_HANDLE', 'There is no such handle.'],
  [STATUS_INVALID_PARAMETER]: ['STATUS_INVALID_PARAMETER', 'A length or an offset is outside what may be asked for.'],
  [STATUS_NO_SUCH_FILE]: ['STATUS_NO_SUCH_FILE', 'The volume has no such file.'],
  [STATUS_END_OF_FILE]: ['STATUS_END_OF_FILE', 'The read begins beyond the end of the file.'],
  [STATUS_NONEXISTENT_SECTOR]: ['STATUS_NONEXISTENT_SECTOR', 'The disk has no such sector.'],
  [STATUS_ACCESS_DENIED]: ['STATUS_ACCESS_DENIED', 'The file is marked read-only.'],
  [STATUS_DISK_CORRUPT_ERROR]: ['STATUS_DISK_CORRUPT_ERROR', 'The file allocation table or a directory contradicts itself; run chkdsk on a copy of the disk.'],
  [STATUS_OBJECT_NAME_INVALID]: ['STATUS_OBJECT_NAME_INVALID', 'The path is empty, too long or has a character that no name may have.'],
  [STATUS_OBJECT_NAME_NOT_FOUND]: ['STATUS_OBJECT_NAME_NOT_FOUND', 'The directory has no entry of this name.'],
  [STATUS_OBJECT_PATH_NOT_FOUND]: ['STATUS_OBJECT_PATH_NOT_FOUND', 'A directory of the path does not exist.'],
  [STATUS_SHARING_VIOLATION]: ['STATUS_SHARING_VIOLATION', 'The file is in use; try again when that has ended.'],
  [STATUS_DISK_FULL]: ['STATUS_DISK_FULL', 'There is not enough free space on the volume.'],
  [STATUS_INSUFFICIENT_RESOURCES]: ['STATUS_INSUFFICIENT_RESOURCES', 'Too much is being asked for at once.'],
  [STATUS_MEDIA_WRITE_PROTECTED]: ['STATUS_MEDIA_WRITE_PROTECTED', 'The disk may only be read.'],
  [STATUS_DEVICE_NOT_READY]: ['STATUS_DEVICE_NOT_READY', 'The disk has not been found yet.'],
  [STATUS_FILE_IS_A_DIRECTORY]: ['STATUS_FILE_IS_A_DIRECTORY', 'The name belongs to a directory, which can be listed but not read.'],
  [STATUS_FILE_CORRUPT_ERROR]: ['STATUS_FILE_CORRUPT_ERROR', 'The file breaks a rule of its format.'],
  [STATUS_NOT_A_DIRECTORY]: ['STATUS_NOT_A_DIRECTORY', 'The name belongs to a file, which can be read but not listed.'],
  [STATUS_TOO_MANY_OPENED_FILES]: ['STATUS_TOO_MANY_OPENED_FILES', 'Too many files are open.'],
  [STATUS_CANCELLED]: ['STATUS_CANCELLED', 'It was broken off before it was done.'],
  [STATUS_CANNOT_DELETE]: ['STATUS_CANNOT_DELETE', 'The file is marked read-only and cannot be deleted.'],
  [STATUS_UNRECOGNIZED_VOLUME]: ['STATUS_UNRECOGNIZED_VOLUME', 'The volume holds no file system that can be read here.'],
  [STATUS_IO_DEVICE_ERROR]: ['STATUS_IO_DEVICE_ERROR', 'The disk reported an error.'],
  [STATUS_CANNOT_MAKE]: ['STATUS_CANNOT_MAKE', 'The directory has no room for another entry.'],
};

/** 'STATUS_END_OF_FILE', or the number in hexadecimal when it has no name here. */
export function ntStatusName(status: number): string {
  return entries[status]?.[0] ?? `0x${status.toString(16).toUpperCase().padStart(8, '0')}`;
}

/** The same as a clause behind 'because': 'the directory has no entry of this name'. */
export function ntStatusBecause(status: number): string {
  const clause = ntStatusSentence(status).split(';')[0]!.replace(/\.$/, '');
  return `${clause[0]!.toLowerCase()}${clause.slice(1)}`;
}

/** What a person gets to read about the status. */
export function ntStatusSentence(status: number): string {
  return entries[status]?.[1] ?? `It ended with status ${ntStatusName(status)}.`;
}
