/** What the page asks the Worker to write: a text in pieces, so that progress can be shown and the person can stop it. */
export const formats = ['csv', 'ndjson', 'chrome', 'mermaid'] as const
export type Format = (typeof formats)[number]

export interface ExportWish {
  readonly format: Format
  /** First and last hop. */
  readonly from: number
  readonly to: number
  /** Only hops of this request and those inside it; 0 for all. The journey that Mermaid draws. */
  readonly request: number
}

export interface ExportBegun {
  readonly job: number
  /** Hops to look through. */
  readonly hops: number
}

export interface ExportPiece {
  readonly text: string
  /** Hops looked through so far. */
  readonly done: number
  readonly over: boolean
}

export interface ExportsApi {
  exportBegin(wish: ExportWish): Promise<ExportBegun>
  exportMore(job: number): Promise<ExportPiece>
}
