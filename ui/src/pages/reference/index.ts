import { Connection } from '@element-plus/icons-vue'
import type { PageModule } from '@/router/page'

/* The API as it describes itself (/api/v1/openapi.json), to be read and searched. */
export default {
  routes: [
    { path: '/api', redirect: '/help/api' },
    {
      path: '/help/api',
      name: 'reference',
      component: () => import('./ReferencePage.vue'),
      meta: { title: 'reference.title', isOpen: true },
    },
  ],
  nav: [{ to: '/help/api', label: 'reference.title', icon: Connection, group: 'help', order: 20 }],
} satisfies PageModule
