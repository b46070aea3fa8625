import { Globe, House, Wifi } from 'lucide-react'
import { text } from '../text/text.ts'
import { Line } from '../ui/section.tsx'
import { scopeOf, type Scope } from './scope.ts'
import styles from './addresses.module.css'

const icons = { here: House, network: Wifi, internet: Globe }
const scopes = ['network', 'internet', 'here'] as const

/** Addresses under the words for where they lead, so nobody has to read them to understand. */
export function Addresses({ addresses }: { readonly addresses: readonly string[] }) {
  return scopes.map((scope) => {
    const inScope = addresses.filter((address) => scopeOf(address) === scope)
    return inScope.length > 0 ? <ScopeLine key={scope} scope={scope} addresses={inScope} /> : null
  })
}

interface ScopeLineProps {
  readonly scope: Scope
  readonly addresses: readonly string[]
}

function ScopeLine({ scope, addresses }: ScopeLineProps) {
  const Icon = icons[scope]
  return (
    <Line
      icon={<Icon size={18} />}
      title={text.reached.scopes[scope]}
      detail={
        <ul className={styles.addresses}>
          {addresses.map((address) => (
            <li key={address}>
              <bdi>{address}</bdi>
            </li>
          ))}
        </ul>
      }
    />
  )
}
