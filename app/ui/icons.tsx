/** The few icons that are needed before anything lazy has arrived: 16 by 16, drawn in the current colour. */
const paths = {
  play: 'M4 2.5v11l9-5.5z',
  pause: 'M4 3h3v10H4zM9 3h3v10H9z',
  forward: 'M3 3v10l6.5-5zM10.5 3h2.5v10h-2.5z',
  end: 'M2 3v10l5.500-5zM7 3v10l5.500-5zM12.500 3h2v10h-2z',
  back: 'M13 3v10L6.5 8zM3 3h2.5v10H3z',
  reset: 'M8 2.5a5.5 5.5 0 1 0 5.5 5.5h-1.8A3.7 3.7 0 1 1 8 4.3V7l4-3.6L8 0z',
  left: 'M2 3h12v10H2zm1.5 1.5v7h3v-7z',
  right: 'M2 3h12v10H2zm7.5 1.5v7h3v-7z',
  below: 'M2 3h12v10H2zm1.5 5.500v3h9v-3z',
  gallery: 'M2 2h5.2v5.2H2zm6.800 0H14v5.200H8.800zM2 8.800h5.200V14H2zm6.800 0H14V14H8.800z',
  close: 'M3.5 2.4 8 6.900l4.500-4.500 1.100 1.100L9.100 8l4.500 4.500-1.100 1.100L8 9.100l-4.500 4.500-1.100-1.100L6.900 8 2.400 3.500z',
  export: 'M7 1h2v6.500h2.700L8 11.500 4.300 7.500H7zM2 10h1.600v3.400h8.800V10H14v5H2z',
  share: 'M12 1.5a2.500 2.500 0 1 1-2.300 3.500L6.300 6.800a2.500 2.500 0 0 1 0 2.400l3.400 1.800a2.500 2.500 0 1 1-.7 1.300L5.300 10.300a2.500 2.500 0 1 1 0-4.600L9 3.700A2.500 2.500 0 0 1 12 1.500z',
  earlier: 'M10.500 2.500 5 8l5.500 5.500 1.200-1.200L7.400 8l4.300-4.300z',
  later: 'M5.500 2.500 11 8l-5.500 5.500-1.200-1.200L8.600 8 4.300 3.700z',
} as const

export function Icon({ name }: { readonly name: keyof typeof paths }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={paths[name]} fillRule="evenodd" />
    </svg>
  )
}
