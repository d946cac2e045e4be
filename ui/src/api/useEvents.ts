import { onScopeDispose } from 'vue'
import { onEvent, type ServerEvent } from './events'

/* Listens while the calling component lives: NAMES are types ("round.progress") or kinds
   ("site"). A burst becomes one call per WAIT_MS. */
export function useEvents(names: string[], reload: (last: ServerEvent) => void, waitMs = 400) {
  let timer: ReturnType<typeof setTimeout> | undefined
  let last: ServerEvent
  const soon = (event: ServerEvent) => {
    last = event
    timer ??= setTimeout(() => {
      timer = undefined
      reload(last)
    }, waitMs)
  }
  const ends = [...names, 'resync'].map((name) => onEvent(name, soon))
  onScopeDispose(() => {
    clearTimeout(timer)
    for (const end of ends) end()
  })
}
