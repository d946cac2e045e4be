import { QuestionFilled } from '@element-plus/icons-vue'
import type { PageModule } from '@/router/page'

/* Help that needs no network: one page per topic, its text in zh.ts and en.ts. */
export default {
  routes: [
    { path: '/help', redirect: '/help/start' },
    {
      path: '/help/:topic',
      name: 'help',
      component: () => import('./HelpPage.vue'),
      meta: { title: 'help.title', isOpen: true },
    },
  ],
  nav: [{ to: '/help', label: 'help.title', icon: QuestionFilled, group: 'help', order: 10 }],
} satisfies PageModule
