import { languageNames, languages, type LanguageChoice } from '#shared/languages.ts'
import type { Settings } from '#shared/model.ts'
import { useSetting } from '../devices/use-setting.ts'
import { text } from '../text/text.ts'
import { ChoiceField } from '../ui/field.tsx'
import styles from './settings.module.css'

/** In force at once, in every window of this device. */
export function LanguageChoiceField({ settings }: { readonly settings: Settings }) {
  const { shown, attempt, change } = useSetting('language', settings)
  const words = text.settings.language
  return (
    <div className={styles.form}>
      <ChoiceField<LanguageChoice>
        label={words.label}
        problem={attempt.state === 'failed' ? attempt.says : null}
        value={shown}
        choices={[
          { value: 'system', words: words.system },
          ...languages.map((language) => ({
            value: language,
            words: languageNames[language],
            lang: language,
          })),
        ]}
        onChoose={change}
      />
      <span className={styles.save} />
    </div>
  )
}
