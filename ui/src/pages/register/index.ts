import { Connection, DocumentChecked, Files, Warning } from '@element-plus/icons-vue'
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
      path: '/register/:kind/import',
      name: 'register-import',
      component: () => import('./ImportPage.vue'),
      meta: { title: 'register.import', right: 'register.import' },
    },
    {
      path: '/imports/:id(\\d+)',
      name: 'import',
      component: () => import('./ImportPage.vue'),
      meta: { title: 'register.import', right: 'register.import' },
    },
    {
      path: '/register/:kind/:id',
      name: 'register-record',
      component: () => import('./RegisterRecord.vue'),
      meta: { title: 'register.title' },
    },
  ],
  nav: [
    { to: '/register/contradiction', label: 'register.nav.contradictions', icon: Warning, group: 'register', order: 50, right: 'contradiction.read' },
    { to: '/register/host', label: 'register.nav.hosts', icon: Connection, group: 'register', order: 60, right: 'host.read' },
    { to: '/register/review', label: 'register.nav.reviews', icon: DocumentChecked, group: 'register', order: 70, right: 'review.read' },
    { to: '/register/merge_plan', label: 'register.nav.mergePlans', icon: Files, group: 'register', order: 80, right: 'merge_plan.read' },
  ],
} satisfies PageModule
