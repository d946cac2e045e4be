import { computed, ref, watch, type Ref } from 'vue'
import { useRoute } from 'vue-router'
import { api } from './client'
import type { ServerEvent } from './events'
import { asProblem, type ApiProblem } from './problem'
import { useEvents } from './useEvents'

interface Options<T> {
  events: string[]
  isMine?: (event: ServerEvent, id: number) => boolean // else every event of these is
  after?: (shown: T, isFirst: boolean) => void // read; isFirst: it is another one than before
}

/*
 * What a page of one thing shows: read from `${path}/ID` of its address, read again when the
 * address names another one, when an event says so, and by load().
 */
export function useShown<T>(path: string, options: Options<T>) {
  const route = useRoute()
  const own = route.name
  const id = computed(() => Number(route.params.id))
  const shown = ref(null) as Ref<T | null>
  const etag = ref('')
  const problem = ref<ApiProblem | null>(null)
  let newest = 0

  async function load() {
    const mine = ++newest
    try {
      const answer = await api.get<T>(`${path}/${id.value}`)
      if (mine !== newest) return
      const isFirst = !shown.value
      shown.value = answer.data
      etag.value = answer.etag
      problem.value = null
      options.after?.(answer.data, isFirst)
    } catch (e) {
      if (mine === newest) problem.value = asProblem(e)
    }
  }
  watch(id, () => {
    if (route.name !== own) return // on the way to another page
    shown.value = null
    void load()
  }, { immediate: true })
  useEvents(options.events, (e) => {
    if (e.type === 'resync' || !options.isMine || options.isMine(e, id.value)) void load()
  })
  return { id, shown, etag, problem, load }
}
