/** The ledgers over the picture, as large as the room needs. */
import Scoreboard from '../diagram/Scoreboard.tsx'

export default function BigLedger() {
  return (
    <section className="big-ledger" aria-label="Ledgers, large">
      <Scoreboard />
    </section>
  )
}
