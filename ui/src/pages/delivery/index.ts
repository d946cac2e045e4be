import { Message } from '@element-plus/icons-vue'
import type { PageModule } from '@/router/page'

/* Mail server, webhooks' secrets and what was delivered. */
export default {
  routes: [{ path: '/delivery', name: 'delivery', component: () => import('./DeliveryPage.vue'), meta: { title: 'delivery.title', right: 'settings.read' } }],
  nav: [{ to: '/delivery', label: 'delivery.title', icon: Message, group: 'office', order: 50, right: 'settings.read' }],
} satisfies PageModule
