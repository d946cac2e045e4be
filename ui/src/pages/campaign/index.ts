import { Bell, Flag, List, Tickets } from '@element-plus/icons-vue'
import type { PageModule } from '@/router/page'

/* Campaigns: drafted from a kind, run, and what a unit does in them; notices and numbers. */
export default {
  routes: [
    { path: '/campaigns', name: 'campaigns', component: () => import('./CampaignList.vue'), meta: { title: 'campaign.title', right: 'campaign.read' } },
    { path: '/campaigns/new', name: 'campaign-new', component: () => import('./CampaignNew.vue'), meta: { title: 'campaign.new', right: 'campaign.draft', parent: 'campaigns' } },
    { path: '/campaigns/:id(\\d+)', name: 'campaign', component: () => import('./CampaignPage.vue'), meta: { title: 'campaign.one', right: 'campaign.read', parent: 'campaigns' } },
    { path: '/duties', name: 'duties', component: () => import('./DutyList.vue'), meta: { title: 'campaign.duties', right: 'duty.read' } },
    { path: '/duties/:id(\\d+)', name: 'duty', component: () => import('./DutyPage.vue'), meta: { title: 'campaign.duty', right: 'duty.read', parent: 'duties' } },
    { path: '/notices', name: 'notices', component: () => import('./NoticeList.vue'), meta: { title: 'campaign.notices', right: 'notice.read' } },
    { path: '/notices/:id(\\d+)', name: 'notice', component: () => import('./NoticePage.vue'), meta: { title: 'campaign.notice', right: 'notice.read', parent: 'notices' } },
    { path: '/numbers', name: 'numbers', component: () => import('./NumberList.vue'), meta: { title: 'campaign.numbers', right: 'number.read' } },
    // to-dos and references lead to a record; these kinds have pages of their own
    { path: '/register/campaign/:id(\\d+)', redirect: (to) => `/campaigns/${String(to.params.id)}` },
    { path: '/register/duty/:id(\\d+)', redirect: (to) => `/duties/${String(to.params.id)}` },
    { path: '/register/notice/:id(\\d+)', redirect: (to) => `/notices/${String(to.params.id)}` },
    { path: '/register/campaign', redirect: (to) => ({ path: '/campaigns', query: to.query }) },
    { path: '/register/duty', redirect: (to) => ({ path: '/duties', query: to.query }) },
    { path: '/register/notice', redirect: (to) => ({ path: '/notices', query: to.query }) },
  ],
  nav: [
    { to: '/campaigns', label: 'campaign.title', icon: Flag, group: 'work', order: 20, right: 'campaign.read' },
    { to: '/duties', label: 'campaign.duties', icon: List, group: 'work', order: 22, right: 'duty.read' },
    { to: '/notices', label: 'campaign.notices', icon: Bell, group: 'work', order: 24, right: 'notice.read' },
    { to: '/numbers', label: 'campaign.numbers', icon: Tickets, group: 'work', order: 26, right: 'number.read' },
  ],
} satisfies PageModule
