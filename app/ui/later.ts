/** Fonts that the first picture can do without. */
import './fonts-later.css'
