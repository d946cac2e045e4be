import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import type { Lang } from '@/api/types'

export type Theme = 'auto' | 'light' | 'dark'

interface Kept {
  theme?: Theme
  lang?: Lang
  columns?: Record<string, string[]>
  limit?: number
  navFolded?: boolean
}

const KEY = 'wx.preferences' // public/theme.js reads it too

function load(): Kept {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') as Kept
  } catch {
    return {}
  }
}

/* What this browser remembers: looks only, never data of the office. */
export const usePreferences = defineStore('preferences', () => {
  const kept = ref<Kept>(load())
  const system = matchMedia('(prefers-color-scheme: dark)')
  const systemDark = ref(system.matches)
  system.addEventListener('change', (e) => (systemDark.value = e.matches))

  const theme = computed<Theme>({
    get: () => kept.value.theme ?? 'auto',
    set: (theme) => (kept.value = { ...kept.value, theme }),
  })
  const lang = computed<Lang>({
    get: () => kept.value.lang ?? (/^en\b/i.test(navigator.language) ? 'en' : 'zh'),
    set: (lang) => (kept.value = { ...kept.value, lang }),
  })
  const hasLang = computed(() => kept.value.lang !== undefined)
  const limit = computed<number>({
    get: () => kept.value.limit ?? 50,
    set: (limit) => (kept.value = { ...kept.value, limit }),
  })
  const navFolded = computed<boolean>({
    get: () => kept.value.navFolded ?? false,
    set: (navFolded) => (kept.value = { ...kept.value, navFolded }),
  })
  const isDark = computed(() => (theme.value === 'auto' ? systemDark.value : theme.value === 'dark'))

  const columnsOf = (table: string) => kept.value.columns?.[table]
  function keepColumns(table: string, names: string[] | undefined) {
    const columns = { ...kept.value.columns }
    if (names) columns[table] = names
    else delete columns[table]
    kept.value = { ...kept.value, columns }
  }

  watch(kept, (value) => {
    try {
      localStorage.setItem(KEY, JSON.stringify(value))
    } catch {
      /* private window: remembered until it closes */
    }
  })
  watch(isDark, (dark) => document.documentElement.classList.toggle('dark', dark), { immediate: true })

  return { theme, lang, hasLang, limit, navFolded, isDark, columnsOf, keepColumns }
})
