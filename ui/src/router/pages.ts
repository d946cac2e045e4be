import type { HomeEntry, NavEntry, PageModule } from './page'

/* Every src/pages/NAME/index.ts is found here; nothing else has to know a new page. */
const modules = import.meta.glob<PageModule>('../pages/*/index.ts', { eager: true, import: 'default' })
export const pages: PageModule[] = Object.keys(modules)
  .sort()
  .map((path) => modules[path])

type Visible = Pick<NavEntry, 'right' | 'roles'>
export interface Viewer {
  canAny: (rights: string[] | undefined) => boolean
  hasRole: (...roles: string[]) => boolean
}

const list = (v: string | string[] | undefined) => (typeof v === 'string' ? [v] : v)

export function maySee(entry: Visible, who: Viewer): boolean {
  return who.canAny(list(entry.right)) && (!entry.roles?.length || who.hasRole(...entry.roles))
}

export function homeOf(who: Viewer): string {
  const homes: HomeEntry[] = pages.flatMap((p) => p.homes ?? []).filter((h) => maySee(h, who))
  homes.sort((a, b) => b.rank - a.rank)
  return homes[0]?.to ?? '/help/start'
}
