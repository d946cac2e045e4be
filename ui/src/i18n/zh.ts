import { gather } from './gather'

export { default as element } from 'element-plus/es/locale/lang/zh-cn'
export const messages = gather(
  import.meta.glob('../pages/*/zh.ts', { eager: true, import: 'default' }),
)
