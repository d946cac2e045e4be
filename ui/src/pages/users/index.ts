import { User } from '@element-plus/icons-vue'
import type { PageModule } from '@/router/page'

/* Accounts of the office and of the units: who may come in, as what, and where. */
export default {
  routes: [
    { path: '/users', name: 'users', component: () => import('./UserList.vue'), meta: { title: 'users.title', right: 'user.list' } },
    {
      path: '/users/:id(\\d+)', name: 'user', component: () => import('./UserPage.vue'),
      meta: { title: 'users.one', right: 'user.read', parent: 'users' },
    },
  ],
  nav: [{ to: '/users', label: 'users.title', icon: User, group: 'office', order: 20, right: 'user.list' }],
} satisfies PageModule
