/** What the first picture can do without: fonts, files that are dropped. */
import './fonts-later.css'
import '../disks/drop.ts'
