import type { ComponentProps } from 'react'
import { classes } from './classes.ts'
import styles from './button.module.css'
import { Tooltip } from './tooltip.tsx'

interface ButtonProps extends ComponentProps<'button'> {
  readonly look?: 'plain' | 'signal' | 'danger' | 'quiet'
}

export function Button({ look = 'plain', className, ...rest }: ButtonProps) {
  return (
    <button type="button" className={classes(styles.button, styles[look], className)} {...rest} />
  )
}

/** A button in the middle of a sentence. */
export function LinkButton({ className, ...rest }: ComponentProps<'button'>) {
  return <button type="button" className={classes(styles.link, className)} {...rest} />
}

interface ButtonLinkProps extends ComponentProps<'a'> {
  readonly look?: 'plain' | 'signal'
  readonly block?: boolean
}

/** Looks like a button and leads somewhere. */
export function ButtonLink(props: ButtonLinkProps) {
  const { look = 'plain', block, className, children, ...rest } = props
  return (
    <a className={classes(styles.button, styles[look], block && styles.block, className)} {...rest}>
      {children}
    </a>
  )
}

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  readonly label: string
  readonly icon: React.ReactNode
}

/** Its verb is said by the tooltip and to screen readers. */
export function IconButton({ label, icon, className, ...rest }: IconButtonProps) {
  return (
    <Tooltip words={label}>
      <button
        type="button"
        aria-label={label}
        className={classes(styles.icon, className)}
        {...rest}
      >
        {icon}
      </button>
    </Tooltip>
  )
}
