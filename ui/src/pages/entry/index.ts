import type { PageModule } from '@/router/page'

/* How somebody comes in: signing in, and the one-time links of set-up and invitation. */
export default {
  routes: [
    {
      path: '/sign-in',
      name: 'sign-in',
      component: () => import('./SignInPage.vue'),
      meta: { title: 'entry.signIn', isOpen: true, isBare: true },
    },
    {
      path: '/setup/:token',
      name: 'setup',
      component: () => import('./SetupPage.vue'),
      meta: { title: 'entry.setup.title', isOpen: true, isBare: true },
    },
    {
      path: '/invite/:token',
      name: 'invite',
      component: () => import('./InvitePage.vue'),
      meta: { title: 'entry.invite.title', isOpen: true, isBare: true },
    },
  ],
} satisfies PageModule
