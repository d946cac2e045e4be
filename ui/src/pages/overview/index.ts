import { DataAnalysis } from '@element-plus/icons-vue'
import type { PageModule } from '@/router/page'

/* The first page of every role: one page, its parts by what the server sent. */
export default {
  routes: [
    {
      path: '/overview',
      name: 'overview',
      component: () => import('./OverviewPage.vue'),
      meta: { title: 'overview.title', right: 'overview.read' },
    },
  ],
  nav: [{ to: '/overview', label: 'overview.title', icon: DataAnalysis, group: 'work', order: 1, right: 'overview.read' }],
  homes: [{ to: '/overview', rank: 50, right: 'overview.read' }],
} satisfies PageModule
