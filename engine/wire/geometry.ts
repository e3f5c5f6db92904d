/**
 * Cylinders, heads and sectors a track for a disk that has none: the ladder of the VHD format, which the emulated IDE drive climbs
 * too. Source: VHDSPEC, appendix: CHS calculation; OVM hard_drive.rs. [VHD-3] [ATA-4]
 */

export interface Geometry {
  readonly cylinders: number;
  readonly heads: number;
  readonly sectorsPerTrack: number;
}

/** 17, 31 or 63 sectors a track: the first with which the cylinders stay below 1024, or else the last. Rounds down. */
export function chsGeometry(sectors: number): Geometry {
  let sectorsPerTrack = 17;
  let tracks = Math.floor(sectors / 17);
  let heads = Math.max(4, Math.ceil(tracks / 1024));
  if (tracks >= heads * 1024 || heads > 16) {
    sectorsPerTrack = 31;
    heads = 16;
    tracks = Math.floor(sectors / 31);
  }
  if (tracks >= heads * 1024) {
    sectorsPerTrack = 63;
    heads = 16;
    tracks = Math.floor(sectors / 63);
  }
  return { cylinders: Math.floor(tracks / heads), heads, sectorsPerTrack };
}
