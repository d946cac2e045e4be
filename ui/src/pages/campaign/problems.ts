import { computed, type Ref } from 'vue'
import type { ApiProblem } from '@/api/problem'
import type { SheetProblem } from './sheet'

/* What a refusal says of answers: "answers.unit.name", or the path alone. */
export const usePageProblems = (problem: Ref<ApiProblem | null>) =>
  computed<SheetProblem[]>(() => (problem.value?.errors ?? []).map((e) => ({ path: e.field.replace(/^answers\./, ''), text: e.detail || e.code })))
