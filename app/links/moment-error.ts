/** A link or file that cannot be followed, in one sentence. */
export class MomentError extends Error {}
