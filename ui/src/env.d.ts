/// <reference types="vite/client" />
import type { RouteMeta as Meta } from '@/router/page'

declare module 'vue-router' {
  interface RouteMeta extends Meta {}
}
