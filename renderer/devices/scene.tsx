import styles from './scene.module.css'

/** Two laptops and the gangway between them: laid down when somebody is there, raised when not. */
export function Scene({ found }: { readonly found: boolean }) {
  return (
    <svg
      className={styles.scene}
      data-found={found}
      width="236"
      height="106"
      viewBox="0 0 236 106"
      aria-hidden
    >
      <path className={styles.water} d="M8 97h220" />
      <g>
        <rect className={styles.body} x="15" y="34" width="68" height="46" rx="6" />
        <rect className={styles.screen} x="21" y="40" width="56" height="34" rx="2.5" />
        <path
          className={styles.base}
          d="M8 80h82l-4 8a4 4 0 0 1-3.600 2H15.600a4 4 0 0 1-3.600-2z"
        />
      </g>
      <g className={styles.other}>
        <rect className={styles.body} x="153" y="34" width="68" height="46" rx="6" />
        <rect className={styles.screen} x="159" y="40" width="56" height="34" rx="2.5" />
        <path
          className={styles.base}
          d="M146 80h82l-4 8a4 4 0 0 1-3.600 2h-66.800a4 4 0 0 1-3.600-2z"
        />
      </g>
      <g className={styles.gangway}>
        <path d="M91 81h54" />
        <path className={styles.rail} d="M97 79V62M118 79V62M139 79V62" />
        <path className={styles.rope} d="M97 63q10.500 9 21 0q10.500 9 21 0" />
      </g>
    </svg>
  )
}
