/** What a reader of something a stranger handed in answers instead of throwing. */
export interface Refused<Code extends string = string> {
  readonly kind: 'refused';
  readonly code: Code;
  /** One sentence: what is wrong, where, and how to mend it. */
  readonly sentence: string;
}

export function refused<Code extends string>(code: Code, sentence: string): Refused<Code> {
  return { kind: 'refused', code, sentence };
}

/** 1536 as '1536 (0x600)': the way positions in a file are told. */
export function position(offset: number): string {
  return offset < 10 ? String(offset) : `${offset} (0x${offset.toString(16).toUpperCase()})`;
}
