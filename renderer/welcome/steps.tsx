import { Eye } from 'lucide-react'
import { Scene } from '../devices/scene.tsx'
import { SettingSwitch } from '../settings/setting-switch.tsx'
import { text } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { Foot, Head, type StepProps } from './step.tsx'
import styles from './welcome.module.css'

export function VisibleStep({ settings, onNext, onBack }: StepProps) {
  const { title, help } = text.welcome.visible
  return (
    <div className={styles.body}>
      <Head title={title} help={help} />
      <div className={styles.switch}>
        <SettingSwitch setting="visible" settings={settings} icon={<Eye size={18} />} />
      </div>
      <Foot onBack={onBack}>
        <Button look="signal" onClick={onNext}>
          {text.welcome.next}
        </Button>
      </Foot>
    </div>
  )
}

interface PairStepProps {
  readonly onBack: () => void
  readonly onShow: () => void
  readonly onType: () => void
}

/** Where it becomes useful: with a second device. */
export function PairStep({ onBack, onShow, onType }: PairStepProps) {
  const words = text.welcome.pair
  return (
    <div className={styles.body}>
      <Head title={words.title} help={words.help} />
      <div className={styles.scene}>
        <Scene found />
      </div>
      <Foot onBack={onBack}>
        <Button onClick={onType}>{words.type}</Button>
        <Button look="signal" onClick={onShow}>
          {words.show}
        </Button>
      </Foot>
    </div>
  )
}
