import type { PageModule } from '@/router/page'

/* Lists, forms and histories of every record kind, made from the schema. */
export default {
  routes: [
    {
      path: '/register',
      name: 'register',
      component: () => import('./RegisterHome.vue'),
      meta: { title: 'register.title' },
    },
    {
      path: '/register/:kind',
      name: 'register-list',
      component: () => import('./RegisterList.vue'),
      meta: { title: 'register.title' },
    },
    {
      path: '/register/:kind/new',
      name: 'register-new',
      component: () => import('./RegisterRecord.vue'),
      meta: { title: 'register.new' },
    },
    {
      path: '/register/:kind/:id',
      name: 'register-record',
      component: () => import('./RegisterRecord.vue'),
      meta: { title: 'register.title' },
    },
  ],
} satisfies PageModule
