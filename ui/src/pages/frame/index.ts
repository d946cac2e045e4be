import { homeOf } from '@/router/pages'
import type { PageModule } from '@/router/page'
import { useSession } from '@/stores/session'

/* What belongs to no subject: the way home, refusals, and the texts of the frame itself. */
export default {
  routes: [
    {
      path: '/',
      name: 'home',
      component: () => import('./NotFoundPage.vue'), // never shown: the guard goes on
      beforeEnter: () => homeOf(useSession()),
    },
    {
      path: '/forbidden',
      name: 'forbidden',
      component: () => import('./ForbiddenPage.vue'),
      meta: { title: 'frame.forbidden.title' },
    },
    {
      path: '/:rest(.*)*',
      name: 'not-found',
      component: () => import('./NotFoundPage.vue'),
      meta: { title: 'frame.notFound.title' },
    },
  ],
} satisfies PageModule
