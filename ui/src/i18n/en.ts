import { gather } from './gather'

export { default as element } from 'element-plus/es/locale/lang/en'
export const messages = gather(
  import.meta.glob('../pages/*/en.ts', { eager: true, import: 'default' }),
)
