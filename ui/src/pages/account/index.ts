import type { PageModule } from '@/router/page'

/* One's own account. */
export default {
  routes: [
    {
      path: '/account',
      name: 'account',
      component: () => import('./AccountPage.vue'),
      meta: { title: 'account.title' },
    },
    {
      path: '/account/password',
      name: 'account-password',
      component: () => import('./PasswordPage.vue'),
      meta: { title: 'account.password.title', parent: 'account' },
    },
    {
      path: '/account/totp',
      name: 'account-totp',
      component: () => import('./TotpPage.vue'),
      meta: { title: 'account.totp.title', parent: 'account' },
    },
  ],
} satisfies PageModule
