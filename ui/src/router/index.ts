import { createRouter, createWebHistory, type RouteLocationNormalized } from 'vue-router'
import { useSchema } from '@/stores/schema'
import { useSession } from '@/stores/session'
import { pages } from './pages'

export const router = createRouter({
  history: createWebHistory(),
  routes: pages.flatMap((p) => p.routes),
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? false : { top: 0 }),
})

const enrolment = '/account/totp'

/* A convenience for the person, not a defence: the server decides at every request. */
async function admit(to: RouteLocationNormalized) {
  const session = useSession()
  if (!session.isLoaded) await session.load()
  if (to.meta.isOpen) {
    if (to.name === 'sign-in' && session.isSignedIn) return '/'
    // help within the frame: its navigation names the registers
    if (session.isSignedIn && !session.mustEnrol && !to.meta.isBare) await useSchema().load()
    return true
  }
  if (!session.isSignedIn)
    return { name: 'sign-in', query: to.fullPath === '/' ? {} : { to: to.fullPath } }
  if (session.mustEnrol) return to.path === enrolment ? true : enrolment
  await useSchema().load()
  const rights = typeof to.meta.right === 'string' ? [to.meta.right] : to.meta.right
  if (session.canAny(rights)) return true
  return { name: 'forbidden', query: { from: to.fullPath }, replace: true }
}
router.beforeEach(admit)
