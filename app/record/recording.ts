/** What was done in the page while somebody recorded it, act by act; and in words. Plain data, pure. */

export type Act =
  /** To a hop, counted from the start; `idle`: that is where nothing moved any more. */
  | { readonly do: 'go'; readonly hop: number; readonly idle: boolean }
  | { readonly do: 'intend'; readonly intent: object }
  | { readonly do: 'undo' }
  | { readonly do: 'branch'; readonly id: number; readonly hop: number }
  /** A part of the picture was pressed, by the name it has for everybody; '' when the component was chosen elsewhere. */
  | { readonly do: 'select'; readonly part: string; readonly path: string }
  | { readonly do: 'depth'; readonly depth: 'architecture' | 'mechanism' }
  /** Somebody wants others to look here. */
  | { readonly do: 'stop'; readonly hop: number; readonly time: number; readonly title: string; readonly caption: string; readonly says: string }

export interface Recording {
  /** How the page is opened: the name of a scenario with further words of the address, or the address of a moment. */
  readonly opens: { readonly scenario: string; readonly words: Readonly<Record<string, string>> } | { readonly address: string }
  readonly acts: readonly Act[]
}

/** Where it ended. */
export interface End {
  readonly idle: boolean
  readonly hop: number
  readonly branches: number
  readonly guests: readonly { readonly file: string; readonly status: string; readonly read: number }[]
  /** '' : the spec does not hold it against the fingerprint, so it outlives changes of the machine. */
  readonly print: string
}

/** The acts with one more; whoever goes from place to place is told once, with the last place. */
export function withAct(acts: readonly Act[], act: Act): readonly Act[] {
  const last = acts.at(-1)
  const kept = act.do === 'go' && last?.do === 'go' ? acts.slice(0, -1) : acts
  return [...kept, act]
}

export function inWords(act: Act): string {
  switch (act.do) {
    case 'go': return act.idle ? 'Ran until nothing moved' : `Went to hop ${act.hop}`
    case 'intend': return `Asked: ${JSON.stringify(act.intent)}`
    case 'undo': return 'Took back what was asked last'
    case 'branch': return `Went to branch ${act.id + 1}, hop ${act.hop}`
    case 'select': return `Looked at ${act.part || act.path}`
    case 'depth': return act.depth === 'mechanism' ? 'Told every component apart' : 'Drew about a dozen parts'
    case 'stop': return `Stop at hop ${act.hop}: ${act.title}`
  }
}
