import { Upload, WarningFilled } from '@element-plus/icons-vue'
import type { PageModule } from '@/router/page'

/* Findings: the list, one of them, two rounds compared, and what other tools found. */
export default {
  routes: [
    { path: '/findings', name: 'findings', component: () => import('./FindingList.vue'), meta: { title: 'finding.title', right: 'finding.list' } },
    { path: '/findings/compare', name: 'findings-compare', component: () => import('./ComparePage.vue'), meta: { title: 'finding.compare', right: 'round.compare', parent: 'findings' } },
    { path: '/findings/import', name: 'findings-import', component: () => import('./ImportPage.vue'), meta: { title: 'finding.import', right: 'finding.import', parent: 'findings' } },
    { path: '/findings/:id(\\d+)', name: 'finding', component: () => import('./FindingPage.vue'), meta: { title: 'finding.one', right: 'finding.read', parent: 'findings' } },
  ],
  nav: [
    { to: '/findings', label: 'finding.title', icon: WarningFilled, group: 'inspect', order: 30, right: 'finding.list' },
    { to: '/findings/import', label: 'finding.import', icon: Upload, group: 'inspect', order: 40, right: 'finding.import' },
  ],
  homes: [{ to: '/findings', rank: 5, right: 'finding.list' }],
} satisfies PageModule
