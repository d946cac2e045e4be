import type { PageModule } from '@/router/page'

/* One's own tokens for programs; reached from the account's page. */
export default {
  routes: [{ path: '/account/tokens', name: 'tokens', component: () => import('./TokensPage.vue'), meta: { title: 'tokens.title', right: 'token.read', parent: 'account' } }],
} satisfies PageModule
