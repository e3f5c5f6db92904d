/** What a story has told so far, by guest: finds the longest run of hops that happens once more. [BEAT-3] */

/** Fewer hops than this are told again. */
export const AGAIN_LEAST = 10;
/** Hops that must agree before a run is looked at closely, and how many earlier places are looked at. */
const SEED = 6;
const PLACES_MOST = 24;

interface Guest {
  readonly rows: number[];
  readonly signatures: number[];
  /** Places by the hops that begin there, as far as they have been told. */
  readonly places: Map<string, number[]>;
  told: number;
}

export class Told {
  private readonly guests = new Map<number, Guest>();
  private readonly guestOf: (Guest | null)[];
  private readonly place: Int32Array;

  constructor(rows: number) {
    this.guestOf = new Array<Guest | null>(rows).fill(null);
    this.place = new Int32Array(rows);
  }

  /** A row of a file operation of a guest; rows come in order. */
  enter(row: number, guest: number, signature: number): void {
    let g = this.guests.get(guest);
    if (!g) this.guests.set(guest, (g = { rows: [], signatures: [], places: new Map(), told: 0 }));
    this.guestOf[row] = g;
    this.place[row] = g.rows.length;
    g.rows.push(row);
    g.signatures.push(signature);
  }

  /** Everything before `row` has been told. */
  tellUpTo(row: number): void {
    const g = this.guestOf[row];
    if (!g) return;
    for (const end = this.place[row]!; g.told + SEED <= end; g.told++) {
      const key = seedAt(g, g.told);
      const places = g.places.get(key);
      if (!places) g.places.set(key, [g.told]);
      else if (places.length < PLACES_MOST) places.push(g.told);
    }
  }

  /** Rows of the longest run from `row` on that was told before, or null. */
  longestAt(row: number): readonly number[] | null {
    const g = this.guestOf[row];
    if (!g) return null;
    const at = this.place[row]!;
    let longest = 0;
    for (const before of g.places.get(seedAt(g, at)) ?? []) {
      let same = 0;
      while (before + same < at && at + same < g.rows.length && g.signatures[before + same] === g.signatures[at + same]) same++;
      if (same > longest) longest = same;
    }
    return longest < AGAIN_LEAST ? null : g.rows.slice(at, at + longest);
  }
}

function seedAt(g: Guest, at: number): string {
  return g.signatures.slice(at, at + SEED).join(' ');
}
