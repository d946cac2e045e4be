import { ref } from 'vue'
import { asProblem, type ApiProblem } from './problem'

/*
 * Something being sent: whether it is under way, and what was wrong with it. send() says
 * whether it went; a second one while the first is under way is not begun.
 */
export function useSending() {
  const isBusy = ref(false)
  const problem = ref<ApiProblem | null>(null)

  async function send(work: () => Promise<unknown>): Promise<boolean> {
    if (isBusy.value) return false
    isBusy.value = true
    problem.value = null
    try {
      await work()
      return true
    } catch (e) {
      problem.value = asProblem(e)
      return false
    } finally {
      isBusy.value = false
    }
  }
  return { isBusy, problem, send }
}
