import { Tickets } from '@element-plus/icons-vue'
import type { PageModule } from '@/router/page'

/* The audit trail: search and verification. First page of the auditor. */
export default {
  routes: [{ path: '/audit', name: 'audit', component: () => import('./AuditPage.vue'), meta: { title: 'audit.title', right: 'audit.list' } }],
  nav: [{ to: '/audit', label: 'audit.title', icon: Tickets, group: 'office', order: 40, right: 'audit.list' }],
  homes: [{ to: '/audit', rank: 20, right: 'audit.list', roles: ['auditor'] }],
} satisfies PageModule
