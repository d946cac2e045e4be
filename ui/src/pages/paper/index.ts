import { Document } from '@element-plus/icons-vue'
import type { PageModule } from '@/router/page'

/* Official papers: drafted from the records, approved by a second person, sent, corrected. */
export default {
  routes: [
    { path: '/papers', name: 'papers', component: () => import('./PaperList.vue'), meta: { title: 'paper.title', right: 'paper.read' } },
    { path: '/papers/new', name: 'paper-new', component: () => import('./PaperNew.vue'), meta: { title: 'paper.new', right: 'paper.draft', parent: 'papers' } },
    { path: '/papers/:id(\\d+)', name: 'paper', component: () => import('./PaperPage.vue'), meta: { title: 'paper.one', right: 'paper.read', parent: 'papers' } },
    { path: '/register/paper/:id(\\d+)', redirect: (to) => `/papers/${String(to.params.id)}` },
    { path: '/register/paper', redirect: (to) => ({ path: '/papers', query: to.query }) },
  ],
  nav: [{ to: '/papers', label: 'paper.title', icon: Document, group: 'work', order: 25, right: 'paper.read' }],
} satisfies PageModule
