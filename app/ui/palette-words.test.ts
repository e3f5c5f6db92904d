import { describe, expect, it } from 'vitest'
import { closeness, closer, hopNamed } from './palette-words.ts'

const commands = ['Glossary: what a term means, with sources glossary', 'One hop forward; completes a beat that moves step', 'Hop list panel-below']
const components = ['SynIC hypervisor/synic', 'VMBus channel alpha/channel']

describe('words in the palette', () => {
  it('find what is called so before letters found here and there, whatever it is', () => {
    expect(closeness('SynIC hypervisor/synic', 'synic')).toBe(1)
    expect(closer(components, commands, 'synic')).toBe(true)
    expect(closer(components, commands, 'hop')).toBe(false)
    expect(closer(components, commands, 'channel')).toBe(true)
    expect(closer(components, commands, ' ')).toBe(false)
  })

  it('name a hop by its number, as the page counts', () => {
    expect(['120', ' hop 120 ', 'HOP 7', '0', '-3', '\u22123'].map((words) => hopNamed(words, 2239))).toEqual([120, 120, 7, 0, -3, -3])
    for (const none of ['', 'hop', '12a', '1 2', '-2239', '99999999', 'ring 3']) expect(hopNamed(none, 2239), none).toBeNull()
  })
})
