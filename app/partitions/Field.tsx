/** A label, its control, and what is wrong with it, in one sentence beneath. */
import { useId } from 'react'

interface FieldProps {
  readonly label: string
  readonly fault?: string | undefined
  readonly note?: string
  /** Draws the control with what ties it to label and sentence. */
  readonly children: (tied: { readonly id: string; readonly 'aria-invalid': boolean; readonly 'aria-describedby': string | undefined }) => React.ReactNode
}

export function Field({ label, fault = '', note = '', children }: FieldProps) {
  const id = useId()
  const says = fault || note
  return (
    <div className={`form-field${fault ? ' form-wrong' : ''}`}>
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-invalid': fault !== '', 'aria-describedby': says ? `${id}-says` : undefined })}
      {says ? <p id={`${id}-says`} role={fault ? 'alert' : undefined}>{says}</p> : null}
    </div>
  )
}
