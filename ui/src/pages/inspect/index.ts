import { Aim, MagicStick, Position, Stamp, Warning } from '@element-plus/icons-vue'
import type { PageModule } from '@/router/page'

/* From a list of sites to findings: wizard, permits, rounds, conduct. */
export default {
  routes: [
    { path: '/wizard', name: 'wizard', component: () => import('./WizardPage.vue'), meta: { title: 'inspect.wizard', right: 'permit.draft' } },
    { path: '/permits', name: 'permits', component: () => import('./PermitList.vue'), meta: { title: 'inspect.permits', right: 'permit.read' } },
    { path: '/permits/new', name: 'permit-new', component: () => import('./PermitPage.vue'), meta: { title: 'inspect.permitNew', right: 'permit.draft', parent: 'permits' } },
    { path: '/permits/:id(\\d+)', name: 'permit', component: () => import('./PermitPage.vue'), meta: { title: 'inspect.permit', right: 'permit.read', parent: 'permits' } },
    { path: '/rounds', name: 'rounds', component: () => import('./RoundList.vue'), meta: { title: 'inspect.rounds', right: 'round.list' } },
    { path: '/rounds/:id(\\d+)', name: 'round', component: () => import('./RoundPage.vue'), meta: { title: 'inspect.round', right: 'round.read', parent: 'rounds' } },
    { path: '/conduct', name: 'conduct', component: () => import('./ConductPage.vue'), meta: { title: 'inspect.conduct', right: 'inspecting.read' } },
  ],
  nav: [
    { to: '/wizard', label: 'inspect.wizard', icon: MagicStick, group: 'inspect', order: 5, right: 'permit.draft' },
    { to: '/permits', label: 'inspect.permits', icon: Stamp, group: 'inspect', order: 20, right: 'permit.read' },
    { to: '/rounds', label: 'inspect.rounds', icon: Aim, group: 'inspect', order: 30, right: 'round.list' },
    { to: '/register/schedule', label: 'inspect.schedules', icon: Position, group: 'inspect', order: 40, right: 'round.schedule' },
    { to: '/conduct', label: 'inspect.conduct', icon: Warning, group: 'inspect', order: 50, right: 'inspecting.read' },
  ],
} satisfies PageModule
