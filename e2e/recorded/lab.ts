/** Recorded specs lie beside the fixture, wherever that is. */
export * from '../lab.ts'
