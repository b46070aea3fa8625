import { useEffect, useRef, type ReactNode } from 'react'

interface ArrivalProps {
  readonly className?: string | undefined
  readonly children: ReactNode
}

/** The heading of a step: the focus comes here, so that what is new is read out and Tab goes on. */
export function Arrival({ className, children }: ArrivalProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  return (
    <h1 ref={heading} tabIndex={-1} className={className} data-arrival>
      {children}
    </h1>
  )
}
