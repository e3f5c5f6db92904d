/**
 * A chord is a key with its modifiers as one word: 'Ctrl+ArrowRight', 'Shift+ArrowLeft', 'i', '?'. Ctrl stands for Command
 * too. A letter is spelled small; what Shift makes of a key that is no letter is the key ('?', not 'Shift+/').
 */
export interface Struck {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
  readonly altKey: boolean
}

const modifiers: readonly string[] = ['Control', 'Shift', 'Alt', 'Meta', 'AltGraph', 'CapsLock']

/** '' while only modifiers are held. */
export function chordOf({ key, ctrlKey, metaKey, shiftKey, altKey }: Struck): string {
  if (modifiers.includes(key)) return ''
  const single = key.length === 1
  const letter = single && key.toLowerCase() !== key.toUpperCase()
  const shown = key === ' ' ? 'Space' : key === '+' ? 'Plus' : letter ? key.toLowerCase() : key
  const shift = shiftKey && (!single || letter || key === ' ')
  return `${ctrlKey || metaKey ? 'Ctrl+' : ''}${altKey ? 'Alt+' : ''}${shift ? 'Shift+' : ''}${shown}`
}

/** One character without Ctrl or Alt: such a key acts only where single letters may. */
export function isLetter(chord: string): boolean {
  return chord.length === 1 || /^Shift\+.$/.test(chord) || chord === 'Plus'
}

const names: Readonly<Record<string, string>> = {
  ArrowRight: '→', ArrowLeft: '←', ArrowUp: '↑', ArrowDown: '↓', PageUp: 'Page Up', PageDown: 'Page Down', Escape: 'Esc', Plus: '+',
}

/** As a person reads it: 'Ctrl →'. */
export function readable(chord: string): string {
  return chord.split('+').map((word) => names[word] ?? (word.length === 1 ? word.toUpperCase() : word)).join(' ')
}

/** Function keys belong to the browser, Tab and Escape to whoever cannot use a pointer, Ctrl with a letter to the browser, but for K and Z. */
export function whyNot(chord: string): string {
  if (/(?:^|\+)F\d+$/.test(chord)) return 'Function keys belong to the browser and the system.'
  if (/(?:^|\+)(?:Tab|Escape|Enter)$/.test(chord)) return 'Tab, Enter and Escape move through the page and close what is open.'
  if (/^Ctrl\+(?:Shift\+)?[a-jl-y]$/.test(chord)) return 'The browser keeps Ctrl with a letter for itself.'
  return ''
}
