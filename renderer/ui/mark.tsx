import styles from './mark.module.css'

export function Mark() {
  return <span className={styles.mark} aria-hidden />
}
