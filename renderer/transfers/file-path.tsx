import styles from './file-path.module.css'

/** Its name is at the end and says which file it is: where room is short, the folders give way. */
export function FilePath({ path }: { readonly path: string }) {
  const end = path.lastIndexOf('/') + 1
  return (
    <span className={styles.path} title={path}>
      <bdi className={styles.folders}>{path.slice(0, end)}</bdi>
      <bdi className={styles.name}>{path.slice(end)}</bdi>
    </span>
  )
}
