import { describe, expect, it } from 'vitest'
import { aroundPart } from './drawn-way.ts'

const box = { x: 100, y: 50, w: 80, h: 40 }

describe('the way along the border of a part', () => {
  it('is straight where both ends are on one side', () => {
    expect(aroundPart(box, { x: 110, y: 50 }, { x: 150, y: 50 })).toEqual([{ x: 110, y: 50 }, { x: 150, y: 50 }])
    expect(aroundPart(box, { x: 150, y: 90 }, { x: 110, y: 90 })).toEqual([{ x: 150, y: 90 }, { x: 110, y: 90 }])
  })

  it('passes the corners between, the shorter way about, in either direction', () => {
    expect(aroundPart(box, { x: 170, y: 50 }, { x: 160, y: 90 })).toEqual([{ x: 170, y: 50 }, { x: 180, y: 50 }, { x: 180, y: 90 }, { x: 160, y: 90 }])
    expect(aroundPart(box, { x: 160, y: 90 }, { x: 170, y: 50 })).toEqual([{ x: 160, y: 90 }, { x: 180, y: 90 }, { x: 180, y: 50 }, { x: 170, y: 50 }])
    expect(aroundPart(box, { x: 110, y: 50 }, { x: 100, y: 70 })).toEqual([{ x: 110, y: 50 }, { x: 100, y: 50 }, { x: 100, y: 70 }])
    expect(aroundPart(box, { x: 120, y: 90 }, { x: 115, y: 50 })).toEqual([{ x: 120, y: 90 }, { x: 100, y: 90 }, { x: 100, y: 50 }, { x: 115, y: 50 }])
  })

  it('is none where a hop came or left elsewhere than at its border', () => {
    expect(aroundPart(box, { x: 140, y: 70 }, { x: 150, y: 50 })).toBeNull()
    expect(aroundPart(box, { x: 110, y: 50 }, { x: 200, y: 70 })).toBeNull()
    expect(aroundPart(box, { x: 110, y: 46 }, { x: 150, y: 50 })).not.toBeNull()
  })
})
