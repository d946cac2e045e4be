import { DataLine, Medal, View } from '@element-plus/icons-vue'
import type { PageModule } from '@/router/page'

/* Draws and spot checks, evaluations with appeals, performance. */
export default {
  routes: [
    { path: '/draws/:id(\\d+)', name: 'draw', component: () => import('./DrawPage.vue'), meta: { title: 'judge.draw', right: 'draw.read', parent: 'campaigns' } },
    { path: '/spot_checks', name: 'spot-checks', component: () => import('./SpotCheckList.vue'), meta: { title: 'judge.spotChecks', right: 'spot_check.read' } },
    { path: '/spot_checks/:id(\\d+)', name: 'spot-check', component: () => import('./SpotCheckPage.vue'), meta: { title: 'judge.spotCheck', right: 'spot_check.read', parent: 'spot-checks' } },
    { path: '/evaluations/:id(\\d+)', name: 'evaluation', component: () => import('./EvaluationPage.vue'), meta: { title: 'judge.evaluation', right: 'evaluation.read', parent: 'campaigns' } },
    { path: '/appraisals', name: 'appraisals', component: () => import('./AppraisalList.vue'), meta: { title: 'judge.appraisals', right: 'appraisal.read' } },
    { path: '/appraisals/:id(\\d+)', name: 'appraisal', component: () => import('./AppraisalPage.vue'), meta: { title: 'judge.appraisal', right: 'appraisal.read', parent: 'appraisals' } },
    { path: '/performance', name: 'performance', component: () => import('./PerformancePage.vue'), meta: { title: 'judge.performance', right: 'appraisal.read' } },
    ...['draw', 'spot_check', 'evaluation', 'appraisal'].map((kind) => ({ path: `/register/${kind}/:id(\\d+)`, redirect: (to: { params: Record<string, string | string[]> }) => `/${kind}s/${String(to.params.id)}` })),
    ...['spot_check', 'appraisal'].map((kind) => ({ path: `/register/${kind}`, redirect: `/${kind}s` })),
  ],
  nav: [
    { to: '/spot_checks', label: 'judge.spotChecks', icon: View, group: 'work', order: 27, right: 'spot_check.read' },
    { to: '/appraisals', label: 'judge.appraisals', icon: Medal, group: 'work', order: 28, right: 'appraisal.read' },
    { to: '/performance', label: 'judge.performance', icon: DataLine, group: 'work', order: 29, right: 'appraisal.read' },
  ],
} satisfies PageModule
