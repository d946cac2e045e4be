import { defineStore } from 'pinia'
import { ref } from 'vue'

type Prompt = 'signIn' | 'stepUp'

/*
 * Questions asked over the page while a request waits: sign in again, give a fresh second
 * factor. Several waiting requests share one question.
 */
export const usePrompts = defineStore('prompts', () => {
  const open = ref<Prompt | null>(null)
  let waiting: Promise<boolean> | null = null
  let settle: ((done: boolean) => void) | null = null

  async function ask(what: Prompt): Promise<boolean> {
    while (waiting) {
      const same = open.value === what
      const done = await waiting
      if (same) return done
    }
    open.value = what
    waiting = new Promise<boolean>((resolve) => (settle = resolve))
    return waiting
  }
  function answer(done: boolean) {
    open.value = null
    const resolve = settle
    waiting = null
    settle = null
    resolve?.(done)
  }
  return { open, ask, answer }
})
