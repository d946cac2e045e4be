import type { Component } from 'vue'
import type { RouteRecordRaw } from 'vue-router'

/* What a route may say about itself. Texts are keys of the messages. */
export interface RouteMeta {
  title?: string // key; a page may set a better one with usePageTitle()
  right?: string | string[] // any of these, else the page "forbidden"
  isOpen?: boolean // no session needed
  isBare?: boolean // without navigation and header
  parent?: string // name of the route above it, for the breadcrumbs
}

export type NavGroup = 'work' | 'register' | 'inspect' | 'office' | 'help'

export interface NavEntry {
  to: string // path
  label: string // key of the messages
  icon: Component // of @element-plus/icons-vue
  group: NavGroup
  order: number // within its group
  right?: string | string[] // shown with any of these
  roles?: string[] // and, if given, only to these
}

/* The first page after signing in: the one with the highest rank that may be seen. */
export interface HomeEntry {
  to: string
  rank: number
  right?: string | string[]
  roles?: string[]
}

export interface PageModule {
  routes: RouteRecordRaw[]
  nav?: NavEntry[]
  homes?: HomeEntry[]
}
