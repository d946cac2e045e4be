/*
 * What a full page load gives for free and a program in one page must do itself: a new
 * document title, the title said aloud, and the keyboard's place at the new heading.
 */
import { nextTick, ref, watch } from 'vue'
import { useRouter } from 'vue-router'
import { i18n, t } from '@/i18n'
import { useSession } from '@/stores/session'

const title = ref('')
const announced = ref('')

function writeTitle() {
  const office = useSession().current?.office_name
  document.title = [title.value, office, t('frame.product')].filter(Boolean).join(' · ')
}

/* A page that knows better than its route, e.g. the name of the record shown. */
export function setPageTitle(text: string) {
  title.value = text
  writeTitle()
}

export function useArrival() {
  const router = useRouter()
  let isFirst = true
  router.afterEach(async (to, from, failure) => {
    if (failure) return
    if (to.path === from.path && !isFirst) return
    setPageTitle(to.meta.title ? t(to.meta.title) : '')
    const moveFocus = !isFirst
    isFirst = false
    await nextTick()
    if (!moveFocus) return
    announced.value = title.value
    // the new page may still be loading its code: wait for its heading, briefly
    for (let tries = 0; tries < 20; tries++) {
      const target = document.querySelector<HTMLElement>('main h1[tabindex="-1"]')
      if (target) {
        target.focus({ preventScroll: true })
        return
      }
      await new Promise((done) => setTimeout(done, 50))
    }
  })
  watch(
    () => (i18n.global.locale as { value: string }).value,
    () => {
      const to = router.currentRoute.value
      if (to.meta.title) setPageTitle(t(to.meta.title))
    },
  )
  return { announced }
}
