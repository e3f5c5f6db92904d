/** Above the picture: what could not be kept, what is offered to go on with, how far the way back has come. */
import { useEffect, useRef } from 'react'
import { useStore } from 'zustand'
import './keep.css'
import { Icon } from '../ui/icons.tsx'
import { keeping } from './come-back.ts'
import { keepStatus } from './keep-status.ts'
import { goOn } from './resume.ts'

/** What has focus disappears with its bar: the transport's first button is always there. */
async function away(then: () => unknown): Promise<void> {
  await then()
  document.querySelector<HTMLElement>('.transport-play')?.focus()
}

export default function KeepBar() {
  const { notice, offer, course } = useStore(keepStatus)
  const cancel = useRef<HTMLButtonElement>(null)
  const long = course !== null
  useEffect(() => (long ? cancel.current?.focus() : undefined), [long])
  const close = useRef<HTMLButtonElement>(null)
  // A notice that is over goes by itself.
  useEffect(() => keepStatus.subscribe((now) => {
    if (now.notice === '' && close.current !== null && close.current === document.activeElement) void away(() => undefined)
  }), [])
  return (
    <div className="keep-bars">
      {course ? (
        <div className="keep-bar" role="status">
          <p>Running again to {course.words}</p>
          <progress max={course.of} value={course.made} aria-label="Hops run again" />
          <button ref={cancel} type="button" onClick={() => keeping.cancel()}>Cancel</button>
        </div>
      ) : null}
      {offer && !course ? (
        <div className="keep-bar" role="region" aria-label="What was kept">
          <p>Go on where you were: {offer.words}</p>
          <button type="button" className="main" onClick={() => void away(goOn)}>Go on</button>
          <button type="button" className="quiet" aria-label="Not now" title="Not now; it stays kept" onClick={() => void away(() => keepStatus.setState({ offer: null }))}>
            <Icon name="close" />
          </button>
        </div>
      ) : null}
      <div role="alert" className={notice ? 'keep-bar keep-notice' : ''}>
        {notice ? (
          <>
            <p>{notice}</p>
            <button ref={close} type="button" className="quiet" aria-label="Close the notice" onClick={() => void away(() => keepStatus.setState({ notice: '' }))}>
              <Icon name="close" />
            </button>
          </>
        ) : null}
      </div>
    </div>
  )
}
