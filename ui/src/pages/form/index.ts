import { EditPen } from '@element-plus/icons-vue'
import type { PageModule } from '@/router/page'

/* An office's own questionnaires and kinds of campaigns. */
export default {
  routes: [
    { path: '/forms', name: 'forms', component: () => import('./FormList.vue'), meta: { title: 'form.title', right: 'campaign.kinds' } },
    { path: '/forms/:key', name: 'form', component: () => import('./FormPage.vue'), meta: { title: 'form.one', right: 'campaign.kinds', parent: 'forms' } },
    { path: '/kinds/:key', name: 'kind', component: () => import('./KindPage.vue'), meta: { title: 'form.kind', right: 'campaign.kinds', parent: 'forms' } },
  ],
  nav: [{ to: '/forms', label: 'form.title', icon: EditPen, group: 'work', order: 28, right: 'campaign.kinds' }],
} satisfies PageModule
