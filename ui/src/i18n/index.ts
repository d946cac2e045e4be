/*
 * Texts of the interface. Each page keeps its own in pages/NAME/zh.ts and en.ts; they appear
 * here as NAME.key. One language is loaded, the other only when it is chosen.
 */
import type { Language } from 'element-plus/es/locale'
import { shallowRef, watch } from 'vue'
import { createI18n } from 'vue-i18n'
import type { Lang, Words } from '@/api/types'

interface Loaded {
  messages: Record<string, unknown>
  element: Language
}
const loaders: Record<Lang, () => Promise<Loaded>> = {
  zh: () => import('./zh'),
  en: () => import('./en'),
}

export const i18n = createI18n({ legacy: false, locale: 'zh', fallbackLocale: [], messages: {} as Record<string, never> })
export const elementLocale = shallowRef<Language>()

export async function setLang(lang: Lang) {
  const { messages, element } = await loaders[lang]()
  i18n.global.setLocaleMessage(lang, messages as never)
  ;(i18n.global.locale as { value: string }).value = lang
  elementLocale.value = element
  document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en'
}

export function followLang(lang: () => Lang) {
  watch(lang, (l) => void setLang(l))
  return setLang(lang())
}

export const currentLang = () => (i18n.global.locale as { value: string }).value as Lang

/* A text that came from the server in both languages. */
export const words = (w: Words | undefined) => (w ? w[currentLang()] || w.zh : '')

export const t = (key: string, named: Record<string, unknown> = {}) => i18n.global.t(key, named)
